"""Texts that a person gives for static quantization."""

from __future__ import annotations

from pathlib import Path

import msgspec

from myna.errors import BadInput

LEAST = 16
"""Fewer say too little of the ranges that occur."""
MOST = 512
MAX_FILE = 16 << 20
"""Bytes."""


class _Row(msgspec.Struct):
    text: str


def read_texts(path: Path) -> tuple[str, ...]:
    """The texts in a file: a line each; in a `.jsonl` file, the field `text` of each line. At most `MOST`.

    Raises:
        BadInput: it is no such file, or holds too few texts.
    """
    try:
        if path.stat().st_size > MAX_FILE:
            raise BadInput(f"{path.name} is too large for texts to calibrate with ({MAX_FILE >> 20} MB at most)")
        content = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path.name} is no text in UTF-8", hint="one text a line, or JSON lines with text") from None
    if "\0" in content:
        raise BadInput(f"{path.name} is no text", hint="one text a line, or JSON lines with text")
    lines = [line.strip() for line in content.splitlines() if line.strip()]
    if path.suffix.lower() in (".jsonl", ".json"):
        lines = [_text(line, number, path) for number, line in enumerate(lines, 1)]
    if len(lines) < LEAST:
        raise BadInput(f"{path.name} holds {len(lines)} texts; at least {LEAST} are needed")
    return tuple(lines[:MOST])


def _text(line: str, number: int, path: Path) -> str:
    try:
        return msgspec.json.decode(line.encode(), type=_Row).text
    except msgspec.DecodeError as error:
        raise BadInput(f"line {number} of {path.name} is no JSON object with text: {error}") from None
