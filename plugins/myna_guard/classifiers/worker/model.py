"""What every kind of classifier is to the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec


class Options(msgspec.Struct, frozen=True):
    """What a manifest may say of a classifier under `options`."""

    languages: tuple[str, ...] = ()
    """BCP 47 tags, as in the manifest; `*` and none at all: any."""
    labels: tuple[str, ...] = ()
    """Names of the outputs, in their order, where the files of the model do not say."""
    window: int = 0
    """Tokens of a window, of a transformer; 0: as its configuration says."""
    independent: bool | None = None
    """Whether labels may be true together (each gets a sigmoid) or exclude one another (softmax); None: as the
    configuration of the model says."""


class WindowScores(msgspec.Struct, frozen=True):
    start: int
    """Characters from the start of the text."""
    end: int
    scores: Sequence[float]
    """One for each of the model's labels, 0 to 1."""


class TextModel(Protocol):
    """A model, loaded."""

    description: str
    labels: tuple[str, ...]

    def judge(self, text: str) -> Iterator[list[WindowScores]]:
        """All windows of a text, some at a time: one bounded piece of work for each step."""
        ...
