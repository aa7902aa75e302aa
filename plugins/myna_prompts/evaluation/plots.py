"""Plots as inline SVG."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from html import escape

_LABEL = 226
"""Left of the plot, for labels; all sizes are in the units of the drawing."""

_PLOT = 540
_ROW = 26
_MOST_ROWS = 200

_WIDE, _NARROW = 12.0, 7.3
"""Of a Chinese and of a Latin character at the size of the labels, 12; of the latter the mean in DejaVu Sans, the
widest of the usual fonts."""

Bar = tuple[str, float, tuple[float, float] | None, float | None]
"""Label, value, the ends of its interval, the value before."""


def bars(rows: Sequence[Bar], title: str, legend: Sequence[str] = ()) -> str:
    """Horizontal bars of values from 0 to 1. `legend` names the value, its interval and the value before, as many of
    them as are drawn."""
    drawn = []
    for at, (label, value, interval, before) in enumerate(rows[:_MOST_ROWS]):
        top = at * _ROW + 6
        middle = top + 7
        drawn.append(_label(label, middle))
        drawn.append(f'<rect class="track" x="{_LABEL}" y="{top}" width="{_PLOT}" height="14"/>')
        drawn.append(f'<rect class="bar" x="{_LABEL}" y="{top}" width="{_x(value) - _LABEL:.1f}" height="14"/>')
        if interval is not None:
            drawn.append(_whisker(_x(interval[0]), _x(interval[1]), middle))
        if before is not None:
            drawn.append(f'<circle class="before" cx="{_x(before):.1f}" cy="{middle}" r="4.5"/>')
        colour = "" if interval is not None else "good" if value == 1 else "bad" if value == 0 else ""
        drawn.append(f'<text class="{colour}" x="{_LABEL + _PLOT + 8}" y="{middle + 4}">{value:.2f}</text>')
    return _drawing(drawn, len(rows), ["0", "0.5", "1"], title, legend)


def dots(rows: Sequence[tuple[str, Sequence[float]]], title: str) -> str:
    """Milliseconds of each row as dots, on a common scale of seconds from 0."""
    most = _round_above(max((value for _, values in rows for value in values), default=0.0) / 1e3)
    drawn = []
    for at, (label, values) in enumerate(rows[:_MOST_ROWS]):
        middle = at * _ROW + 13
        drawn.append(_label(label, middle))
        drawn.append(f'<line class="line" x1="{_LABEL}" x2="{_LABEL + _PLOT}" y1="{middle}" y2="{middle}"/>')
        drawn += [f'<circle class="dot" cx="{_x(ms / 1e3 / most):.1f}" cy="{middle}" r="5"/>' for ms in values]
    return _drawing(drawn, len(rows), ["0", f"{most / 2:g}", f"{most:g} s"], title)


def _round_above(value: float) -> float:
    """The next of 1, 2, 3, 4, 5, 6, 8, 10 times a power of ten, so that it and its half are short numbers."""
    if value <= 0:
        return 1.0
    power: float = 10.0 ** math.floor(math.log10(value))
    step = next(step for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * power >= value * (1 - 1e-9))
    return float(f"{step * power:.6g}")


def _x(share: float) -> float:
    return _LABEL + _PLOT * min(1.0, max(0.0, share))


def _whisker(low: float, high: float, middle: float) -> str:
    """A line with ends, and a halo so that it is seen on the bar and beside it."""
    path = f"M{low:.1f} {middle - 4}v8m0-4H{high:.1f}m0-4v8"
    return f'<path class="halo" fill="none" d="{path}"/><path class="whisker" fill="none" d="{path}"/>'


def _label(text: str, middle: float) -> str:
    return f'<text x="{_LABEL - 8}" y="{middle + 4}" text-anchor="end">{escape(fitted(text))}</text>'


def fitted(text: str) -> str:
    """As much of a label as has room left of the plot, with an ellipsis where it was cut."""
    room = _LABEL - 14.0
    if sum(map(_width, text)) <= room:
        return text
    room -= _WIDE
    for at, char in enumerate(text):
        room -= _width(char)
        if room < 0:
            return text[:at].rstrip() + "…"
    return text


def _width(char: str) -> float:
    return _WIDE if unicodedata.east_asian_width(char) in "WF" else _NARROW


def _drawing(drawn: Sequence[str], rows: int, ticks: Sequence[str], title: str, legend: Sequence[str] = ()) -> str:
    height = min(rows, _MOST_ROWS) * _ROW + 24
    axis = []
    for at, tick in enumerate(ticks):
        x = _LABEL + _PLOT * at / (len(ticks) - 1)
        axis.append(f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 20}"/>')
        axis.append(f'<text class="faint" x="{x:.1f}" y="{height - 6}" text-anchor="middle">{escape(tick)}</text>')
    width = _LABEL + _PLOT + 60
    content = "".join([*axis, *drawn, *_legend(legend, height + 14)])
    height += 30 if legend else 0
    size = f"0 0 {width} {height}"
    drawing = f'<svg viewBox="{size}" role="img" aria-label="{escape(title)}">{content}</svg>'
    return f'<div class="scroll">{drawing}</div>'


def _legend(names: Sequence[str], middle: float) -> list[str]:
    drawn = []
    x = float(_LABEL)
    for at, name in enumerate(names):
        drawn += [_mark(at, x, middle), f'<text class="faint" x="{x + 28:.0f}" y="{middle + 4}">{escape(name)}</text>']
        x += 52 + sum(map(_width, name))
    return drawn


def _mark(kind: int, x: float, middle: float) -> str:
    """As drawn in the rows: a value, its interval, the value before."""
    if kind == 0:
        return f'<rect class="bar" x="{x:.0f}" y="{middle - 7}" width="22" height="14"/>'
    if kind == 1:
        return _whisker(x, x + 22, middle)
    return f'<circle class="before" cx="{x + 11:.0f}" cy="{middle}" r="4.5"/>'
