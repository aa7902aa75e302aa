"""Classifiers of the catalog as judges."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from myna.engine.classify import Classified
from myna.errors import EngineError, ExtraMissing, ModelMissing, MynaError

from ..findings import Origin, Score
from ..policies.compiled import CompiledPolicy
from .troubles import Troubles

Classify = Callable[[str, str, tuple[str, ...]], Awaitable[Classified]]
"""`TurnDraft.classify`: model, text, labels."""


class ModelJudge:
    """A `Judge`: one classifier, asked for some labels."""

    def __init__(
        self,
        name: str,
        labels: tuple[str, ...],
        classify: Classify,
        *,
        limit_s: float,
        troubles: Troubles,
        needed: bool = True,
    ) -> None:
        """`needed`: that it is not installed is a failure; else it has nothing to say then."""
        self.name = name
        self._labels = labels
        self._classify = classify
        self._limit_s = limit_s
        self._troubles = troubles
        self._needed = needed

    async def judge(self, text: str, origin: Origin) -> Sequence[Score]:
        try:
            classified = await self._in_time(text)
        except MynaError as error:
            self._troubles.failed(self.name, error)
            if isinstance(error, ModelMissing | ExtraMissing) and not self._needed:
                return ()
            raise
        self._troubles.worked(self.name)
        return [Score(each.label, each.score, each.start, each.end) for each in classified.scores]

    async def _in_time(self, text: str) -> Classified:
        try:
            async with asyncio.timeout(self._limit_s):
                return await self._classify(self.name, text, self._labels)
        except TimeoutError:
            raise EngineError(f"{self.name} took longer than {self._limit_s:g} s") from None


def judges_of(
    policy: CompiledPolicy, classify: Classify, *, limit_s: float, troubles: Troubles
) -> tuple[ModelJudge, ...]:
    """One for each classifier that the policy names."""
    labels: dict[str, list[str]] = {}
    for rule in policy.labels:
        if rule.classifier:
            labels.setdefault(rule.classifier, []).append(rule.label)
    return tuple(
        ModelJudge(
            name,
            tuple(dict.fromkeys(asked)),
            classify,
            limit_s=limit_s,
            troubles=troubles,
            needed=policy.policy.fails_closed,
        )
        for name, asked in labels.items()
    )
