"""The anchor: a second file that says which record is the last, so that none can be cut off at the end."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from .files import Files
from .records import FIRST, Record, encode

Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`{"hash":"...","seq":N}` in canonical JSON and a line feed."""

    seq: Annotated[int, msgspec.Meta(ge=0)] = 0
    """0: nothing was recorded yet."""
    hash: Hash = FIRST


def head_of(record: Record) -> Head:
    return Head(record.seq, record.hash)


def read_head(path: Path) -> Head | None:
    """The anchor; None when there is no such file.

    Raises:
        ValueError: it is no anchor.
        OSError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(1024)
    except FileNotFoundError:
        return None
    head = msgspec.json.decode(data, type=Head)
    if encode(head) + b"\n" != data:
        raise ValueError("not canonical")
    return head


def write_head(path: Path, head: Head, files: Files) -> None:
    """Replace the anchor in one step; its folder is still to be flushed.

    Raises:
        OSError: it failed; the old one is still there.
    """
    files.replace(path, encode(head) + b"\n")
