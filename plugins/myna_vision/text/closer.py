"""Where a large picture deserves a second, closer look: where there is fine print that the first cannot have read.

A first look at a large picture is coarse. It may take small lines for one another, and misses them altogether where
they stand alone: of a block of eight lines of 12 pixels on 8 megapixels, it found between none and five.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .rectangles import Rectangle
from .sampling import Pixels

_SHARP = 48
"""Difference of neighbouring pixels, of 255, that the edges of small letters have: grey ones of half the contrast too.
Photographs are softer, pixel by pixel."""
_WINDOW = 9
"""Rows over which edges are counted: about those of a small line."""
_EDGES = 120
"""In a window, those of red, green and blue together; a word of five letters of 12 pixels has 100 to 150 of each."""
_CROWD = 48
"""Edges across a line, for each of its heights along it: letters half as wide as they are high have 12 to 24."""
OVERLAP = 48
"""Pixels that bands have in common, so that a small line is whole in one of them."""


class Band(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int

    def of(self, pixels: Pixels) -> Pixels:
        return pixels[self.top : self.bottom, self.left : self.right]


class FinePrint:
    """The sharp edges of a picture: where letters are, and how small they are."""

    def __init__(self, pixels: Pixels) -> None:
        flat = pixels.reshape(len(pixels), -1)
        left, right = flat[:, :-3], flat[:, 3:]
        self._edges = np.maximum(left, right) - np.minimum(left, right) > _SHARP
        self._shape = pixels.shape[0], pixels.shape[1]

    def crowded(self, line: Rectangle) -> bool:
        """Whether letters are too small for the line: it is several lines, taken for one."""
        inside = self._edges[self._inside(line)]
        crossed = inside.shape[0] if abs(math.cos(line.angle)) > math.sqrt(0.5) else inside.shape[1] // 3
        return bool(inside.sum() > _CROWD * line.length / line.height * crossed)

    def bands(self, small: Sequence[Rectangle], large: Sequence[Rectangle], area: float) -> list[Band]:
        """Bands of at most `area` pixels with the small lines, and with fine print outside the large ones.

        They lie along the lines, so that none is cut, and overlap.
        """
        edges = self._edges.copy()
        for line in large:
            edges[self._inside(line)] = False
        lines = [*small, *large]
        steep = sum(line.length for line in lines if abs(math.sin(line.angle)) > math.sqrt(0.5))
        upright = 2 * steep > sum(line.length for line in lines)
        tall, wide = self._shape[::-1] if upright else self._shape
        counts = edges.sum(axis=0).reshape(-1, 3).sum(axis=1) if upright else edges.sum(axis=1)
        wanted = _many(counts, tall)
        for line in small:
            wanted[min(max(0, int(line.x if upright else line.y)), tall - 1)] = True
        spans = _spans(np.flatnonzero(wanted).tolist(), tall, max(4 * OVERLAP, int(area / wide)))
        return [Band(begin, 0, end, wide) if upright else Band(0, begin, wide, end) for begin, end in spans]

    def _inside(self, line: Rectangle) -> tuple[slice, slice]:
        """The upright box around a line, three columns a pixel."""
        x, y = np.clip(line.corners(), 0, None).T
        return slice(int(y.min()), int(y.max()) + 1), slice(3 * int(x.min()), 3 * int(x.max()) + 3)


def _many(counts: npt.NDArray[np.int_], size: int) -> npt.NDArray[np.bool_]:
    """Where there are many edges in a window around."""
    before = np.zeros(size + 1, np.int_)
    before[1 : len(counts) + 1] = np.cumsum(counts)
    before[len(counts) + 1 :] = before[len(counts)]
    places = np.arange(size)
    first = np.maximum(places - _WINDOW // 2, 0)
    last = np.minimum(places + _WINDOW // 2 + 1, size)
    many: npt.NDArray[np.bool_] = before[last] - before[first] >= _EDGES
    return many


def _spans(places: Sequence[int], size: int, thickest: int) -> list[tuple[int, int]]:
    """Stretches of 0 to `size` that hold all places, each with what is around it in one of them."""
    found: list[tuple[int, int]] = []
    reached = -1
    for place in places:
        if place < reached:
            continue
        begin = max(0, place - OVERLAP)
        end = min(size, begin + thickest)
        # What is close to the end is left to the next.
        reached = end if end == size else end - OVERLAP
        last = max(other for other in places if other < reached)
        found.append((begin, min(end, last + OVERLAP)))
    return found
