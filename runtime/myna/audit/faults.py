"""The one place where errors of the file system become those of the audit log."""

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
