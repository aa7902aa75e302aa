"""The texts of records, in files of their own beside the log, so that they can be taken away and the log still holds.

Each group (a conversation, or for example `settings`) has one file. Each of its lines is canonical JSON, like those of
the log, and holds a `salt` of 32 random bytes (64 hexadecimal digits), the `record` and the `name` that it belongs to,
and

- in the mode `full` the `text`,
- in the mode `redacted` the `sha256` of the salt's bytes followed by the text in UTF-8: whoever shows a text can be
  proved right or wrong, but from the line it cannot be read. (Short texts can be guessed, while the line is there.)

The record holds the SHA-256 of the line, without its line feed. With the line its salt is gone, and then the hash that
remains in the log tells nothing, not even to someone who guesses.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from .files import Files
from .records import encode

_NAME = re.compile(r"[0-9a-z][0-9a-z-]{0,79}\Z")


class ContentLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A line of a file of texts."""

    record: int
    name: str
    salt: str
    text: str | None = None
    sha256: str = ""


def content_line(record: int, name: str, text: str, mode: Literal["redacted", "full"]) -> bytes:
    """A new line for a text, without its line feed."""
    text = text.encode("utf-8", "replace").decode()
    salt = secrets.token_bytes(32)
    if mode == "full":
        return encode(ContentLine(record, name, salt.hex(), text))
    return encode(ContentLine(record, name, salt.hex(), sha256=salted(salt, text)))


def salted(salt: bytes, text: str) -> str:
    return hashlib.sha256(salt + text.encode("utf-8", "replace")).hexdigest()


def line_hash(line: bytes) -> str:
    """What the record holds of a line (without its line feed)."""
    return hashlib.sha256(line).hexdigest()


def group_name(group: str) -> str:
    """What the texts of a group are found by: an id of a conversation as it is; nothing else that could be a path."""
    return group if _NAME.match(group) else hashlib.sha256(group.encode("utf-8", "replace")).hexdigest()


class ContentFolder:
    """All files of texts."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._folder = folder
        self._files = files

    def path(self, group: str) -> Path:
        return self._folder / f"{group_name(group)}.jsonl"

    def append(self, group: str, lines: list[bytes]) -> int:
        """Add lines; the size of the file before.

        Raises:
            OSError: it failed, and nothing was added.
        """
        path = self.path(group)
        new = not path.exists()
        data = b"".join(line + b"\n" for line in lines)
        # A power cut may have torn the last line, which no record names then: it must not swallow the next.
        before = self._files.append(path, data if new or _ends_with_a_line(path) else b"\n" + data)
        if new:
            self._files.sync_folder(self._folder)
        return before

    def take_back(self, group: str, before: int) -> None:
        """Undo `append`."""
        self._files.cut(self.path(group), before)

    def exists(self, group: str) -> bool:
        return self.path(group).exists()

    def remove(self, group: str) -> None:
        """Remove all texts of a group."""
        self.path(group).unlink(missing_ok=True)
        self._files.sync_folder(self._folder)

    def lines(self, group: str) -> Iterator[bytes]:
        """Without their line feeds; none when there is no file."""
        with contextlib.suppress(FileNotFoundError), self.path(group).open("rb") as file:
            for line in file:
                if line.endswith(b"\n"):
                    yield line[:-1]

    def prune(self, through: int) -> None:
        """Remove the texts of all records up to `through`."""
        for path in self._folder.glob("*.jsonl"):
            kept, dropped = list[bytes](), False
            with path.open("rb") as file:
                for line in file:
                    record = _record_of(line)
                    if record is not None and record > through:
                        kept.append(line)
                    else:
                        dropped = True
                    if kept and not dropped:
                        break  # the oldest comes first
            if not kept:
                path.unlink(missing_ok=True)
            elif dropped:
                self._files.replace(path, b"".join(kept))
        self._files.sync_folder(self._folder)


def read_line(line: bytes) -> ContentLine | None:
    """None when it is not one."""
    try:
        return msgspec.json.decode(line, type=ContentLine)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _record_of(line: bytes) -> int | None:
    found = read_line(line) if line.endswith(b"\n") else None
    return None if found is None else found.record


def _ends_with_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if not size:
            return True
        file.seek(size - 1)
        return file.read(1) == b"\n"
