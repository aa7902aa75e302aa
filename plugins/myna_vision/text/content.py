"""The part of a picture in which text can be: margins and other wide empty bands are not worth looking at."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .rectangles import Rectangle, readable
from .sampling import Pixels

_CONTRAST = 24
"""Difference from its first pixel, of 255 in any colour, up to which a row or column is empty."""
_STRIP = 64
_KEPT = 32
"""Pixels of an empty band that are left on each side: what stands apart stays apart, and text has air around it."""

Places = npt.NDArray[np.intp]


class Content(NamedTuple):
    """The rows and columns that are looked at, in ascending order."""

    rows: Places
    columns: Places

    def of(self, pixels: Pixels) -> Pixels:
        if (len(self.rows), len(self.columns)) == pixels.shape[:2]:
            return pixels
        taken: Pixels = pixels[self.rows][:, self.columns]
        return taken

    def whole(self, line: Rectangle) -> Rectangle:
        """A line that was found in the content, in the whole picture."""
        x, y = math.cos(line.angle) * line.length / 2, math.sin(line.angle) * line.length / 2
        begin = self._place(line.x - x, line.y - y)
        end = self._place(line.x + x, line.y + y)
        return readable(
            Rectangle(
                (begin[0] + end[0]) / 2,
                (begin[1] + end[1]) / 2,
                math.hypot(end[0] - begin[0], end[1] - begin[1]),
                line.height,
                math.atan2(end[1] - begin[1], end[0] - begin[0]),
            )
        )

    def _place(self, x: float, y: float) -> tuple[float, float]:
        return _before(self.columns, x), _before(self.rows, y)


def content(pixels: Pixels) -> Content:
    """Where there is anything to see; no rows and no columns in a picture of one colour."""
    rows = _worthwhile(np.concatenate([_differences(strip, strip[:, :1]).max(axis=1) for strip in _strips(pixels)]))
    kept = pixels[rows]
    if not len(rows):
        return Content(rows, rows)
    # Rows that are empty themselves may differ from one another: a column is empty if it is so in each strip.
    spans = np.max([_differences(strip, strip[:1]).max(axis=0) for strip in _strips(kept)], axis=0)
    return Content(rows, _worthwhile(spans.reshape(-1, 3).max(axis=1)))


def _strips(pixels: Pixels) -> Iterator[Pixels]:
    """Some rows at a time, which stay in the processor's cache."""
    return (pixels[begin : begin + _STRIP] for begin in range(0, len(pixels), _STRIP))


def _differences(pixels: Pixels, other: Pixels) -> Pixels:
    """From the colours of other pixels, each colour by itself: (rows, 3 times the columns)."""
    found: Pixels = np.maximum(pixels, other) - np.minimum(pixels, other)
    return found.reshape(len(pixels), -1)


def _worthwhile(spans: Pixels) -> Places:
    """The places that are not empty, and those around them."""
    full = spans > _CONTRAST
    # How many full places there are up to each; one is near where the count grows around it.
    counts = np.concatenate([[0], np.cumsum(full)])
    places = np.arange(len(spans))
    near = counts[np.minimum(places + _KEPT + 1, len(spans))] > counts[np.maximum(places - _KEPT, 0)]
    return np.flatnonzero(near)


def _before(places: Places, place: float) -> float:
    """A coordinate among the kept places, in the whole; beyond them, at the same distance."""
    nearest = min(max(math.floor(place), 0), len(places) - 1)
    return float(places[nearest]) + place - nearest
