"""What was measured so far, on disk after every figure, so that a search that was killed goes on where it was.

The first line says what it is about: another model file, machine, llama.cpp or procedure begins it anew. A line that
cannot be read, half written or damaged, and all after it are cut off.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

VERSION = 1
"""Raised when figures come to mean something else."""


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the figures are about."""

    sha256: str
    """Of the original model file."""
    machine: str
    engine: str
    version: int = VERSION


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    spent_s: float
    """Seconds of measuring so far, in all runs."""
    value: msgspec.Raw


class Journal:
    """Figures by key. Opened with the lock of the search held."""

    def __init__(self, path: Path, subject: Subject) -> None:
        """Raises `OSError` when the file can be neither read nor written."""
        self._path = path
        self._known: dict[str, msgspec.Raw] = {}
        self.spent_s = 0.0
        self.resumed = False
        """Figures of an earlier run were found."""
        end = self._read(subject)
        path.parent.mkdir(parents=True, exist_ok=True)
        if end:
            os.truncate(path, end)
        else:
            path.write_bytes(b"")
            self._append(msgspec.json.encode(subject))

    def get(self, key: str, kind: Any) -> Any:
        """The figure of an earlier run or of this one; None where there is none."""
        raw = self._known.get(key)
        if raw is None:
            return None
        try:
            return msgspec.json.decode(raw, type=kind)
        except msgspec.DecodeError:
            return None

    def put(self, key: str, value: msgspec.Struct, spent_s: float) -> None:
        """Keep a figure; it is on the disk when this returns.

        Raises:
            OSError: it cannot be written.
        """
        raw = msgspec.Raw(msgspec.json.encode(value))
        self.spent_s = spent_s
        self._append(msgspec.json.encode(Entry(key, round(spent_s, 3), raw)))
        self._known[key] = raw

    def _append(self, line: bytes) -> None:
        with self._path.open("ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _read(self, subject: Subject) -> int:
        """Take in what can be read; where that ends in the file, 0 when nothing of it counts."""
        try:
            lines = self._path.read_bytes().splitlines(keepends=True)
        except FileNotFoundError:
            return 0
        if not lines:
            return 0
        try:
            if msgspec.json.decode(lines[0], type=Subject) != subject or not lines[0].endswith(b"\n"):
                return 0
        except (msgspec.DecodeError, UnicodeDecodeError):
            return 0
        end = len(lines[0])
        for line in lines[1:]:
            try:
                entry = msgspec.json.decode(line, type=Entry)
            except (msgspec.DecodeError, UnicodeDecodeError):
                break
            if not line.endswith(b"\n"):
                break
            # A copy: a Raw that was decoded holds the whole line.
            self._known[entry.key] = msgspec.Raw(bytes(entry.value))
            self.spent_s = entry.spent_s
            self.resumed = True
            end += len(line)
        return end
