"""The last findings on the audit record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from myna.audit.journal import Journal
from myna.audit.records import decode
from myna.errors import AuditFailed

READ = 600
"""Records that are read from the end of the log."""

SHOWN = 50


def recorded(journal: Journal) -> list[dict[str, Any]]:
    """What guards found, the newest first; empty where there is no record that can be read.

    What is shown here proves nothing: whether the record is whole, `myna audit verify` says.
    """
    try:
        with journal.storage.reading() as view:
            lines = view.newest(READ)
    except AuditFailed:
        return []
    found = []
    for line in reversed(lines):
        record = decode(line)
        if record is None or record.kind != "finding":
            continue
        data = record.data
        texts = {name: str(data.get(name, "")) for name in ("policy", "rule", "origin", "action")}
        found.append({"time": datetime.fromisoformat(record.time).timestamp() * 1000, **texts})
        if len(found) == SHOWN:
            break
    return found
