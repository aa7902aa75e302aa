"""The policy that counts now: read when it is first needed, and again when one of its files changed."""

from __future__ import annotations

import logging
from pathlib import Path

from myna.config import GuardSettings
from myna.errors import BadPolicy
from myna.paths import Paths

from .compiled import CompiledPolicy
from .layers import Folders, layered

log = logging.getLogger(__name__)

Stamp = tuple[tuple[str, int, int], ...]
"""Path, time of change (ns) and size of each file."""


def folders_of(settings: GuardSettings, paths: Paths) -> Folders:
    """Where policies lie."""
    return Folders([*(Path(folder).expanduser() for folder in settings.folders), paths.config / "policies"])


class ActivePolicy:
    """Holds the policy of some settings.

    A file that was edited counts from the next turn on. One that was edited wrongly is reported, and what
    counted before goes on counting: a slip of the pen must neither open nor close the assistant.
    """

    def __init__(self, paths: Paths | None = None) -> None:
        self._paths = paths
        self._settings: GuardSettings | None = None
        self._compiled: CompiledPolicy | None = None
        self._stamp: Stamp = ()
        self._refused: Stamp = ()
        self.error: BadPolicy | None = None
        """What is wrong with the files as they are now."""

    def get(self, settings: GuardSettings) -> CompiledPolicy:
        """The policy of `settings`, as its files are now.

        Raises:
            BadPolicy: it cannot be read, and never could.
        """
        if self._compiled is None or settings != self._settings:
            compiled = self._read(settings)
            self._settings, self._compiled, self.error = settings, compiled, None
            self._stamp = _stamp(compiled.policy.files)
            return compiled
        stamp = _stamp(self._compiled.policy.files)
        if stamp not in {self._stamp, self._refused}:
            try:
                self._compiled = self._read(settings)
            except BadPolicy as error:
                self._refused, self.error = stamp, error
                log.warning("the policy from before goes on: %s", error.message)
            else:
                self._stamp, self.error = _stamp(self._compiled.policy.files), None
        elif stamp == self._stamp:
            self.error = None
        return self._compiled

    def _read(self, settings: GuardSettings) -> CompiledPolicy:
        folders = folders_of(settings, self._paths or Paths.find())
        return CompiledPolicy(layered(settings.policies, folders))


def _stamp(files: tuple[Path, ...]) -> Stamp:
    stamps = []
    for path in files:
        try:
            stat = path.stat()
        except OSError:
            stamps.append((str(path), 0, -1))
        else:
            stamps.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(stamps)
