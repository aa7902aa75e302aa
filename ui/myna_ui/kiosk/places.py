"""Where a kiosk keeps what: apart from the conversations of whoever tries it out, and in one place to be wiped."""

from __future__ import annotations

from pathlib import Path

import msgspec

from myna.paths import Paths


class VisitPaths(Paths, frozen=True):
    """Paths whose data and cache are of one visit; the audit log outlives it."""

    record: Path
    """The folder of the audit log."""

    @property
    def audit(self) -> Path:
        return self.record


class Places(msgspec.Struct, frozen=True):
    root: Path
    """What outlives visits: attempts at the PIN, starts."""
    paths: VisitPaths
    """What the assistant uses."""

    @classmethod
    def find(cls, paths: Paths) -> Places:
        root = paths.data / "kiosk"
        visit = VisitPaths(
            paths.config, root / "visit", paths.models, paths.cache / "kiosk", paths.logs, record=paths.audit
        )
        return cls(root, visit)

    @property
    def temporary(self) -> Path:
        """Temporary files of this process and of the workers."""
        return self.paths.data / "tmp"

    @property
    def attempts(self) -> Path:
        return self.root / "pin-attempts.json"

    @property
    def current(self) -> Path:
        """Which conversation the visit is, for a start after a crash."""
        return self.root / "visit.json"

    @property
    def starts(self) -> Path:
        return self.root / "starts.json"
