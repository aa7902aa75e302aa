"""Changes of the settings file that were made by hand: recorded before the next record of a process that comes after.

Beside the log, `settings.json` holds a hash for each setting of the file as it was last recorded. Whoever may write it
may write the log too.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec

from ..errors import BadConfig, MynaError
from ..paths import Paths
from ..settings import masked, sources
from .journal import Journal
from .policy import Mode
from .records import Entry


class Edits:
    """Of the settings file that `paths` names."""

    def __init__(self, journal: Journal, paths: Paths) -> None:
        self._journal = journal
        self._paths = paths

    def record(self, mode: Mode) -> None:
        """Record what is otherwise than it was last recorded; the first time, all that is in the file.

        A file that cannot be read is no settings: whoever needs them says so. A failure is counted.
        """
        if mode == "off":
            return
        now = self._now()
        if now is None:
            return
        values, hashes = now
        known = self._known() or {}
        changed = sorted(key for key in {*known, *hashes} if known.get(key) != hashes.get(key))
        if not changed:
            return
        data = {"action": "config.edited", "settings": changed, "sha256": _hash(values)}
        shown = {key: values[key] for key in changed if key in values}
        content = {"new": json.dumps(shown, ensure_ascii=False, sort_keys=True)}
        try:
            self._journal.append([Entry("setting", data, "settings", content)], mode)
            self._keep(hashes)
        except MynaError as error:
            self._journal.missed(1, error)

    def recorded(self, mode: Mode) -> None:
        """The file as it is now is on record."""
        now = self._now()
        if mode != "off" and now is not None:
            with contextlib.suppress(MynaError):
                self._keep(now[1])

    def _now(self) -> tuple[dict[str, Any], dict[str, str]] | None:
        """Values as they may be shown, and hashes, by setting; None where the file cannot be read."""
        try:
            set_there = [one for one in sources(self._paths, environ={}) if one.origin == "file"]
        except BadConfig:
            return None
        return {one.key: masked(one) for one in set_there}, {one.key: _hash(one.value) for one in set_there}

    def _known(self) -> dict[str, str] | None:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
        except (OSError, ValueError):
            return None

    def _keep(self, hashes: dict[str, str]) -> None:
        with self._journal.locked():
            self._journal.files.replace(self._path, msgspec.json.encode(dict(sorted(hashes.items()))))

    @property
    def _path(self) -> Path:
        return self._journal.places.folder / "settings.json"


def _hash(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
