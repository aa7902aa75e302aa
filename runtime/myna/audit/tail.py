"""How the end of the log fits the anchor.

A record is first written into the log and flushed, then the anchor is replaced, and only then it counts as written. So
a crash or a power cut leaves one of three states, told apart by the anchor:

- the log ends with the record that the anchor names: nothing to mend;
- complete records follow that one, and each holds on to the one before, as many as are written in one step: the crash
  came between the two writes. They are adopted: the anchor is moved on;
- what follows (the anchor's record, or such complete ones) does not end with a line feed, or holds the NUL bytes that
  some file systems leave: a torn write. It never counted, and is cut off.

Nothing else can come from a crash, for what the anchor covers was on the disk before. A log that lacks the anchor's
record, or in which other complete lines follow it, was changed by somebody; it is never mended.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..errors import AuditBroken
from .head import Head, head_of
from .records import Record, decode, own_hash

BATCH = 64
"""Records written in one step, so at most that many can be ahead of the anchor."""

_WINDOW = 256 * 1024
"""Bytes that are read from the end at first: a batch of records fits in."""

_BEFORE_MENDING = "myna audit verify, then keep a copy of the folder and move it away: a new log begins"


class Tail(msgspec.Struct, frozen=True):
    """What is after the anchor's record."""

    adopted: tuple[Record, ...]
    """Complete records that hold on to it."""
    end: int
    """Bytes of the file up to the end of the last good record."""
    torn: int
    """Bytes after that."""


def read_tail(log: Path, head: Head) -> Tail:
    """Look at the end of the log.

    Raises:
        AuditBroken: it does not fit the anchor, in a way that no crash explains.
        OSError: it cannot be read.
    """
    with log.open("rb") as file:
        size = file.seek(0, 2)
        window = _WINDOW
        while True:
            start = max(0, size - window)
            file.seek(start)
            data = file.read(size - start)
            at = _after_head(data, head, whole=start == 0)
            if at is not None:
                return after(data[at:], head, start + at)
            if start == 0:
                raise AuditBroken(
                    f"the audit log {log} lacks record {head.seq}, which the anchor names as the last",
                    hint=_BEFORE_MENDING,
                )
            window *= 8


def after(data: bytes, head: Head, start: int) -> Tail:
    """What the bytes `data`, which begin at `start` and follow the anchor's record, are.

    Raises:
        AuditBroken: no crash explains them.
    """
    adopted: list[Record] = []
    at = 0
    while (end := data.find(b"\n", at)) >= 0:
        line = data[at:end]
        record = decode(line)
        if record is None and b"\0" in line:
            break
        if record is None or not follows(record, head) or len(adopted) == BATCH:
            raise AuditBroken(
                f"after record {head.seq} of the audit log something was added that does not follow it",
                hint=_BEFORE_MENDING,
            )
        adopted.append(record)
        head = head_of(record)
        at = end + 1
    return Tail(tuple(adopted), start + at, len(data) - at)


def follows(record: Record, head: Head) -> bool:
    """Whether `record` is whole and comes right after the one that `head` names."""
    return record.seq == head.seq + 1 and record.previous == head.hash and record.hash == own_hash(record)


def _after_head(data: bytes, head: Head, *, whole: bool) -> int | None:
    """Where the record of `head` ends in `data`; `whole`: `data` begins with the log."""
    if head.seq == 0:
        return 0 if whole else None
    # The first place: a copy of the record that somebody put behind it is none.
    found = data.find(f'"hash":"{head.hash}"'.encode())
    feed = data.find(b"\n", found)
    if found < 0 or feed < 0:
        return None
    record = decode(data[data.rfind(b"\n", 0, found) + 1 : feed])
    return feed + 1 if record is not None and head_of(record) == head and own_hash(record) == head.hash else None
