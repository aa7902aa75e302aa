"""Asking judges about a text, all at the same time, and what the rules make of their answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Literal

import msgspec

from myna.errors import MynaError

from ..elapsed import since
from ..findings import CLASSIFIER, SEVERITY, Action, Found, Judge, Origin, Score
from ..policies.model import Rule


class Opinion(msgspec.Struct, frozen=True):
    """What the judges say together."""

    action: Action | Literal["allow"] = "allow"
    rule: Rule | None = None
    """Which decided."""
    found: tuple[Found, ...] = ()
    failed: tuple[str, ...] = ()
    """Judges by name."""


class _Answer(msgspec.Struct, frozen=True):
    judge: str
    scores: Sequence[Score] | None
    """None: it could not tell."""
    ms: float


async def asked(rules: Sequence[Rule], text: str, origin: Origin, judges: Sequence[Judge]) -> Opinion:
    """The opinion of those judges that `rules` ask. A judge that a rule names and that is not there has failed."""
    wanted = [judge for judge in judges if any(rule.classifier in {"", judge.name} for rule in rules)]
    answers = await asyncio.gather(*(_ask(judge, text, origin) for judge in wanted))
    found: list[Found] = []
    decisive: Rule | None = None
    action: Action | Literal["allow"] = "allow"
    for answer in answers:
        for rule, score in _reached(rules, answer):
            if rule.action == "allow":
                continue
            end = len(text) if score.end is None else score.end
            found.append(
                Found(
                    rule.id, CLASSIFIER, origin, rule.action, score.start, end, answer.ms,
                    score.label, round(score.score, 4), rule.threshold,
                )
            )  # fmt: skip
            if action == "allow" or SEVERITY[rule.action] > SEVERITY[action]:
                decisive, action = rule, rule.action
    names = {judge.name for judge in wanted}
    absent = [rule.classifier for rule in rules if rule.classifier and rule.classifier not in names]
    failed = [*(answer.judge for answer in answers if answer.scores is None), *absent]
    return Opinion(action, decisive, tuple(found), tuple(dict.fromkeys(failed)))


async def _ask(judge: Judge, text: str, origin: Origin) -> _Answer:
    started = time.perf_counter()
    try:
        scores = await judge.judge(text, origin)
    except MynaError:
        return _Answer(judge.name, None, since(started))
    return _Answer(judge.name, scores, since(started))


def _reached(rules: Sequence[Rule], answer: _Answer) -> list[tuple[Rule, Score]]:
    return [
        (rule, score)
        for score in answer.scores or ()
        for rule in rules
        if rule.classifier in {"", answer.judge} and rule.label == score.label and score.score >= rule.threshold
    ]
