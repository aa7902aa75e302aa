"""An evaluation in the terminal."""

from __future__ import annotations

from myna.cli.context import Context

from .results import Comparison, Evaluation, Metric

NAMES = {
    "completion": "task completion",
    "exact": "exact match",
    "similarity": "similarity",
    "schema": "schema validity",
    "distinct-1": "diversity, distinct-1",
    "distinct-2": "diversity, distinct-2",
    "words": "length",
    "prompt-tokens": "prompt",
    "answer-tokens": "answer",
    "first-token": "first token",
    "total": "whole answer",
}
"""What people call the figures."""

SHOWN = 200
"""Characters of an answer in the table; the report has all."""

VERDICTS = {"better": "better", "worse": "worse", "same": "same"}


def show(ctx: Context, now: Evaluation, comparison: Comparison | None) -> None:
    """The figures, the cases that failed, and the comparison."""
    seeds = ", ".join(str(seed) for seed in range(now.seed, now.seed + min(now.seeds, 5)))
    title = ctx.text(
        "{name} {version} on {model}, seeds {seeds}", name=now.name, version=now.version, model=now.model, seeds=seeds
    )
    ctx.print_lines([ctx.bold(title), ""])
    rows = [
        (
            ctx.text(NAMES[metric.name]),
            value(metric.value, metric),
            _interval(metric),
            ctx.text(metric.unit or "share"),
            str(metric.cases),
        )
        for metric in now.metrics
    ]
    ctx.print_table(("MEASURE", "VALUE", "95 % INTERVAL", "UNIT", "CASES"), rows)
    failed = [answer for answer in now.answers if answer.faults]
    if failed:
        ctx.print_lines(["", ctx.bold(ctx.text("Cases that failed"))])
        ctx.print_table(
            ("CASE", "SEED", "WHY", "ANSWER"),
            [
                (answer.case, str(answer.seed), ctx.language.message(answer.faults[0]), _short(answer.text))
                for answer in failed
            ],
        )
    if comparison is not None:
        _show_comparison(ctx, comparison)
    if now.metric("similarity") is not None and now.similarity_by == "words":
        ctx.note(ctx.text("Similarity is by shared words: no embedding model for this language is installed."))


def _show_comparison(ctx: Context, comparison: Comparison) -> None:
    before = comparison.before
    title = ctx.text(
        "Compared with {name} {version} on {model}", name=before.name, version=before.version, model=before.model
    )
    ctx.print_lines(["", ctx.bold(title)])
    ctx.print_table(
        ("MEASURE", "BEFORE", "NOW", "VERDICT"),
        [
            (
                ctx.text(NAMES[change.name]),
                number(change.before, change.unit),
                number(change.now, change.unit),
                ctx.text(VERDICTS[change.verdict]),
            )
            for change in comparison.changes
        ],
    )
    for text, cases in (
        ("Passing more often: {cases}", comparison.now_passing),
        ("Failing more often: {cases}", comparison.now_failing),
    ):
        if cases:
            ctx.print(ctx.text(text, cases=", ".join(cases)))


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1].rstrip() + "…"


def value(figure: float, metric: Metric) -> str:
    return number(figure, metric.unit)


def number(figure: float, unit: str) -> str:
    return f"{figure:.1f}" if unit else f"{figure:.3f}"


def _interval(metric: Metric) -> str:
    return f"{value(metric.low, metric)} – {value(metric.high, metric)}"
