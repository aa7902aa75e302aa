"""Cutting a text into windows that overlap."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator

SIZE = 160
"""Characters: 24 English words, the window that the authors of securevector-guardian-model settled on
(`WORD_WINDOW`). In a longer one, a sentence that is an attack is outweighed by what stands around it."""
STRIDE = 80
"""Characters from one window to the next, half of one: whatever is shorter than that lies whole in one of them."""

_WORD_START = re.compile(r"(?<!\S)\S")
_SPACE = re.compile(r"\s")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|[\r\n]+|(?<=[。！？])")
SHORTEST = 20
"""Characters of a sentence that is judged by itself; in less, a model on n-grams only guesses."""
SLACK = 24
"""Characters that a border is moved by so as not to cut a word; longer words are cut."""


def windows(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each, in the order of their starts; none for a text without characters to be seen.

    A text that is longer than one is judged sentence by sentence besides: an attack between the paragraphs of a
    document is a sentence or a line, which fills a window of its own only by chance.
    """
    if len(text) <= SIZE:
        if text.strip():
            yield 0, len(text)
        return
    yield from heapq.merge(_sliding(text), _sentences(text))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if SHORTEST <= match.start() - start <= SIZE:
            yield start, match.start()
        start = match.end()
    if SHORTEST <= len(text) - start <= SIZE:
        yield start, len(text)


def _sliding(text: str) -> Iterator[tuple[int, int]]:
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
