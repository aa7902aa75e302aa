"""An output filter that masks a word, wherever the pieces of a stream happen to be cut."""

from __future__ import annotations

import re


class MaskFilter:
    """Releases text as soon as it can no longer be part of `word`, and stars in place of the word."""

    def __init__(self, word: str) -> None:
        self._stars = "*" * len(word)
        self._word = re.compile(re.escape(word), re.IGNORECASE)
        # Longest first: what is held back must be all that may still become the word.
        self._starts = [
            (size, re.compile(re.escape(word[:size]) + r"\Z", re.IGNORECASE)) for size in range(len(word) - 1, 0, -1)
        ]
        self._held = ""

    def feed(self, text: str) -> str:
        text = self._word.sub(self._stars, self._held + text)
        held = next((size for size, start in self._starts if start.search(text)), 0)
        released = text[: len(text) - held]
        self._held = text[len(text) - held :]
        return released

    def finish(self) -> str:
        """The answer is over, so what looked like the start of the word was none."""
        released, self._held = self._held, ""
        return released
