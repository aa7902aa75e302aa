"""The one place where errors of the file system, and of a database, become those of the audit log."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import AuditFailed, DiskFull

# EFBIG: the limit that a service manager sets for the size of files (LimitFSIZE) is a full disk too.
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextmanager
def audit_errors(where: Path) -> Iterator[None]:
    """Translate errors of the file system.

    Raises:
        DiskFull: there is no room; nothing of the change was kept.
        AuditFailed: anything else that keeps the log from being read or written.
    """
    try:
        yield
    except OSError as error:
        name = error.filename if isinstance(error.filename, str) else str(where)
        if error.errno in _NO_ROOM:
            raise DiskFull(f"the disk is full: the audit log {name} could not be written") from error
        raise AuditFailed(
            f"the audit log {name} cannot be used: {error.strerror or error}",
            hint="check the owner and the permissions of the file and of its folder, or choose another with --home",
        ) from error


_DISK_FULL = "53100"
_LOCK_NOT_AVAILABLE = "55P03"
"""SQLSTATE (PostgreSQL, appendix A)."""


@contextmanager
def database_errors(where: str) -> Iterator[None]:
    """Translate what the database and its driver raise. `where` holds no password.

    Raises:
        DiskFull: there is no room; nothing of the change was kept.
        AuditFailed: anything else that keeps the log from being read or written.
    """
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state == _DISK_FULL:
            raise DiskFull(f"the disk is full: the audit log {where} could not be written") from error
        if state == _LOCK_NOT_AVAILABLE:
            raise AuditFailed(
                f"the audit log {where} is kept busy by another process",
                hint="close the other program that uses it, then try again",
            ) from error
        raise _unusable(where, str(error.orig)) from error
    except SQLAlchemyError as error:
        raise _unusable(where, str(error)) from error


def _unusable(where: str, said: str) -> AuditFailed:
    return AuditFailed(
        f"the audit log {where} cannot be used; its database says: {' '.join(said.split())}", hint=_REACH
    )


_REACH = "check that the database of audit.url answers, and that its account may read and write there"
