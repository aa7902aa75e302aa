"""Where the parts of an audit log are."""

from __future__ import annotations

import errno
from pathlib import Path

import msgspec

from ..config import AuditSettings
from ..paths import Paths

_ANCHOR = "head.json"


class Places(msgspec.Struct, frozen=True):
    folder: Path
    """Of this machine. Where the log is in a database, what is known here alone: what could not be written, and the
    settings that were recorded."""
    anchor: Path
    url: str = ""
    """The database that holds the log; empty: the folder does."""

    @property
    def here(self) -> Places:
        """The log in the folder, where one was begun before a database was named."""
        return msgspec.structs.replace(self, url="")

    @property
    def witness(self) -> Path | None:
        """A file that says where a log in a database ends, as far as this machine has written it; None: no place for
        one was named. Not the anchor itself, which may be that of a log in the folder."""
        named = self.url and self.anchor != self.folder / _ANCHOR
        return self.anchor.with_name(f"{self.anchor.name}.shared") if named else None

    @property
    def log(self) -> Path:
        """The records, one a line."""
        return self.folder / "audit.jsonl"

    @property
    def content(self) -> Path:
        """A folder with one file for each group of texts."""
        return self.folder / "content"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    def require_files(self) -> None:
        """A pipe or a device in the place of a file would be waited for without end.

        Raises:
            OSError: there is something else than a file.
        """
        for path in (self.log, self.anchor, self.witness):
            if path is not None and path.exists() and not path.is_file():
                raise OSError(errno.EINVAL, "it is no file", str(path))

    @classmethod
    def of_folder(cls, folder: Path, anchor: str = "") -> Places:
        """`anchor` is a path; empty: in the folder itself."""
        return cls(folder, Path(anchor).expanduser() if anchor else folder / _ANCHOR)

    @classmethod
    def find(cls, paths: Paths, settings: AuditSettings) -> Places:
        """Those of this user; nothing is created."""
        return msgspec.structs.replace(cls.of_folder(paths.audit, settings.anchor), url=settings.url)
