"""Which way a picture is read: lines vote, and those that cannot tell follow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from .rectangles import Rectangle

ELONGATED = 1.5
"""Length over height from which a line shows along which of its sides it is read; one character does not."""
_SURE = 0.9
"""Probability from which a line's own direction counts against the others' (PP-OCR's `cls_thresh`)."""
_TELLING = 2.5
"""Length over height from which the direction model is trusted against the other lines: a word, not a character."""


def along_one_axis(lines: Sequence[Rectangle]) -> list[Rectangle]:
    """With short lines read along the axis that the long ones share: to the right, or downwards."""
    angle = _mean_angle(line for line in lines if is_elongated(line))
    return [line if is_elongated(line) else _nearest(line, angle) for line in lines]


def is_elongated(line: Rectangle) -> bool:
    return line.length >= ELONGATED * line.height


def right_way_up(lines: Sequence[Rectangle], upside_down: Sequence[float]) -> list[Rectangle]:
    """With those turned by half that are upside down; `upside_down` is each one's probability of that."""
    vote = sum(line.length * (chance - 0.5) for line, chance in zip(lines, upside_down, strict=True))
    found = []
    for line, chance in zip(lines, upside_down, strict=True):
        own = line.length >= _TELLING * line.height and not 1 - _SURE < chance < _SURE
        found.append(line.turned(2) if (chance > 0.5 if own else vote > 0) else line)
    return found


def other_ways(line: Rectangle) -> list[Rectangle]:
    """In what other directions a line may be read that makes no sense as it is."""
    return [line.turned(2)] if is_elongated(line) else [line.turned(2), line.turned(1), line.turned(3)]


def reading_angle(lines: Iterable[Rectangle]) -> float:
    """The direction that most text is read in, in radians clockwise from the x axis; 0 without lines."""
    return _mean_angle(lines)


def _mean_angle(lines: Iterable[Rectangle]) -> float:
    """Of the lines that are read in the quarter of the circle with most text, each counted by its length."""
    sums = [[0.0, 0.0, 0.0] for _ in range(4)]
    for line in lines:
        total = sums[round(line.angle / (math.pi / 2)) % 4]
        total[0] += line.length
        total[1] += line.length * math.cos(line.angle)
        total[2] += line.length * math.sin(line.angle)
    length, cosine, sine = max(sums)
    return math.atan2(sine, cosine) if length else 0.0


def _nearest(line: Rectangle, angle: float) -> Rectangle:
    return line.turned(round((angle - line.angle) / (math.pi / 2)))
