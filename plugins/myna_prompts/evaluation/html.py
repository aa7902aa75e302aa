"""An evaluation as one HTML file: tables and plots, with nothing fetched and nothing run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from myna.cli.language import Language

from .measuring import passed
from .plots import bars, dots
from .results import Comparison, Evaluation
from .style import STYLE
from .table import NAMES, VERDICTS, number, value

SHARES = ("completion", "exact", "similarity", "schema", "distinct-1", "distinct-2")
"""Figures from 0 to 1, drawn as bars."""


def page(now: Evaluation, comparison: Comparison | None, language: Language) -> str:
    """The whole page, in the language of the person."""
    say = language.text
    title = f"{now.name} {now.version}"
    cases = [(case, share, None, None) for case, share in passed(now.answers).items()]
    parts = [
        f"<h1>{escape(title)}</h1>",
        _facts(now, language),
        "" if comparison is None else _verdict(comparison, language),
        f"<h2>{escape(say('Quality'))}</h2>",
        _share_plot(now, comparison, language),
        _figures(now, language),
        f"<h2>{escape(say('How often each case passed'))}</h2>",
        bars(cases, say("How often each case passed")),
        f"<h2>{escape(say('Time of each answer'))}</h2>",
        dots(_times(now), say("Time of each answer")),
    ]
    if comparison is not None:
        parts += [f"<h2>{escape(say('Comparison'))}</h2>", _changes(comparison, language)]
    parts += [f"<h2>{escape(say('Answers'))}</h2>", _answers(now, language)]
    body = "\n".join(filter(None, parts))
    tag = "zh-Hans" if language.code == "zh" else "en"
    return (
        f'<!doctype html>\n<html lang="{tag}">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _facts(now: Evaluation, language: Language) -> str:
    say = language.text
    last = now.seed + now.seeds - 1
    by = {"embedding": "the meaning (embeddings)", "words": "shared words and characters"}[now.similarity_by]
    facts = [
        (say("Model"), escape(now.model)),
        (say("Language"), escape(now.language)),
        (say("Seeds"), str(now.seed) if now.seeds == 1 else f"{now.seed} – {last}"),
        ("SHA-256", f'<code title="{escape(now.sha256)}">{escape(now.sha256[:16])}</code>'),
    ]
    if now.metric("similarity") is not None:
        facts.append((say("Similarity by"), escape(say(by))))
    return f"<dl>{''.join(f'<div><dt>{escape(name)}</dt><dd>{text}</dd></div>' for name, text in facts)}</dl>"


def _verdict(comparison: Comparison, language: Language) -> str:
    """Whether it became worse, and on which cases, before all figures."""
    say, before = language.text, comparison.before
    kind, found = ("bad", say("Worse than before")) if comparison.regressed else ("good", say("Not worse than before"))
    lines = [
        say("Compared with {name} {version} on {model}", name=before.name, version=before.version, model=before.model)
    ]
    if comparison.now_passing:
        lines.append(say("Passing more often: {cases}", cases=", ".join(comparison.now_passing)))
    if comparison.now_failing:
        lines.append(say("Failing more often: {cases}", cases=", ".join(comparison.now_failing)))
    text = "".join(f"<span>{escape(line)}</span>" for line in lines)
    return f'<p class="verdict {kind}"><b>{escape(found)}</b>{text}</p>'


def _share_plot(now: Evaluation, comparison: Comparison | None, language: Language) -> str:
    say = language.text
    before = {change.name: change.before for change in comparison.changes} if comparison else {}
    rows = [
        (say(NAMES[metric.name]), metric.value, (metric.low, metric.high), before.get(metric.name))
        for metric in now.metrics
        if metric.name in SHARES
    ]
    legend = [say("value"), say("95 % interval"), say("before")][: 3 if before else 2]
    return bars(rows, say("Quality"), legend)


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
            ("; ".join(map(language.message, answer.faults)) or "✓", "why bad" if answer.faults else "why good"),
            (answer.text, "answer"),
            (f"{answer.total_ms:.0f}", "figure"),
        )
        for answer in now.answers
    ]
    return _table([say(head) for head in ("CASE", "SEED", "WHY", "ANSWER", "ms")], rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[tuple[str, str]]]) -> str:
    """`rows` of texts with a class each; a heading stands over its figures as they stand."""
    body = list(rows)
    kinds = [kind if kind == "figure" else "" for _, kind in body[0]] if body else [""] * len(heads)
    head = "".join(f'<th class="{kind}">{escape(text)}</th>' for text, kind in zip(heads, kinds, strict=True))
    lines = [
        "<tr>" + "".join(f'<td class="{kind}">{escape(text)}</td>' for text, kind in row) + "</tr>" for row in body
    ]
    return f'<div class="scroll"><table><tr>{head}</tr>\n{"".join(lines)}</table></div>'
