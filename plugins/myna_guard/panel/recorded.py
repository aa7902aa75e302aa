"""The last findings on the audit record."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from myna.audit.records import decode

WINDOW = 256 << 10
"""Bytes that are read from the end of the log: some 600 records."""

SHOWN = 50


def recorded(log: Path) -> list[dict[str, Any]]:
    """What guards found, the newest first; empty where there is no record that can be read.

    What is shown here proves nothing: whether the record is whole, `myna audit verify` says.
    """
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - WINDOW))
            lines = file.read(WINDOW).splitlines()
    except OSError:
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
