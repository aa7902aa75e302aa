"""One record of the audit log, and its canonical bytes.

The log is a file of lines, one record each, ended by a line feed. A line is the canonical JSON of its record:

- one JSON object in UTF-8, without spaces and line breaks between its parts;
- its keys, and those of objects in it, are ASCII and sorted;
- its values are texts, whole numbers from -2^53 to 2^53, true, false, null, lists and objects; no fractions;
- in texts only `"`, `\\` and the characters below U+0020 are escaped: as `\\"`, `\\\\`, `\\b`, `\\t`, `\\n`, `\\f`,
  `\\r`, else as `\\u00xx` in lower case. There are no lone surrogates.

This is RFC 8785 for such values, and what Python's `json.dumps(record, sort_keys=True, ensure_ascii=False,
separators=(",", ":"))` gives.

`hash` is the SHA-256 of the canonical JSON of the record without `hash`, in 64 hexadecimal digits; `previous` is the
`hash` of the record before, and 64 zeros in the first one. `seq` counts from 1 without gaps. `content` holds, by name,
the SHA-256 of lines in the file of the record's `group`; see `content.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import msgspec

Kind = Literal[
    "question",
    "finding",
    "verdict",
    "answer",
    "cut-short",
    "model",
    "setting",
    "admin",
    "request",
    "redaction",
    "checkpoint",
    "recovery",
    "gap",
]
"""`finding`: a rule of a guard found something, or could not judge. `cut-short`: less of a recorded answer was let
out. `request`: what a program was given outside of a turn, for example vectors of texts. `redaction`: the texts of a
group were removed. `checkpoint`: records before it were, or will be, cut off. `recovery`: what a power cut had left was
mended. `gap`: something could not be recorded before."""

KINDS: tuple[str, ...] = get_args(Kind)

FIRST = "0" * 64
"""What stands in the place of the hash before the first record."""

LONGEST_VALUE = 500
"""Characters of one text in `data`: names, ids and rules are shorter, and a record stays small."""

LARGEST = 2**53
"""Whole numbers that every reader of JSON keeps exactly (RFC 8259, section 6)."""


class Entry(msgspec.Struct, frozen=True):
    """What somebody wants recorded."""

    kind: Kind
    data: dict[str, Any] = {}
    """Nothing that a person has said, and no secrets."""
    group: str = ""
    """What its texts belong to: a conversation (an id), or the machine, for example `settings`."""
    content: dict[str, str] = {}
    """Texts by name; what is kept of them depends on the mode."""


class Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of the log."""

    seq: int
    time: str
    """UTC, to the microsecond, for example `2026-03-01T12:00:00.000000Z`."""
    kind: str
    pid: int
    """The process that wrote it."""
    user: str
    """The account that this process ran under."""
    group: str
    data: dict[str, Any]
    content: dict[str, str]
    """SHA-256 of content lines, by name."""
    previous: str
    hash: str


def encode(value: object) -> bytes:
    """Canonical JSON, without a line break."""
    return msgspec.json.encode(value, order="sorted")


def sealed(unsealed: Mapping[str, Any]) -> Record:
    """The record with its hash."""
    return msgspec.convert({**unsealed, "hash": hashlib.sha256(encode(unsealed)).hexdigest()}, Record)


def own_hash(record: Record) -> str:
    """The hash that `record` should have."""
    fields = msgspec.structs.asdict(record)
    del fields["hash"]
    return hashlib.sha256(encode(fields)).hexdigest()


_decoder = msgspec.json.Decoder(Record)


def decode(line: bytes) -> Record | None:
    """The record that a line (without its line break) holds; None unless those are its canonical bytes."""
    try:
        record = _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return record if encode(record) == line else None


def stamp(moment: float) -> str:
    """A Unix time (seconds) as records have it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def clean(value: Any) -> Any:
    """`value` as it may stand in `data`; what does not fit is shortened or written as text."""
    if isinstance(value, str):
        text = value if value.isascii() else value.encode("utf-8", "replace").decode()
        return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -LARGEST <= value <= LARGEST else str(value)[:LONGEST_VALUE]
    if isinstance(value, Mapping):
        return {clean(str(key)): clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [clean(inner) for inner in value]
    return clean(str(value))
