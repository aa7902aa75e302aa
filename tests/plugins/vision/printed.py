"""Lines of text at places, as a reader would find them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from myna.engine.sight import PictureFacts, Point, TextLine

EM = 10.0
"""Pixels of a letter's width; lines are 20 high."""


def line(text: str, x: float, y: float, *, turn: float = 0.0) -> TextLine:
    """`text` from (`x`, `y`) on, on a page that is turned by `turn` degrees clockwise around its corner."""
    width = EM * sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
    angle = math.radians(turn)

    def place(x: float, y: float) -> Point:
        return x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)

    corners = place(x, y), place(x + width, y), place(x + width, y + 20), place(x, y + 20)
    return TextLine(text, 0.99, corners)


def page(rows: Iterable[tuple[str, str]], *, turn: float = 0.0) -> PictureFacts:
    """A receipt: what stands left, and what stands right of it at x = 400; rows are 30 apart."""
    lines = []
    for number, (left, right) in enumerate(rows):
        if left:
            lines.append(line(left, 10, 30 * number, turn=turn))
        if right:
            lines.append(line(right, 400, 30 * number, turn=turn))
    return PictureFacts(lines=tuple(lines))
