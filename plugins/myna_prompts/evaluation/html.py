"""An evaluation as one HTML file: tables and plots, with nothing fetched and nothing run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from myna.cli.language import Language

from .measuring import passed
from .plots import bars, dots
from .results import Comparison, Evaluation
from .table import NAMES, VERDICTS, number, value

_STYLE = """
:root { color-scheme: light dark; --ink: #1c2330; --faint: #6a7385; --line: #d8dde6; --good: #2f7d4f; --bad: #b3392f;
  --bar: #3d6fb4; --paper: #ffffff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ef; --faint: #98a1b3; --line: #394150; --good: #6cc08d;
  --bad: #e58077; --bar: #7fa8e0; --paper: #161a21; } }
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; color: var(--ink); background: var(--paper);
  max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.1rem; margin-top: 2rem; }
p.facts { color: var(--faint); margin-top: .2rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: .3rem .6rem;
  border-bottom: 1px solid var(--line); vertical-align: top; } th { color: var(--faint); font-weight: 500; }
td.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.answer { white-space: pre-wrap; overflow-wrap: anywhere; }
.good { color: var(--good); } .bad { color: var(--bad); }
svg { width: 100%; height: auto; } svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg .faint { fill: var(--faint); } svg .line { stroke: var(--line); } svg .bar { fill: var(--bar); }
svg .whisker { stroke: var(--ink); stroke-width: 1.5; } svg .dot { fill: var(--bar); fill-opacity: .6; }
svg .before { fill: none; stroke: var(--bad); stroke-width: 2; }
"""

SHARES = ("completion", "exact", "similarity", "schema", "distinct-1", "distinct-2")
"""Figures from 0 to 1, drawn as bars."""


def page(now: Evaluation, comparison: Comparison | None, language: Language) -> str:
    """The whole page, in the language of the person."""
    say = language.text
    title = f"{now.name} {now.version}"
    facts = (
        f"{say('Model')}: {now.model} · {say('Language')}: {now.language} · {say('Seeds')}: {now.seed}–"
        f"{now.seed + now.seeds - 1} · SHA-256: {now.sha256}"
    )
    parts = [
        f"<h1>{escape(title)}</h1><p class=facts>{escape(facts)}</p>",
        f"<h2>{escape(say('Quality'))}</h2>",
        _share_plot(now, comparison, language),
        _figures(now, language),
        f"<h2>{escape(say('Cases'))}</h2>",
        bars([(case, share, None, None) for case, share in passed(now.answers).items()]),
        f"<h2>{escape(say('Time of each answer'))}</h2>",
        dots(_times(now), "ms"),
    ]
    if comparison is not None:
        parts += [f"<h2>{escape(say('Comparison'))}</h2>", _changes(comparison, language)]
    parts += [f"<h2>{escape(say('Answers'))}</h2>", _answers(now, language)]
    body = "\n".join(parts)
    tag = "zh-Hans" if language.code == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _share_plot(now: Evaluation, comparison: Comparison | None, language: Language) -> str:
    before = {change.name: change.before for change in comparison.changes} if comparison else {}
    rows = []
    for metric in now.metrics:
        if metric.name in SHARES:
            label = language.text(NAMES[metric.name])
            rows.append((label, metric.value, (metric.low, metric.high), before.get(metric.name)))
    return bars(rows)


def _times(now: Evaluation) -> list[tuple[str, list[float]]]:
    times: dict[str, list[float]] = {}
    for answer in now.answers:
        times.setdefault(answer.case, []).append(answer.total_ms)
    return list(times.items())


def _figures(now: Evaluation, language: Language) -> str:
    say = language.text
    rows = [
        (
            (say(NAMES[metric.name]), ""),
            (value(metric.value, metric), "figure"),
            (f"{value(metric.low, metric)} – {value(metric.high, metric)}", "figure"),
            (say(metric.unit or "share"), ""),
            (str(metric.cases), "figure"),
        )
        for metric in now.metrics
    ]
    return _table([say(head) for head in ("MEASURE", "VALUE", "95 % INTERVAL", "UNIT", "CASES")], rows)


def _changes(comparison: Comparison, language: Language) -> str:
    say = language.text
    colours = {"better": "good", "worse": "bad", "same": ""}
    rows = [
        (
            (say(NAMES[change.name]), ""),
            (number(change.before, change.unit), "figure"),
            (number(change.now, change.unit), "figure"),
            (say(VERDICTS[change.verdict]), colours[change.verdict]),
        )
        for change in comparison.changes
    ]
    return _table([say(head) for head in ("MEASURE", "BEFORE", "NOW", "VERDICT")], rows)


def _answers(now: Evaluation, language: Language) -> str:
    say = language.text
    rows = [
        (
            (answer.case, ""),
            (str(answer.seed), "figure"),
            ("; ".join(map(language.message, answer.faults)) or "✓", "bad" if answer.faults else "good"),
            (answer.text, "answer"),
            (f"{answer.total_ms:.0f}", "figure"),
        )
        for answer in now.answers
    ]
    return _table([say(head) for head in ("CASE", "SEED", "WHY", "ANSWER", "ms")], rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[tuple[str, str]]]) -> str:
    """`rows` of texts with a class each."""
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    lines = [
        "<tr>" + "".join(f'<td class="{kind}">{escape(text)}</td>' for text, kind in row) + "</tr>" for row in rows
    ]
    return f"<table><tr>{head}</tr>\n{''.join(lines)}</table>"
