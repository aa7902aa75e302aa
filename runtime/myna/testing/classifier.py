"""A classifier without a model."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from ..engine.classify import Classified, LabelScore
from ..errors import MynaError


class FakeClassifier:
    """A `Classifier` that finds pieces of text: each label that is asked for has the score of the gravest piece, or 0.

    With `error` it fails; with `held`, it answers when that is set.
    """

    def __init__(
        self,
        scores: Mapping[str, float] | None = None,
        *,
        error: MynaError | None = None,
        held: asyncio.Event | None = None,
    ) -> None:
        self.scores = dict(scores or {})
        self.error = error
        self.held = held
        self.texts: list[str] = []
        """Everything that it was asked about, oldest first."""

    async def classify(self, text: str, labels: tuple[str, ...] = ()) -> Classified:
        self.texts.append(text)
        if self.held is not None:
            await self.held.wait()
        if self.error is not None:
            raise self.error
        score = max((score for piece, score in self.scores.items() if piece in text), default=0.0)
        return Classified(tuple(LabelScore(label, score, 0, len(text)) for label in labels), 1)
