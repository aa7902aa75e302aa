"""What `myna doctor` says of the audit log."""

from __future__ import annotations

from ..config import Settings
from ..doctor import Finding
from ..errors import MynaError
from ..host import PluginHost
from ..paths import Paths
from .gap import read_gap
from .journal import Journal
from .places import Places


def check_audit(paths: Paths, settings: Settings, host: PluginHost) -> list[Finding]:
    """Whether it can be written, ends as its anchor says, and lacks nothing. `myna audit verify` reads all of it."""
    places = Places.find(paths, settings.audit)
    try:
        policy = host.audit_policy(settings)
        if policy.mode == "off":
            return []
        journal = Journal(places)
        found = [Finding("audit", "ok", f"{policy.mode}, in {journal.storage.where}")]
        records = _try(journal)
    except MynaError as error:
        return [Finding("audit", "problem", error.message, error.hint)]
    found.append(Finding("audit", "ok", f"{records} records; it can be written"))
    gap = read_gap(places)
    if gap is not None:
        text = f"{gap.missed} records could not be written since {gap.since} ({gap.code})"
        found.append(Finding("audit", "problem", text, "myna audit verify"))
    return found


def _try(journal: Journal) -> int:
    """Write something beside the log; the number of its last record."""
    with journal.locked(), journal.storage.writing() as step:
        step.probe()
        return step.last()
