"""Plots as inline SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_LABEL = 190
"""Left of the plot, for labels; all sizes are in the units of the drawing."""

_PLOT = 560
_ROW = 26
_MOST_ROWS = 200

Bar = tuple[str, float, tuple[float, float] | None, float | None]
"""Label, value, the ends of its interval, the value before."""


def bars(rows: Sequence[Bar]) -> str:
    """Horizontal bars of values from 0 to 1."""
    drawn = []
    for at, (label, value, interval, before) in enumerate(rows[:_MOST_ROWS]):
        top = at * _ROW + 6
        middle = top + 7
        drawn.append(_label(label, middle))
        drawn.append(f'<rect class="bar" x="{_LABEL}" y="{top}" width="{_x(value) - _LABEL:.1f}" height="14"/>')
        if interval is not None:
            low, high = _x(interval[0]), _x(interval[1])
            drawn.append(f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>')
        if before is not None:
            drawn.append(f'<circle class="before" cx="{_x(before):.1f}" cy="{middle}" r="5"/>')
        drawn.append(f'<text x="{_LABEL + _PLOT + 8}" y="{middle + 4}">{value:.2f}</text>')
    return _drawing(drawn, len(rows), ["0", "0.5", "1"])


def dots(rows: Sequence[tuple[str, Sequence[float]]], unit: str) -> str:
    """The single values of each row on a common scale from 0."""
    most = max((value for _, values in rows for value in values), default=0.0) or 1.0
    drawn = []
    for at, (label, values) in enumerate(rows[:_MOST_ROWS]):
        middle = at * _ROW + 13
        drawn.append(_label(label, middle))
        drawn += [f'<circle class="dot" cx="{_x(value / most):.1f}" cy="{middle}" r="5"/>' for value in values]
    return _drawing(drawn, len(rows), ["0", f"{most / 2:.0f}", f"{most:.0f} {unit}"])


def _x(share: float) -> float:
    return _LABEL + _PLOT * min(1.0, max(0.0, share))


def _label(text: str, middle: float) -> str:
    shown = text if len(text) <= 28 else text[:27] + "…"
    return f'<text x="{_LABEL - 8}" y="{middle + 4}" text-anchor="end">{escape(shown)}</text>'


def _drawing(drawn: Sequence[str], rows: int, ticks: Sequence[str]) -> str:
    height = min(rows, _MOST_ROWS) * _ROW + 24
    axis = []
    for at, tick in enumerate(ticks):
        x = _LABEL + _PLOT * at / (len(ticks) - 1)
        axis.append(f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{height - 20}"/>')
        axis.append(f'<text class="faint" x="{x:.1f}" y="{height - 6}" text-anchor="middle">{escape(tick)}</text>')
    width = _LABEL + _PLOT + 60
    return f'<svg viewBox="0 0 {width} {height}" role="img">{"".join([*axis, *drawn])}</svg>'
