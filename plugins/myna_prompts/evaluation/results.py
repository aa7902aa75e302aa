"""What an evaluation found: plain data that `--json` prints and `--baseline` reads."""

from __future__ import annotations

from typing import Literal

import msgspec

FORMAT = "myna-prompt-evaluation-1"

Better = Literal["higher", "lower", "neither"]


class Answer(msgspec.Struct, frozen=True):
    """One answer to one case."""

    case: str
    seed: int
    text: str
    """Visible part."""
    faults: tuple[str, ...]
    """Empty: the case passed."""
    exact: bool | None
    similarity: float | None
    """0 to 1; None without a reference."""
    valid: bool | None
    """Fits the schema; None without one."""
    words: int
    prompt_tokens: int
    completion_tokens: int
    first_token_ms: float
    total_ms: float
    finish: str


class Metric(msgspec.Struct, frozen=True):
    name: str
    value: float
    low: float
    """Ends of the 95 % interval."""
    high: float
    unit: str
    better: Better
    cases: int
    """That the value is of."""


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    format: Literal["myna-prompt-evaluation-1"] = "myna-prompt-evaluation-1"
    name: str
    version: str
    language: str
    sha256: str
    model: str
    seed: int
    seeds: int
    similarity_by: Literal["embedding", "words"]
    metrics: tuple[Metric, ...]
    answers: tuple[Answer, ...]

    def metric(self, name: str) -> Metric | None:
        return next((metric for metric in self.metrics if metric.name == name), None)


class Change(msgspec.Struct, frozen=True):
    """A figure before and now."""

    name: str
    before: float
    now: float
    unit: str
    verdict: Literal["better", "worse", "same"]


class Comparison(msgspec.Struct, frozen=True):
    before: Evaluation
    changes: tuple[Change, ...]
    now_passing: tuple[str, ...]
    """Cases that passed less often before."""
    now_failing: tuple[str, ...]

    @property
    def regressed(self) -> bool:
        return any(change.verdict == "worse" and change.name in QUALITY for change in self.changes)


QUALITY = ("completion", "exact", "similarity", "schema")
"""What a regression is judged by; length, diversity, tokens and time may change for good reasons."""
