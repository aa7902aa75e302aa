"""What verifying an audit log says."""

from __future__ import annotations

from typing import Literal

import msgspec

Reason = Literal["edited", "order", "beginning", "end", "anchor", "text", "kept"]
"""`edited`: a record is not what was written. `order`: records were removed, moved or added. `beginning`, `end`:
records are missing there. `anchor`: it is gone or names something else. `text`: a text is missing or not what was
recorded. `kept`: a text that was to be removed is still there."""

KEEP = "keep a copy of the folder before anything else; then move it away, and a new log begins"

KEEP_TABLES = "keep a copy of the tables before anything else; then drop them, and a new log begins"
"""Where the log is in a database."""


class Problem(msgspec.Struct, frozen=True):
    """The first thing that is wrong."""

    record: int
    """The first bad record by its number; 0: none in particular."""
    reason: Reason
    text: str


class Report(msgspec.Struct, frozen=True):
    """What `myna audit verify --json` prints."""

    ok: bool
    records: int
    """Good ones, up to the first bad one."""
    first: int
    """Number of the first record in the log; 0: it is empty."""
    last: int
    hash: str
    """Of the last good record."""
    texts: int = 0
    """Texts that are there and are what was recorded."""
    removed: int = 0
    """Texts that were removed on record."""
    ahead: int = 0
    """Complete records after the one that the anchor names: a crash came between the two writes."""
    torn: int = 0
    """Bytes of a record that was cut off while it was written, by a crash; mended at the next start."""
    missed: int = 0
    """Records that could not be written at the time, as `gap` records say."""
    leftover: int = 0
    """Lines beside the log that no record names, for example of a crash; they prove nothing."""
    problem: Problem | None = None
