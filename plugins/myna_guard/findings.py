"""What the guard finds, and the door for what judges a text by a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec

Origin = Literal["user", "picture", "retrieved", "answer"]
"""Where a text comes from: who asks, a picture, what was looked up, or the model."""

Action = Literal["log", "mask", "replace", "ask-again", "block"]
"""What a finding leads to, mildest first."""

SEVERITY: dict[Action, int] = {"log": 0, "mask": 1, "replace": 2, "ask-again": 3, "block": 4}

INPUT, CLASSIFIER, OUTPUT = 1, 2, 3
"""Levels: rules on what comes in, classifiers, and the review of what goes out."""


class Score(msgspec.Struct, frozen=True):
    """How sure a judge is of a label."""

    label: str
    score: float
    """0 to 1."""
    start: int = 0
    """Characters from the start of the text: the part that it was judged by."""
    end: int | None = None
    """None: the end of the text."""


class Judge(Protocol):
    """Something that knows labels for texts, for example a classifier in a worker."""

    name: str

    async def judge(self, text: str, origin: Origin) -> Sequence[Score]:
        """What `text` is, by label.

        Raises:
            MynaError: it cannot tell now; the policy says what becomes of the turn.
        """
        ...


class Found(msgspec.Struct, frozen=True):
    """One finding in one text."""

    rule: str
    level: int
    origin: Origin
    action: Action
    start: int
    """Characters from the start of the text."""
    end: int
    ms: float
    """From the start of the reading to the finding; of a stream, of the reading alone."""
    label: str = ""
    """Of a judge."""
    score: float = 1.0
    """1 for rules."""
    threshold: float = 0.0
    """From which score of a judge on the rule counts."""
