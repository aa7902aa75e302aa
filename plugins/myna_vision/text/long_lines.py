"""Lines too long to be read in one go: cut between words, and joined again.

What the recogniser takes grows with the square of a line's length, and it was trained on lines of some 25 characters.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..onnx_session import Floats

LONGEST = 1280
"""Columns that are read in one go, of a line of 48 rows."""
_SHORTEST = 0.6
"""Part of `LONGEST` that a piece has at least, so that there is a choice of places to cut."""
_BLANK = 0.25
"""Contrast of a column, in parts of the line's greatest, below which there is nothing in it."""
_WORD_SPACE = 7
"""Columns between two Latin words, of 48 rows, at least; letters are 2 to 4 apart."""


class Piece(NamedTuple):
    begin: int
    end: int
    spaced: bool
    """A space wide enough for a word comes before it."""


def pieces(line: Floats) -> list[Piece]:
    """Where to cut a line, (3, rows, columns)."""
    width = line.shape[2]
    if width <= LONGEST:
        return [Piece(0, width, spaced=False)]
    grey = line.mean(axis=0)
    contrast = np.ptp(grey, axis=0)
    found = []
    begin, spaced = 0, False
    while width - begin > LONGEST:
        # The last two share what is left, so that none is a rest of a few characters.
        longest = min(LONGEST, (width - begin) * 2 // 3)
        place, space = _quietest(contrast, begin + int(longest * _SHORTEST), begin + longest)
        found.append(Piece(begin, place, spaced))
        begin, spaced = place, space >= _WORD_SPACE
    return [*found, Piece(begin, width, spaced)]


def joined(texts: Sequence[str], cuts: Sequence[Piece]) -> str:
    """The text of a line from those of its pieces."""
    text = ""
    for said, piece in zip((text.strip() for text in texts), cuts, strict=True):
        between = " " if piece.spaced and text and said and not (_is_wide(text[-1]) or _is_wide(said[0])) else ""
        text += between + said
    return text


def _quietest(contrast: Floats, first: int, last: int) -> tuple[int, int]:
    """The middle of the widest blank stretch, and how many columns it has; without one, the emptiest column."""
    blank = contrast[first:last] < _BLANK * contrast.max()
    stretches = [(len(list(members)), empty) for empty, members in itertools.groupby(blank.tolist())]
    ends = list(itertools.accumulate(length for length, _ in stretches))
    widest = max(((length, end) for (length, empty), end in zip(stretches, ends, strict=True) if empty), default=None)
    if widest is None:
        return first + int(contrast[first:last].argmin()), 0
    length, end = widest
    return first + end - (length + 1) // 2, length


def _is_wide(character: str) -> bool:
    """Written without spaces between words, as Chinese is."""
    return unicodedata.east_asian_width(character) in {"W", "F"}
