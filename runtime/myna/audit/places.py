"""Where the parts of an audit log are."""

from __future__ import annotations

import errno
from pathlib import Path

import msgspec

from ..config import AuditSettings
from ..paths import Paths


class Places(msgspec.Struct, frozen=True):
    folder: Path
    anchor: Path

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
        for path in (self.log, self.anchor):
            if path.exists() and not path.is_file():
                raise OSError(errno.EINVAL, "it is no file", str(path))

    @classmethod
    def of_folder(cls, folder: Path, anchor: str = "") -> Places:
        """`anchor` is a path; empty: in the folder itself."""
        return cls(folder, Path(anchor).expanduser() if anchor else folder / "head.json")

    @classmethod
    def find(cls, paths: Paths, settings: AuditSettings) -> Places:
        """Those of this user; nothing is created."""
        return cls.of_folder(paths.audit, settings.anchor)
