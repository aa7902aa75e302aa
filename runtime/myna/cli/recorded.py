"""A change of a setting, on the audit record."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ..config import Settings
    from ..host import PluginHost
    from ..paths import Paths


class Changing(Protocol):
    """Who changes a setting: the command line, or an assistant."""

    @property
    def paths(self) -> Paths: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def host(self) -> PluginHost: ...


@contextmanager
def recorded(ctx: Changing, key: str, text: str) -> Iterator[None]:
    """Change `key` to what `text` stands for inside, on record by the stricter of the policies before and after it:
    switching the record off is its last entry, switching it on its first but for what the file holds already.

    Choices and numbers are recorded as they are; texts, which may be prompts or hold passwords, as texts of a
    conversation are. A settings file that cannot be read is mended without a record, and so is an address of the record
    that cannot be used.

    Raises:
        UsageError: there is no such setting, or `text` does not fit it.
        BadConfig, ExtraMissing: it is an address for the record that cannot be used.
        DiskFull, AuditFailed, AuditBroken: it cannot be recorded, and policy forbids what is not.
    """
    from ..audit.actions import Actions
    from ..audit.edits import Edits
    from ..audit.journal import Journal
    from ..audit.places import Places
    from ..audit.policy import strictest
    from ..errors import BadConfig, ExtraMissing
    from ..settings import SETTINGS, get, load_settings, sources

    try:
        before = ctx.settings
        host = ctx.host
        changed = next(
            (one for one in sources(ctx.paths, environ=os.environ, overrides={key: text}) if one.key == key), None
        )
        after = load_settings(ctx.paths, environ=os.environ, overrides={key: text})
    except BadConfig:
        yield
        return
    if key == "audit.url":
        # What nothing can be recorded in is not taken; afterwards it would be too late to say so.
        Journal(Places.find(ctx.paths, after.audit))
    try:
        journal = Journal(Places.find(ctx.paths, before.audit))
    except (BadConfig, ExtraMissing):
        yield
        return
    policy = strictest([host.audit_policy(before), host.audit_policy(after)])
    old, new = get(before, key), None if changed is None else changed.value
    free = SETTINGS[key].kind is str or isinstance(new, tuple)
    content = {"old": _shown(key, old), "new": _shown(key, new)} if free else {}
    data: dict[str, Any] = {} if free else {"old": old, "new": new}
    edits = Edits(journal, ctx.paths)
    with Actions(journal, policy, edits).recorded("config.set", kind="setting", content=content, setting=key, **data):
        yield
    edits.recorded(policy.mode)


def _shown(key: str, value: Any) -> str:
    from ..settings import SettingSource, masked
    from .settings import written

    return written(masked(SettingSource(key, value, value)))
