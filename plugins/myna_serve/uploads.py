"""Where files that clients send are while they are read: in the data folder, and nowhere else."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


@contextmanager
def upload_folder(data: Path) -> Iterator[Path]:
    """A folder of this process, inside of which the HTTP library keeps what it does not keep in memory, too."""
    parent = data / "uploads"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in parent.iterdir():
        # Of a server that was killed.
        if left.name.isdecimal() and not psutil.pid_exists(int(left.name)):
            shutil.rmtree(left, ignore_errors=True)
    own = parent / str(os.getpid())
    # Nothing of whoever had this number before; and a link would lead elsewhere.
    if own.is_symlink():
        own.unlink()
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(mode=0o700)
    before, tempfile.tempdir = tempfile.tempdir, str(own)
    try:
        yield own
    finally:
        tempfile.tempdir = before
        shutil.rmtree(own, ignore_errors=True)
