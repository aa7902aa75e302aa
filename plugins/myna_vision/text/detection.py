"""Where text is in a picture."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence

import numpy as np

from ..onnx_session import Floats, open_session
from .closer import FinePrint
from .content import content
from .rectangles import Rectangle
from .regions import text_regions
from .sampling import Pixels, strips
from .tensors import tensor

_STRIDE = 32
"""Sides of what the model sees are multiples."""
_MARGIN = 16
"""Pixels of the background's colour around a picture, for text that begins at its edge."""
_USUAL_AREA = 1_000_000
"""Pixels up to which a picture is looked at as it is: 0.3 to 0.7 s on two cores."""
_USUAL_SCALE = 0.75
"""A larger picture is made smaller, but not below this. Characters of 12 pixels were found as well with 8 to 9 as
with 12 (closely set, in three fonts), and worse with 6."""
_LARGEST_AREA = 1_600_000
"""Pixels of one look at most, whatever becomes of small characters: they get a second look."""
_SMALL = 13.0
"""Height of a line, in pixels that the model saw, below which it was too coarse: of characters of 9 pixels and less."""
_SECOND_AREA = 4_000_000
"""Pixels of all second looks together at most."""


class Detector:
    """The detection model of PP-OCR."""

    def __init__(self, path: str, threads: int) -> None:
        """Raises `ModelLoadFailed`."""
        self._session = open_session(path, threads=threads)
        self._input = self._session.only_input(None, 3, None, None)

    def find(self, pixels: Pixels) -> Generator[None, None, list[Rectangle]]:
        """The lines of text; yields while it computes."""
        part = content(pixels)
        if not len(part.columns):
            return []
        seen = part.of(pixels)
        area = seen.shape[0] * seen.shape[1]
        scale = first_scale(area)
        found = yield from self._look(seen, scale)
        closer = min(_USUAL_SCALE, math.sqrt(_SECOND_AREA / area))
        if scale < closer:
            found = yield from self._look_closer(seen, found, scale, closer)
        return [part.whole(line) for line in found]

    def _look(self, pixels: Pixels, scale: float) -> Generator[None, None, list[Rectangle]]:
        tall, wide = pixels.shape[:2]
        height, width = max(1, round(tall * scale)), max(1, round(wide * scale))
        edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
        full = [math.ceil((side + 2 * _MARGIN) / _STRIDE) * _STRIDE for side in (height, width)]
        canvas = np.empty((*full, 3), np.float32)
        canvas[:] = np.median(edge, axis=0)
        for begin, rows in strips(pixels, height, width):
            canvas[_MARGIN + begin :][: len(rows), _MARGIN : _MARGIN + width] = rows
            yield
        answers: list[Floats] = yield from self._session.run_with_breaks({self._input: tensor(canvas)[None]})
        return [line.scaled(1 / scale, -_MARGIN / scale, -_MARGIN / scale) for line in text_regions(answers[0][0, 0])]

    def _look_closer(
        self, seen: Pixels, found: Sequence[Rectangle], scale: float, closer: float
    ) -> Generator[None, None, list[Rectangle]]:
        """Find small lines again, and those that were missed."""
        fine = FinePrint(seen)
        small = [line for line in found if line.height * scale <= _SMALL or fine.crowded(line)]
        lines = [line for line in found if line not in small]
        for band in fine.bands(small, lines, _LARGEST_AREA / closer**2):
            yield
            again = yield from self._look(band.of(seen), closer)
            for line in again:
                moved = line.scaled(1.0, band.left, band.top)
                if not any(_same(other, moved) for other in lines):
                    lines.append(moved)
        return lines


def first_scale(area: int) -> float:
    """Of a first look at a picture of so many pixels."""
    usual = max(_USUAL_SCALE, math.sqrt(_USUAL_AREA / area))
    return min(1.0, usual, math.sqrt(_LARGEST_AREA / area))


def _same(line: Rectangle, other: Rectangle) -> bool:
    """Whether the middle of the other, or this one's own in the other, lies inside: both are the same text."""
    return _holds(line, other.x, other.y) or _holds(other, line.x, line.y)


def _holds(line: Rectangle, x: float, y: float) -> bool:
    along = (x - line.x) * math.cos(line.angle) + (y - line.y) * math.sin(line.angle)
    down = (y - line.y) * math.cos(line.angle) - (x - line.x) * math.sin(line.angle)
    return abs(along) <= line.length / 2 and abs(down) <= line.height / 2
