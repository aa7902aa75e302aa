"""What could not be recorded is counted beside the log, and recorded as a `gap` as soon as something can be again."""

from __future__ import annotations

import contextlib
from pathlib import Path

import msgspec

from .files import Files
from .places import Places
from .records import Entry, encode


class Gap(msgspec.Struct, frozen=True):
    missed: int
    """Records that are missing."""
    since: str
    """When the first of them was to be written (UTC)."""
    code: str
    """The error of the last of them."""


def read_gap(places: Places) -> Gap | None:
    """None when all was recorded, as far as is known."""
    try:
        return msgspec.json.decode(_path(places).read_bytes(), type=Gap)
    except (OSError, ValueError):
        return None


def note_gap(places: Places, missed: int, code: str, moment: str, files: Files) -> None:
    """Add to the count. Where nothing at all can be written it stays with the warning in Myna's own log."""
    known = read_gap(places)
    gap = Gap(missed + known.missed, known.since, code) if known else Gap(missed, moment, code)
    with contextlib.suppress(OSError):
        files.replace(_path(places), encode(gap))


def forget_gap(places: Places) -> None:
    """It is recorded."""
    with contextlib.suppress(OSError):
        _path(places).unlink(missing_ok=True)


def entry_of(gap: Gap) -> Entry:
    return Entry("gap", {"missed": gap.missed, "since": gap.since, "code": gap.code})


def _path(places: Places) -> Path:
    return places.folder / "gap.json"
