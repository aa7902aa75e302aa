"""Cutting a text into windows that overlap."""

from __future__ import annotations

import re
from collections.abc import Iterator

SIZE = 160
"""Characters: 24 English words, the window that the authors of securevector-guardian-model settled on
(`WORD_WINDOW`). In a longer one, a sentence that is an attack is outweighed by what stands around it."""
STRIDE = 80
"""Characters from one window to the next, half of one: whatever is shorter than that lies whole in one of them."""

_WORD_START = re.compile(r"(?<!\S)\S")
_SPACE = re.compile(r"\s")
SLACK = 24
"""Characters that a border is moved by so as not to cut a word; longer words are cut."""


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each, in order; none for a text without characters to be seen."""
    start = 0
    while start < len(text):
        end = start + SIZE
        if end < len(text):
            space = _SPACE.search(text, end, min(end + SLACK, len(text)))
            end = space.start() if space else end
        end = min(end, len(text))
        if text[start:end].strip():
            yield start, end
        if end == len(text):
            return
        start += STRIDE
        word = _WORD_START.search(text, start, start + SLACK)
        start = word.start() if word else start
