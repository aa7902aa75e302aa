"""Two evaluations side by side."""

from __future__ import annotations

from typing import Literal

import msgspec

from myna.cli.inputs import read_file
from myna.errors import BadInput

from .measuring import passed
from .results import QUALITY, Change, Comparison, Evaluation, Metric

TOLERANCE = 0.02
"""Of a share or a similarity: what words near a tie may change after an update of an engine's kernels."""

TIME_NOISE = 0.10
"""Of a time: what runs on a busy machine differ by."""

LARGEST = 64 << 20
"""Bytes of a file with an evaluation."""


def compare(before: Evaluation, now: Evaluation, tolerance: float = TOLERANCE) -> Comparison:
    """What is better and what is worse in `now`. Only cases that both have are compared for passing."""
    changes = []
    for metric in now.metrics:
        old = before.metric(metric.name)
        if old is None or (metric.name == "similarity" and before.similarity_by != now.similarity_by):
            continue
        changes.append(Change(metric.name, old.value, metric.value, metric.unit, _verdict(old, metric, tolerance)))
    earlier, later = passed(before.answers), passed(now.answers)
    both = [case for case in later if case in earlier]
    return Comparison(
        before,
        tuple(changes),
        tuple(case for case in both if later[case] > earlier[case]),
        tuple(case for case in both if later[case] < earlier[case]),
    )


def _verdict(before: Metric, now: Metric, tolerance: float) -> Literal["better", "worse", "same"]:
    difference = now.value - before.value
    room = tolerance if now.name in QUALITY else TIME_NOISE * max(abs(before.value), 1e-9)
    if now.better == "neither" or abs(difference) <= room + 1e-12:
        return "same"
    return "better" if (difference > 0) == (now.better == "higher") else "worse"


def read_evaluation(path: str) -> Evaluation:
    """What `myna prompts eval --json` printed earlier.

    Raises:
        BadInput: the file cannot be read, or is something else.
    """
    data = read_file(path, largest=LARGEST, what="baseline")
    try:
        report = msgspec.json.decode(data, type=_Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"the baseline {path} is not what myna prompts eval --json prints: {error}") from None
    return report.evaluation


class _Report(msgspec.Struct, frozen=True):
    evaluation: Evaluation
