"""The one place where errors of the database and of its files become Myna's."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import DiskFull, MynaError, StoreFailed

_SHARED_BYTES = 32 * 1024
"""The least size of the file `-shm` (https://sqlite.org/walformat.html, 2.2)."""

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


def _sqlite(code: int, text: str, where: str) -> MynaError:
    import sqlite3  # here: importing it loads the library, also into processes that never open a store

    primary = code & 0xFF  # the low byte, https://sqlite.org/rescode.html
    # The file that processes share has no code of its own for a full disk.
    if primary == sqlite3.SQLITE_IOERR and _no_room(where):
        primary = sqlite3.SQLITE_FULL
    match primary:
        case sqlite3.SQLITE_FULL:
            return DiskFull(f"the disk is full: {where} could not be written, nothing of this change was kept")
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT:
            return StoreFailed(
                f"{where} is damaged or not a database of Myna ({text})",
                hint=f"nothing was changed: keep a copy, try `sqlite3 '{where}' .recover`, "
                "or move the file away to begin an empty one",
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreFailed(
                f"{where} is kept busy by another process",
                hint="close the other program that uses it, then try again",
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_CANTOPEN:
            return StoreFailed(
                f"{where} cannot be opened for writing ({text})",
                hint="check the owner and the permissions of the file and of its folder, or choose another with --home",
            )
        case _:
            return StoreFailed(f"{where}: {text}", hint="myna doctor")


def _no_room(where: str) -> bool:
    """Whether the disk has no room for what SQLite puts beside the database before it writes anything."""
    try:
        return shutil.disk_usage(Path(where).parent).free < _SHARED_BYTES
    except OSError:
        return False


def _os(error: OSError, where: str) -> MynaError:
    name = str(error.filename) if error.filename else where
    if error.errno in _NO_SPACE:
        return DiskFull(f"the disk is full: {name} could not be written")
    return StoreFailed(
        f"{name}: {error.strerror or error}",
        hint="check the owner and the permissions of the file and of its folder, or choose another with --home",
    )


@contextmanager
def file_errors(where: str | Path) -> Iterator[None]:
    """Translate errors of the file system alone.

    Raises:
        DiskFull: there is no room.
        StoreFailed: anything else that keeps the file from being read or written.
    """
    try:
        yield
    except OSError as error:
        raise _os(error, str(where)) from error


@contextmanager
def store_errors(where: str | Path) -> Iterator[None]:
    """Translate what the database driver and the file system raise inside the block.

    Raises:
        DiskFull: there is no room for the change; it was rolled back.
        StoreFailed: anything else that keeps `where` from being read or written.
    """
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        with file_errors(where):
            yield
    except DBAPIError as error:
        text = " ".join(str(error.orig).split())
        code = getattr(error.orig, "sqlite_errorcode", None)
        if isinstance(code, int):
            raise _sqlite(code, text, str(where)) from error
        raise StoreFailed(f"{where}: {text}", hint="myna doctor") from error
    except SQLAlchemyError as error:
        raise StoreFailed(f"{where}: {error}", hint="myna doctor") from error
