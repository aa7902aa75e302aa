"""Where text is in a picture."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence

import numpy as np

from ..onnx_session import Floats, open_session
from .content import content
from .rectangles import Rectangle
from .regions import text_regions
from .sampling import Pixels, resized
from .tensors import tensor

_STRIDE = 32
"""Sides of what the model sees are multiples."""
_MARGIN = 16
"""Pixels of the background's colour around a picture, for text that begins at its edge."""
_USUAL_AREA = 1_000_000
"""Pixels up to which a picture is looked at as it is: 0.3 to 0.7 s on two cores."""
_USUAL_SCALE = 0.7
"""A larger picture is made smaller, but not below this: characters of 12 pixels were found as well with 8 (all of 12
lines, closely set, in three fonts), and worse with 6."""
_LARGEST_AREA = 1_600_000
"""Pixels of one look at most, whatever becomes of small characters: they get a second look."""
_SMALL = 13.0
"""Height of a line, in pixels that the model saw, below which it was too coarse: of characters of 9 pixels and less."""
_SECOND_SCALE = 0.75
_SECOND_AREA = 8_000_000
"""Pixels of all second looks together at most."""
_OVERLAP = 48
"""Pixels that bands of a second look have in common, so that a small line is whole in one of them."""


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
        closer = min(_SECOND_SCALE, math.sqrt(_SECOND_AREA / area))
        if scale < min(_USUAL_SCALE, closer):
            found = yield from self._look_closer(seen, found, scale, closer)
        return [part.whole(line) for line in found]

    def _look(self, pixels: Pixels, scale: float) -> Generator[None, None, list[Rectangle]]:
        tall, wide = pixels.shape[:2]
        height, width = max(1, round(tall * scale)), max(1, round(wide * scale))
        seen = pixels if scale == 1 else resized(pixels, height, width)
        edge = np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]])
        full = [math.ceil((side + 2 * _MARGIN) / _STRIDE) * _STRIDE for side in (height, width)]
        canvas = np.empty((*full, 3), np.float32)
        canvas[:] = np.median(edge, axis=0)
        canvas[_MARGIN : _MARGIN + height, _MARGIN : _MARGIN + width] = seen
        yield
        answers: list[Floats] = yield from self._session.run_with_breaks({self._input: tensor(canvas)[None]})
        return [line.scaled(1 / scale, -_MARGIN / scale, -_MARGIN / scale) for line in text_regions(answers[0][0, 0])]

    def _look_closer(
        self, pixels: Pixels, found: Sequence[Rectangle], scale: float, closer: float
    ) -> Generator[None, None, list[Rectangle]]:
        """Find small lines again, in bands along the direction of reading, each as large as the model may see."""
        small = [line for line in found if line.height * scale <= _SMALL]
        lines = [line for line in found if line.height * scale > _SMALL]
        for left, top, right, bottom in bands(small, pixels.shape[1], pixels.shape[0], _LARGEST_AREA / closer**2):
            seen = yield from self._look(pixels[top:bottom, left:right], closer)
            for line in seen:
                moved = line.scaled(1.0, left, top)
                if not any(_covers(other, moved) for other in lines):
                    lines.append(moved)
        return lines


def first_scale(area: int) -> float:
    """Of a first look at a picture of so many pixels."""
    usual = max(_USUAL_SCALE, math.sqrt(_USUAL_AREA / area))
    return min(1.0, usual, math.sqrt(_LARGEST_AREA / area))


def bands(lines: Sequence[Rectangle], width: int, height: int, area: float) -> list[tuple[int, int, int, int]]:
    """Bands of the picture (left, top, right, bottom) of at most `area` pixels, in which these lines are whole.

    They lie along the lines, so that none is cut; across, they overlap.
    """
    steep = sum(line.length for line in lines if abs(math.sin(line.angle)) > math.sqrt(0.5))
    upright = 2 * steep > sum(line.length for line in lines)
    along, across = (height, width) if upright else (width, height)
    thickest = max(4 * _OVERLAP, int(area / along))
    places = sorted(line.x if upright else line.y for line in lines)
    found: list[tuple[int, int, int, int]] = []
    reached = -math.inf
    for place in places:
        if place + _OVERLAP / 2 <= reached:
            continue
        begin = max(0, int(place) - _OVERLAP)
        end = min(across, begin + thickest)
        last = max(other for other in places if other <= end)
        reached, end = end, min(end, int(last) + _OVERLAP)
        found.append((begin, 0, end, height) if upright else (0, begin, width, end))
    return found


def _covers(line: Rectangle, other: Rectangle) -> bool:
    """Whether the middle of the other, or this one's own in the other, lies inside: both are the same text."""
    return _holds(line, other.x, other.y) or _holds(other, line.x, line.y)


def _holds(line: Rectangle, x: float, y: float) -> bool:
    along = (x - line.x) * math.cos(line.angle) + (y - line.y) * math.sin(line.angle)
    down = (y - line.y) * math.cos(line.angle) - (x - line.x) * math.sin(line.angle)
    return abs(along) <= line.length / 2 and abs(down) <= line.height / 2
