"""Where things live: one folder when `--home` or `MYNA_HOME` names it, the platform's folders otherwise."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec


class Paths(msgspec.Struct, frozen=True):
    config: Path
    """`config.toml`."""
    data: Path
    """Conversations, attachments, audit records, catalog additions."""
    models: Path
    cache: Path
    """May be deleted at any time: prefix states, admission results, partial downloads."""
    logs: Path

    @property
    def database(self) -> Path:
        """The conversations, where `store.url` does not name another place."""
        return self.data / "conversations.db"

    @property
    def audit(self) -> Path:
        """The folder of the audit log."""
        return self.data / "audit"

    @classmethod
    def find(cls, home: str | os.PathLike[str] | None = None) -> Paths:
        """The folders of this user; none is created.

        `home` beats the environment variable `MYNA_HOME`, which beats the platform's conventions.
        """
        chosen = home or os.environ.get("MYNA_HOME")
        if chosen:
            root = Path(chosen).expanduser().absolute()
            return cls(root / "config", root / "data", root / "models", root / "cache", root / "logs")
        import platformdirs

        dirs = platformdirs.PlatformDirs("myna", appauthor=False)
        data = Path(dirs.user_data_dir)
        return cls(
            Path(dirs.user_config_dir), data, data / "models", Path(dirs.user_cache_dir), Path(dirs.user_log_dir)
        )
