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
_MARK = 2.5
"""Length up to which a line may be the sign or the number of an entry of a list, in line heights."""
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
        columns, last = _longest_columns(bands, first)
        if columns:
            found += [box for column in columns for box in _ordered(column)]
        else:
            found += _rows(bands[first])
            last = first + 1
        first = last
    return found


def _longest_columns(bands: Sequence[list[_Box]], first: int) -> tuple[list[list[_Box]], int]:
    """The columns of prose that the most bands from `first` on form, and one past the last of these bands."""
    members: list[_Box] = []
    found: list[list[_Box]] = []
    end = first
    for number in range(first, len(bands)):
        members = members + bands[number]
        columns = _columns(members)
        if columns:
            found, end = columns, number + 1
        elif found or number - first + 1 >= 2 * _PROSE_LINES:
            # Each line of two columns may be a band of its own, where they are not level.
            break
    return found, end


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


def _columns(boxes: Sequence[_Box]) -> list[list[_Box]]:
    """Two or more columns of prose, from left to right; none where there is a table, or one column."""
    height = statistics.median(box.height for box in boxes)
    columns: list[list[_Box]] = []
    right = -math.inf
    for box in sorted(boxes):
        # The signs or numbers of a list belong to what stands to the right of them.
        if not columns or (box.left - right >= _GUTTER * height and not _are_marks(columns[-1])):
            columns.append([])
        columns[-1].append(box)
        right = max(right, box.right)
    return columns if len(columns) > 1 and all(_is_prose(column) for column in columns) else []


def _are_marks(boxes: Sequence[_Box]) -> bool:
    return all(box.right - box.left <= _MARK * box.height for box in boxes)


def _is_prose(boxes: Sequence[_Box]) -> bool:
    lengths = [box.right - box.left for box in boxes if not _are_marks([box])]
    if len(lengths) < _PROSE_LINES:
        return False
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
