"""States of long system prompts on disk, so that the first answer after a restart is warm."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from .prefix import Adapters, Tokens

MIN_TOKENS = 128
"""Shorter prefixes are computed about as fast as their state is read (SmolLM2-135M, 2 cores)."""


class PrefixStore:
    """A folder of state files, least recently used first out.

    The name of a file says what it is the state of (model, context settings, llama.cpp's version,
    tokens) and how many bytes it has; a file of another size was cut off and is not used.
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
        """The state file of exactly these tokens; its age is renewed."""
        if len(tokens) < MIN_TOKENS or not self._limit:
            return None
        for path in self._folder.glob(f"{self._stem(tokens, adapters)}-*.state"):
            size = path.stem.rpartition("-")[2]
            try:
                if size.isdecimal() and path.stat().st_size == int(size):
                    os.utime(path)
                    return path
                path.unlink()
            except OSError:
                # Another process took it away, or may not be written to: as if it were not there.
                continue
        return None

    def wants(self, tokens: Tokens, adapters: Adapters) -> bool:
        """Whether the state of `tokens` is worth keeping and not there yet."""
        return len(tokens) >= MIN_TOKENS and self._limit > 0 and self.find(tokens, adapters) is None

    def temporary(self) -> Path:
        """Where to write a state before `commit`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder / f"{os.getpid()}.partial"

    def commit(self, temporary: Path, tokens: Tokens, adapters: Adapters) -> None:
        """Make a written state visible, and remove the oldest ones above the limit."""
        size = temporary.stat().st_size
        temporary.replace(self._folder / f"{self._stem(tokens, adapters)}-{size}.state")
        files = sorted(self._folder.glob("*.state"), key=lambda path: path.stat().st_mtime, reverse=True)
        total = 0
        for path in files:
            total += path.stat().st_size
            if total > self._limit:
                path.unlink(missing_ok=True)
