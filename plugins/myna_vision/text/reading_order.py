"""Which line comes after which: row by row, and columns of prose one after the other.

Two columns of a table are read across, since what stands side by side belongs together; two columns of prose are
read one after the other. They are told apart by how much of the columns their lines fill.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

from .orientation import reading_angle
from .rectangles import Rectangle

_GUTTER = 0.7
"""Width of the space between two columns, in line heights; spaces between words are 0.2 to 0.4."""
_PROSE_LINES = 3
"""Lines a column has at least on each side of a gutter."""
_PROSE_LENGTH = 5.0
"""Length of a line of prose, in line heights: some ten Latin or five Chinese characters."""
_PROSE_FILL = 0.6
"""Part of a column's width that its lines take up; entries of a table are of all lengths."""
_SAME_ROW = 0.5
"""Part of the lower line's height that two lines of a row have in common."""


class _Box(NamedTuple):
    """A line in the frame in which text runs to the right."""

    left: float
    top: float
    right: float
    bottom: float
    place: int

    @property
    def height(self) -> float:
        return self.bottom - self.top


def reading_order(lines: Sequence[Rectangle]) -> list[int]:
    """The places of the lines in the order in which they are read."""
    angle = reading_angle(lines)
    cosine, sine = math.cos(angle), math.sin(angle)
    boxes = []
    for place, line in enumerate(lines):
        x, y = line.x * cosine + line.y * sine, line.y * cosine - line.x * sine
        # How far the line reaches in the frame, if it is tilted against it.
        tilt = line.angle - angle
        wide = abs(line.length * math.cos(tilt)) + abs(line.height * math.sin(tilt)) * 0.5
        high = abs(line.height * math.cos(tilt)) + abs(line.length * math.sin(tilt)) * 0.5
        boxes.append(_Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2, place))
    return [box.place for box in _ordered(boxes)]


def _ordered(boxes: list[_Box]) -> list[_Box]:
    bands = _bands(boxes)
    found: list[_Box] = []
    first = 0
    while first < len(bands):
        last = _columns_end(bands, first)
        if last > first:
            members = [box for band in bands[first:last] for box in band]
            gutter = _gutter(members)
            if gutter is not None:
                found += _ordered([box for box in members if box.right <= gutter])
                found += _ordered([box for box in members if box.right > gutter])
        else:
            found += _rows(bands[first])
            last = first + 1
        first = last
    return found


def _columns_end(bands: Sequence[list[_Box]], first: int) -> int:
    """One past the last of the bands from `first` on that share a gutter between columns of prose; else `first`."""
    members: list[_Box] = []
    end = first
    for number in range(first, len(bands)):
        members += bands[number]
        if _gutter(members) is not None:
            end = number + 1
        elif end > first or number - first + 1 >= _PROSE_LINES:
            break
    return end


def _bands(boxes: Sequence[_Box]) -> list[list[_Box]]:
    """Groups from top to bottom, with nothing but space between them."""
    bands: list[list[_Box]] = []
    bottom = -math.inf
    for box in sorted(boxes, key=lambda box: (box.top + box.bottom) / 2):
        # Boxes are a little higher than their text: those of two rows may overlap.
        if not bands or box.top + 0.25 * box.height >= bottom:
            bands.append([])
            bottom = -math.inf
        bands[-1].append(box)
        bottom = max(bottom, box.bottom - 0.25 * box.height)
    return bands


def _gutter(boxes: Sequence[_Box]) -> float | None:
    """Where the space between two columns of prose begins, the widest if there are several."""
    height = statistics.median(box.height for box in boxes)
    spaces: list[tuple[float, float]] = []
    right = math.inf
    for box in sorted(boxes):
        if box.left - right >= _GUTTER * height:
            spaces.append((box.left - right, right))
        right = box.right if right == math.inf else max(right, box.right)
    for _, place in sorted(spaces, reverse=True):
        sides = [box for box in boxes if box.right <= place], [box for box in boxes if box.right > place]
        if all(_is_prose(side) for side in sides):
            return place
    return None


def _is_prose(boxes: Sequence[_Box]) -> bool:
    if len(boxes) < _PROSE_LINES:
        return False
    lengths = [box.right - box.left for box in boxes]
    width = max(box.right for box in boxes) - min(box.left for box in boxes)
    height = statistics.median(box.height for box in boxes)
    return statistics.median(lengths) >= max(_PROSE_LENGTH * height, _PROSE_FILL * width)


def _rows(boxes: Sequence[_Box]) -> list[_Box]:
    """Row by row, each from left to right."""
    rows: list[list[_Box]] = []
    for box in sorted(boxes, key=lambda box: (box.top + box.bottom) / 2):
        if rows and _beside(rows[-1], box):
            rows[-1].append(box)
        else:
            rows.append([box])
    return [box for row in rows for box in sorted(row)]


def _beside(row: Sequence[_Box], box: _Box) -> bool:
    """Whether a line stands beside all those of the row, not above or below one."""
    return all(
        min(other.bottom, box.bottom) - max(other.top, box.top) >= _SAME_ROW * min(other.height, box.height)
        and (other.right <= box.left + 0.5 * box.height or box.right <= other.left + 0.5 * box.height)
        for other in row
    )
