"""Room on disk: asked before a transfer, and translated when it runs out in the middle of one."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

from myna.errors import DiskFull, Missing

RESERVE = 64 << 20
"""Bytes that a pull leaves free: a file system that is full to the last block harms everything else."""

_FULL = (errno.ENOSPC, errno.EDQUOT) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)


def require(folder: Path, needed: int, what: str) -> None:
    """Raises `DiskFull` when the file system of `folder` has not `needed` bytes to spare."""
    free = shutil.disk_usage(folder).free
    if needed and free < needed + RESERVE:
        raise DiskFull(f"{what} needs {readable(needed)}, and {folder} has {readable(free)} free")


@contextlib.contextmanager
def disk_errors(what: str) -> Iterator[None]:
    """Turns errors of the file system while `what` is written or deleted into one line."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull(f"no space left while {what} was written") from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            where = error.filename or "the folder"
            raise Missing(
                f"{what} cannot be written: {where}: {error.strerror}",
                hint="check the owner and the permissions of the folder, or choose another with --home",
            ) from error
        raise


def readable(count: float) -> str:
    """Bytes as people read them, in decimal units: `98.4 MB`."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if abs(count) < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
