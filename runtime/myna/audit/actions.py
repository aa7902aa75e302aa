"""What administrators do here: recorded before it is done, so that it can be forbidden, and again with how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

from ..config import Settings
from ..errors import MynaError
from ..host import PluginHost
from ..paths import Paths
from .edits import Edits
from .journal import Journal
from .places import Places
from .policy import AuditPolicy
from .records import Entry


class Actions:
    """Records under one policy. For whatever runs outside of a turn: the command line, the desktop, plugins."""

    def __init__(self, journal: Journal, policy: AuditPolicy, edits: Edits | None = None) -> None:
        """`edits` are recorded before what is done."""
        self._journal = journal
        self._policy = policy
        self._edits = edits

    @classmethod
    def of(cls, paths: Paths, settings: Settings, host: PluginHost) -> Actions:
        """Those of this user, under the policy that holds now.

        Raises:
            PluginFailed: a plugin could not say what must be recorded.
        """
        journal = Journal(Places.find(paths, settings.audit))
        return cls(journal, host.audit_policy(settings), Edits(journal, paths))

    @contextmanager
    def recorded(
        self,
        action: str,
        *,
        kind: Literal["admin", "setting"] = "admin",
        content: Mapping[str, str] | None = None,
        **data: Any,
    ) -> Iterator[None]:
        """Do what is inside on record. `data` holds no secrets and nothing that somebody said; `content` may.

        Raises:
            DiskFull, AuditFailed, AuditBroken: it cannot be recorded and the policy closes; it must not be done.
        """
        group = "settings" if kind == "setting" else "actions"
        if self._edits is not None:
            self._edits.record(self._policy.mode)
        begun = Entry(kind, {**data, "action": action, "phase": "begun"}, group, dict(content or {}))
        self._write(begun, closed=self._policy.closed)
        try:
            yield
        except MynaError as error:
            ended = {**data, "action": action, "phase": "failed", "error": error.code}
            self._write(Entry(kind, ended, group), closed=False)
            raise
        # Too late to forbid it: a failure is counted.
        self._write(Entry(kind, {**data, "action": action, "phase": "done"}, group), closed=False)

    def _write(self, entry: Entry, *, closed: bool) -> None:
        if self._policy.mode == "off":
            return
        try:
            self._journal.append([entry], self._policy.mode)
        except MynaError as error:
            self._journal.missed(1, error)
            if closed:
                raise
