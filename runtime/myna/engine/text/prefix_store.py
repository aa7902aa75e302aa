"""States of long system prompts on disk, so that the first answer after a restart is warm."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path

from .prefix import Adapters, Tokens

MIN_TOKENS = 128
"""Shorter prefixes are computed about as fast as their state is read (SmolLM2-135M, 2 cores)."""


class PrefixStore:
    """A folder of state files, least recently used first out.

    The name of a file says what it is the state of (model, context settings, llama.cpp's version,
    tokens), how many bytes it has and their checksum; a file that differs is damaged and not used.
    """

    def __init__(self, folder: Path, *, context_key: str, limit_bytes: int) -> None:
        self._folder = folder
        self._context_key = context_key
        self._limit = limit_bytes

    def _stem(self, tokens: Tokens, adapters: Adapters) -> str:
        digest = hashlib.sha256(f"{self._context_key}\n{adapters!r}\n".encode())
        digest.update(tokens.astype("<i4").tobytes())
        return digest.hexdigest()[:40]

    def find(self, tokens: Tokens, adapters: Adapters) -> Path | None:
        """The state file of exactly these tokens, to be read; its age is renewed."""
        for path in self._candidates(tokens, adapters):
            try:
                if f"{path.stat().st_size}-{_checksum(path):08x}" == path.stem.split("-", 1)[1]:
                    os.utime(path)
                    return path
                path.unlink()
            except OSError:
                # Another process took it away, or may not be written to: as if it were not there.
                continue
        return None

    def _candidates(self, tokens: Tokens, adapters: Adapters) -> Iterator[Path]:
        if len(tokens) >= MIN_TOKENS and self._limit:
            yield from self._folder.glob(f"{self._stem(tokens, adapters)}-*-*.state")

    def wants(self, tokens: Tokens, adapters: Adapters) -> bool:
        """Whether the state of `tokens` is worth keeping and not there yet."""
        return len(tokens) >= MIN_TOKENS and self._limit > 0 and not any(self._candidates(tokens, adapters))

    def temporary(self) -> Path:
        """Where to write a state before `commit`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{os.getpid()}.partial"

    def commit(self, temporary: Path, tokens: Tokens, adapters: Adapters) -> None:
        """Make a written state visible, and remove the oldest ones above the limit."""
        name = f"{self._stem(tokens, adapters)}-{temporary.stat().st_size}-{_checksum(temporary):08x}.state"
        temporary.replace(self._folder / name)
        files = sorted(self._folder.glob("*.state"), key=lambda path: path.stat().st_mtime, reverse=True)
        total = 0
        for path in files:
            total += path.stat().st_size
            if total > self._limit:
                path.unlink(missing_ok=True)


def _checksum(path: Path) -> int:
    """CRC-32 of a file. Reading a state back takes about as long as this, far less than computing it."""
    checksum = 0
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            checksum = zlib.crc32(block, checksum)
    return checksum
