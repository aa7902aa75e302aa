"""Where lines of text stand to one another, with the page turned so that they run from left to right."""

from __future__ import annotations

import cmath
import math
from collections.abc import Sequence

import msgspec

from myna.engine.sight import TextLine


class Printed(msgspec.Struct, frozen=True):
    """A line of text and the box that it fills; pixels of the turned page."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """From the top."""
        return (self.top + self.bottom) / 2

    def beside(self, other: Printed) -> bool:
        """Whether both stand in one row: the middle of the lower one lies within the higher one."""
        low, high = sorted((self, other), key=lambda line: line.height)
        return high.top < low.middle < high.bottom

    def under(self, other: Printed) -> bool:
        """Whether this stands directly below `other`: in its column, and at most two lines further down."""
        return (
            self.left < other.right
            and other.left < self.right
            and 0 < self.middle - other.middle < 2.5 * max(self.height, other.height)
            and not self.beside(other)
        )


ASTRAY = 30.0
"""Degrees from the direction of most text. Text on labels and seals may run as it likes, and a single digit is taken
for one that lies on its side; neither tells how the page is turned."""


def direction(lines: Sequence[TextLine]) -> float:
    """The angle in which most of the text runs, in degrees clockwise, -180 to 180; 0 without text."""
    ways = [complex(*line.corners[1]) - complex(*line.corners[0]) for line in lines]
    # What is long counts most.
    most = sum(way * abs(way) for way in ways)
    if not most:
        return 0.0
    along = sum(way for way in ways if way and abs(cmath.phase(way / most)) <= math.radians(ASTRAY))
    return math.degrees(cmath.phase(along or most))


def turned(lines: Sequence[TextLine]) -> list[Printed]:
    """The lines with the page turned by their `direction`."""
    angle = math.radians(direction(lines))
    cos, sin = math.cos(angle), math.sin(angle)
    printed = []
    for line in lines:
        across = [x * cos + y * sin for x, y in line.corners]
        down = [y * cos - x * sin for x, y in line.corners]
        printed.append(Printed(line.text.strip(), min(across), min(down), max(across), max(down)))
    return printed


def joined(printed: Sequence[Printed]) -> list[Printed]:
    """With the words of a row put together again where a recogniser found them one by one."""
    found: list[Printed] = []
    for line in sorted(printed, key=lambda line: line.left):
        before = next((other for other in found if _follows(line, other)), None)
        if before is None:
            found.append(line)
        else:
            found[found.index(before)] = Printed(
                f"{before.text} {line.text}",
                before.left,
                min(before.top, line.top),
                line.right,
                max(before.bottom, line.bottom),
            )
    return sorted(found, key=lambda line: line.top)


def _follows(line: Printed, before: Printed) -> bool:
    """Whether not more than a space in a typewriter's font, six tenths of an em, lies between them."""
    gap = line.left - before.right
    return line.beside(before) and -0.3 * line.height < gap < 0.7 * min(line.height, before.height)


APART = "    "
"""Between what stands side by side."""


def rows(lines: Sequence[TextLine]) -> list[str]:
    """The text as it is read: what stands side by side in one row, with some spaces between."""
    return [APART.join(line.text.strip() for line in row) for row in in_rows(lines)]


def in_rows(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """The lines that stand side by side, row by row, in the order in which they are read."""
    found: list[list[TextLine]] = []
    before: Printed | None = None
    for line, printed in zip(lines, turned(lines), strict=True):
        if before is not None and printed.beside(before) and printed.left >= before.right - printed.height:
            found[-1].append(line)
        else:
            found.append([line])
        before = printed
    return found
