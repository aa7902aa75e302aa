"""A template's cases on a model, and the run before, as the page shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from myna.errors import BadInput, BadPrompt

from ..commands.eval import Report
from ..evaluation.comparing import compare, read_evaluation
from ..evaluation.results import Answer, Comparison, Evaluation
from ..evaluation.table import NAMES, number

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.panel import Desk

    from ..loading import Loaded

ANSWER = 2_000
"""Characters of an answer that the page shows."""

Progress = Callable[[int, int], None]
"""Answers so far and in all."""


async def measure(assistant: Assistant, loaded: Loaded, model: str, seeds: int, told: Progress) -> Evaluation:
    """Run the cases on `model`; empty: the default."""
    from ..embedding import InstalledEmbedding
    from ..evaluation.running import Runner
    from ..opening import open_chooser

    resolved = await assistant.resolve(model)
    engine = await assistant.text_engine(model)
    info = await engine.info()
    runner = Runner(
        engine,
        InstalledEmbedding(assistant),
        chooser=open_chooser(assistant.paths),
        context=info.context,
        model=resolved.name,
        clear=engine.clear,
    )
    return await runner.evaluate(loaded, seeds=seeds, told=told)


class Runs:
    """The last run of each template, by name and language: what the next one is compared with."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def last(self, loaded: Loaded) -> Report | None:
        """With its comparison; None where there is none that can be read."""
        try:
            return msgspec.json.decode(self._file(loaded).read_bytes(), type=Report)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None

    def add(self, loaded: Loaded, now: Evaluation) -> Report:
        """Keep a run, compared with the one before.

        Raises:
            BadInput: it cannot be written.
        """
        file = self._file(loaded)
        try:
            before: Evaluation | None = read_evaluation(str(file))
        except BadInput:
            # The first run, or a file that somebody has changed.
            before = None
        report = Report(now, None if before is None else compare(before, now))
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(".part")
            part.write_bytes(msgspec.json.encode(report))
            part.replace(file)
        except OSError as error:
            raise BadInput(f"{file} cannot be written: {error.strerror or error}") from None
        return report

    def _file(self, loaded: Loaded) -> Path:
        return self._folder / f"{loaded.template.name}.{loaded.template.language}.json"


def shown(report: Report, desk: Desk) -> dict[str, Any]:
    """A run as plain data."""
    now = report.evaluation
    completion = now.metric("completion")
    return {
        "version": now.version,
        "model": now.model,
        "seeds": now.seeds,
        "by_words": now.metric("similarity") is not None and now.similarity_by == "words",
        "cases": _cases(now.answers, desk),
        "passed": sum(not answer.faults for answer in now.answers),
        "answers": len(now.answers),
        "share": completion.value if completion else 0.0,
        "low": completion.low if completion else 0.0,
        "high": completion.high if completion else 0.0,
        "metrics": [
            {
                "label": desk.text(NAMES[metric.name]),
                "value": number(metric.value, metric.unit),
                "interval": f"{number(metric.low, metric.unit)} – {number(metric.high, metric.unit)}",
                "unit": desk.text(metric.unit or "share"),
            }
            for metric in now.metrics
        ],
        "comparison": {} if report.comparison is None else _comparison(report.comparison, desk),
    }


def _cases(answers: tuple[Answer, ...], desk: Desk) -> list[dict[str, Any]]:
    grouped: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        grouped[answer.case].append(answer)
    return [_case(name, found, desk) for name, found in grouped.items()]


def _case(name: str, answers: list[Answer], desk: Desk) -> dict[str, Any]:
    """One row; of its answers, the first that failed, else the first."""
    failed = next((answer for answer in answers if answer.faults), None)
    said = failed or answers[0]
    scores = [answer.similarity for answer in answers if answer.similarity is not None]
    return {
        "name": name,
        "passed": sum(not answer.faults for answer in answers),
        "of": len(answers),
        "score": number(sum(scores) / len(scores), "") if scores else "",
        "answer": said.text[:ANSWER],
        "fault": desk.error(BadPrompt(said.faults[0]).info())["message"] if said.faults else "",
    }


def _comparison(comparison: Comparison, desk: Desk) -> dict[str, Any]:
    return {
        "version": comparison.before.version,
        "model": comparison.before.model,
        "regressed": comparison.regressed,
        "better": list(comparison.now_passing),
        "worse": list(comparison.now_failing),
        "changes": [
            {
                "label": desk.text(NAMES[change.name]),
                "before": number(change.before, change.unit),
                "now": number(change.now, change.unit),
                "unit": desk.text(change.unit or "share"),
                "verdict": change.verdict,
            }
            for change in comparison.changes
        ],
    }
