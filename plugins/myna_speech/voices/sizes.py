"""How large the chunks are that an answer is spoken in: small at first, so that it is heard early, then larger."""

from __future__ import annotations

import re

from .boundaries import Kind

WIDE = 3
"""A Chinese character takes as long to say as three English letters (0.22 s and 0.065 s)."""

FIRST_WORDS = 3
FIRST_SIZE = 12
"""The first chunk may be a clause of so many words or letters: it is heard early, and worth saying."""

EARLY = 40
"""Letters of a first chunk of plain English words whose clause does not end sooner: about 2.5 s of sound, in which the
next chunk is written and made. It ends before a word that often begins a phrase."""

EARLY_LOOK = 8
"""Letters after `EARLY` that are known when it is cut: a sentence that ends there is not cut."""

SECOND_SENTENCE = 20
SECOND_CLAUSE = 60
"""Letters of the second chunk, which is made while the first is heard."""

GROWTH = 2.0
"""Of a chunk over the one before. A model that writes twice as fast as people speak (30 letters a second) has written
it when the one before has been heard."""

SMALLEST, LARGEST = 40, 120
"""Letters that later chunks reach before they end with their sentence. Larger ones would be no better to hear, and
coarser to interrupt."""

LONG_SENTENCE = 1.5
"""A chunk that is so much larger than it need be ends with a clause."""

LONGEST = (100, 160, 240)
"""Letters of the first, the second and later chunks that are never exceeded: where nothing ends, a word does."""

_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]")
_PLAIN = re.compile(r"[A-Za-z0-9 ,'’\"“”-]+")
_BETWEEN_WORDS = re.compile(r"(?<=[A-Za-z]) (?=[A-Za-z])")
_PHRASE = re.compile(
    r" (?=(?:is|are|was|were|has|have|can|will|would|should|because|since|when|while|which|that|who|where|and|or|but"
    r"|so|in|on|of|at|by|for|from|with|to|into|as|than)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")


def letters(char: str) -> int:
    """How long `char` is to say, in English letters."""
    return WIDE if _WIDE.match(char) else 1


def size(text: str) -> int:
    """How long `text` is to say, in English letters."""
    return len(text) + (WIDE - 1) * len(_WIDE.findall(text))


def early_end(text: str) -> int | None:
    """Where a first chunk that begins `text` ends early, if it does. What follows `EARLY_LOOK` does not matter."""
    known = text[: EARLY + EARLY_LOOK]
    if len(known) < EARLY + EARLY_LOOK or not _PLAIN.fullmatch(known):
        return None
    ends = [found.start() for found in _PHRASE.finditer(known) if FIRST_SIZE <= found.start() <= EARLY]
    if ends:
        return ends[-1]
    # A number stays with what follows it.
    words = [found.start() for found in _BETWEEN_WORDS.finditer(known) if FIRST_SIZE <= found.start() <= EARLY]
    return words[-1] if words else None


def may_end_early(text: str) -> bool:
    """Whether `early_end` may find an end once more of `text` is known."""
    return len(text) < EARLY + EARLY_LOOK and bool(_PLAIN.fullmatch(text))


def suffices(text: str, end: Kind, count: int, before: int) -> bool:
    """Whether `text` is large enough for a chunk that ends here, after `count` others, the last of `before` letters."""
    words = len(_WORD.findall(text))
    if not words:
        return False
    length = size(text)
    if count == 0:
        return end is Kind.SENTENCE or words >= FIRST_WORDS or length >= FIRST_SIZE
    if count == 1:
        return length >= (SECOND_SENTENCE if end is Kind.SENTENCE else SECOND_CLAUSE)
    least = min(LARGEST, max(SMALLEST, before * GROWTH))
    return length >= (least if end is Kind.SENTENCE else max(SECOND_CLAUSE, least * LONG_SENTENCE))
