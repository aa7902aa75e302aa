"""What was measured, as people read it: a table, a plot in the terminal, and a page with a plot for a browser."""

from __future__ import annotations

import html as escaping
from collections.abc import Sequence

from .quality import Judged
from .record import Figures, Optimized

WIDTH, HEIGHT = 56, 12
"""Characters of the plot in the terminal."""

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430 }}
table {{ border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100% }}
th, td {{ text-align: right; padding: .3rem .6rem; border-bottom: 1px solid #d8dde4 }}
th:first-child, td:first-child, td:last-child, th:last-child {{ text-align: left }}
tr.chosen {{ background: #e5f3ea; font-weight: 600 }}
svg {{ width: 100%; height: auto }}
p {{ color: #4a5564 }}
</style></head><body>
<h1>{title}</h1>
<p>{facts}</p>
{plot}
<table><thead><tr>{heads}</tr></thead><tbody>
{rows}
</tbody></table>
</body></html>
"""

HEADS = ("Setup", "Turn", "Prefill t/s", "Decode t/s", "Perplexity", "Same token", "Memory", "Load", "Result")


def change(figures: Figures) -> float | None:
    """Of the perplexity, in the language where it is largest of those that count; None where it was not measured."""
    changes = [judged.change for judged in _counted(figures)]
    return max(changes) if changes else None


def _counted(figures: Figures) -> list[Judged]:
    return [judged for language, judged in figures.quality.items() if language in figures.counted]


def front(figures: Sequence[Figures]) -> set[str]:
    """Names of those that no other beats in both speed and quality (the Pareto front)."""
    points = [(one.name, one.speed.turn_ratio, change(one)) for one in figures if one.speed]
    known = [(name, gain, cost) for name, gain, cost in points if cost is not None]
    return {
        name
        for name, gain, cost in known
        if not any(
            other != name and faster >= gain and better <= cost and (faster > gain or better < cost)
            for other, faster, better in known
        )
    }


def cells(one: Figures) -> tuple[str, ...]:
    """The row of a setup under `HEADS`; the last cell is in English, to be translated."""
    speed = one.speed
    cost = change(one)
    same = min((judged.agreement for judged in _counted(one)), default=None)
    error = max((judged.error for judged in _counted(one)), default=0.0)
    return (
        one.name,
        f"{speed.turn_ratio:.2f}x" if speed else "-",
        f"{speed.prefill:.0f} ({speed.prefill_ratio:.2f}x)" if speed else "-",
        f"{speed.decode:.0f} ({speed.decode_ratio:.2f}x)" if speed else "-",
        "-" if cost is None else f"{cost:+.2%} ±{error:.2%}" if one.outcome != "original" else "±0",
        "-" if same is None else f"{same:.1%}",
        f"{one.memory / 1e6:.0f} MB" if one.memory else "-",
        f"{one.load_ms:.0f} ms" if one.load_ms else "-",
        one.outcome,
    )


def plot(figures: Sequence[Figures], budget: float) -> list[str]:
    """Lines of a plot: speed to the right, perplexity upwards; letters stand for setups, the best are capital."""
    points = [
        (one, one.speed.turn_ratio, change(one) or 0.0) for one in figures if one.speed and change(one) is not None
    ]
    if len(points) < 2:
        return []
    best = front(figures)
    right = max(gain for _, gain, _ in points)
    left = min(gain for _, gain, _ in points)
    top = min(max([budget * 2, *(cost for _, _, cost in points)]), budget * 10)
    bottom = min(0.0, *(cost for _, _, cost in points))
    grid = [[" "] * WIDTH for _ in range(HEIGHT)]

    def row(cost: float) -> int:
        part = (min(cost, top) - bottom) / (top - bottom) if top > bottom else 0.0
        return HEIGHT - 1 - round(part * (HEIGHT - 1))

    for column in range(WIDTH):
        grid[row(budget)][column] = "·"
    names = []
    for number, (one, gain, cost) in enumerate(points):
        letter = chr(ord("a") + number % 26)
        letter = letter.upper() if one.name in best else letter
        column = round((gain - left) / (right - left) * (WIDTH - 1)) if right > left else 0
        grid[row(cost)][column] = letter
        names.append(f"{letter} {one.name}")
    labels = {row(budget): f"{budget:+.1%}", 0: f"{top:+.1%}", HEIGHT - 1: f"{bottom:+.1%}"}
    lines = [f"{labels.get(at, ''):>8} │{''.join(line)}" for at, line in enumerate(grid)]
    lines.append(f"{'':>8} └{'─' * WIDTH}")
    lines.append(f"{'':>9} {left:.2f}x{'':{WIDTH - 12}}{right:.2f}x")
    lines += [f"{'':>9} {name}" for name in names]
    return lines


def html(record: Optimized) -> str:
    """A page with no file beside it and no address in it."""
    best = front(record.figures)
    rows = []
    for one in record.figures:
        chosen = ' class="chosen"' if one.outcome == "chosen" else ""
        rows.append(f"<tr{chosen}>{''.join(f'<td>{escaping.escape(cell)}</td>' for cell in cells(one))}</tr>")
    facts = (
        f"{record.machine} · {record.engine} · {record.made} · at most {record.budget:.1%} more perplexity. "
        "Speeds are medians; ratios are to the original, by turns in one run. "
        "Turn: 512 tokens read, 32 after them, 128 written."
    )
    return _PAGE.format(
        title=escaping.escape(f"{record.model}: how it runs best here"),
        facts=escaping.escape(facts),
        plot=_svg(record.figures, record.budget, best),
        heads="".join(f"<th>{head}</th>" for head in HEADS),
        rows="\n".join(rows),
    )


def _svg(figures: Sequence[Figures], budget: float, best: set[str]) -> str:
    points = [
        (one, one.speed.turn_ratio, change(one) or 0.0) for one in figures if one.speed and change(one) is not None
    ]
    if not points:
        return ""
    right = max(1.1, *(gain for _, gain, _ in points)) * 1.1
    top = min(max([budget * 2, *(cost for _, _, cost in points)]), budget * 10) * 1.1
    bottom = min(-budget / 4, *(cost for _, _, cost in points)) * 1.1

    def x(gain: float) -> float:
        return 70 + gain / right * 700

    def y(cost: float) -> float:
        return 320 - (min(cost, top) - bottom) / (top - bottom) * 300

    parts = ['<svg viewBox="0 0 800 370" role="img" aria-label="Speed and perplexity of each setup" font-size="13">']
    parts.append('<path d="M70 20V320H770" fill="none" stroke="#8a94a3"/>')
    line = y(budget)
    parts.append(f'<path d="M70 {line:.0f}H770" stroke="#b4472f" stroke-dasharray="5 4"/>')
    parts.append(f'<text x="64" y="{line + 4:.0f}" text-anchor="end" fill="#b4472f">{budget:+.1%}</text>')
    parts.append(f'<text x="64" y="{y(0) + 4:.0f}" text-anchor="end">0 %</text>')
    steps = (1.0, 1.5, 2.0, 3.0, 4.0)
    parts += [f'<text x="{x(at):.0f}" y="338" text-anchor="middle">{at:g}x</text>' for at in steps if at < right]
    parts.append('<text x="420" y="362" text-anchor="middle">speed of a turn, beside the original</text>')
    for one, gain, cost in points:
        colour = "#1f7a45" if one.outcome == "chosen" else "#2f5fb4" if one.name in best else "#9aa3b0"
        parts.append(f'<circle cx="{x(gain):.0f}" cy="{y(cost):.0f}" r="6" fill="{colour}"/>')
        parts.append(f'<text x="{x(gain) + 10:.0f}" y="{y(cost) + 4:.0f}">{escaping.escape(one.name)}</text>')
    return "\n".join([*parts, "</svg>"])
