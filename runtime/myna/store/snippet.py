"""The line of a search result: the words around the first match, with all matches marked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .segment import Phrase, located

SNIPPET_CHARACTERS = 120
_BEFORE = 30
"""Characters shown before the first match."""

# Control characters, line ends, changes of the writing direction, lone surrogates: none belongs in a line of a list.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def snippet_of(text: str, wanted: Sequence[Phrase]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """A part of `text` in one line, and where in it the phrases match (start and end, in characters)."""
    places = _places(text, wanted)
    first = places[0][0] if places else 0
    start = max(0, first - _BEFORE)
    if start:
        # Begin with a whole word where there are spaces.
        space = text.rfind(" ", start, first)
        start = space + 1 if space >= 0 else start
    stop = min(len(text), start + SNIPPET_CHARACTERS)
    before, after = "…" if start else "", "…" if stop < len(text) else ""
    # One character for one character, so that positions hold.
    line = _UNSHOWN.sub(" ", text[start:stop])
    shift = len(before) - start
    inside = [(max(a, start) + shift, min(b, stop) + shift) for a, b in places if a < stop and b > start]
    return before + line + after, tuple(inside)


def _places(text: str, wanted: Sequence[Phrase]) -> list[tuple[int, int]]:
    """Matches in order, none overlapping another."""
    tokens = list(located(text))
    found: list[tuple[int, int]] = []
    for index, (_, start, _) in enumerate(tokens):
        for phrase in wanted:
            span = tokens[index : index + len(phrase.tokens)]
            if len(span) == len(phrase.tokens) and all(phrase.fits(token[0], at) for at, token in enumerate(span)):
                found.append((start, span[-1][2]))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
