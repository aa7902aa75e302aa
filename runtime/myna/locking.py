"""A lock between processes, held by the operating system, so that it ends with the process that holds it."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def hold(
    path: Path, waiting: Callable[[], None] | None = None, *, poll_s: float = 0.1, mode: int = 0o644
) -> Iterator[None]:
    """Hold the lock file `path`; `waiting` is called every `poll_s` seconds while another has it.

    `waiting` may raise to give up. `mode` is that of the file where it is new.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, mode)
    try:
        while not _try_lock(descriptor):
            if waiting:
                waiting()
            time.sleep(poll_s)
        yield
    finally:
        # Closing releases the lock. The file stays: deleting it would let two processes lock two files.
        os.close(descriptor)


if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EDEADLK):
                return False
            raise
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
