"""Guesses of what an answer repeats, and those of a smaller model, beside the same engine without them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..bench import Measurement
from .subject import Subject, open_subject
from .texts import STORY, TOPICS, facts

if TYPE_CHECKING:
    from ..cli.bench import BenchContext

_Question = Callable[[int], str]
"""That of a turn, counted from 1."""

ANSWER = 96
SENTENCES = 6

REPEAT_TARGET = 1.2
"""An answer that quotes has to gain what the work is for."""
DRAFT_TARGET = 1.2
"""As `REPEAT_TARGET`, for what a second model costs in memory."""
STORY_TARGET = 0.97
"""One that quotes nothing must not lose by it: within what a machine at work differs from run to run."""


async def run(bench: BenchContext) -> list[Measurement]:
    """An answer that repeats its question, and one that tells a story."""
    async with (
        open_subject(bench, gguf=False) as subject,
        open_subject(bench, speculate=False, gguf=False) as plain,
    ):
        return [
            await _compare(bench, "guesses, an answer that repeats", (subject, plain), _repeat, REPEAT_TARGET),
            await _compare(bench, "guesses, a story", (subject, plain), _story, STORY_TARGET),
        ]


async def draft(bench: BenchContext) -> list[Measurement]:
    """A story with the smaller model of the setting `engine.draft`, and without it."""
    smaller = bench.settings.engine.draft
    if not smaller:
        bench.note("  engine.draft is not set: there is no smaller model to guess with")
        return []
    async with open_subject(bench, draft=smaller) as subject, open_subject(bench) as plain:
        told = (await subject.handle.info()).details.get("draft", "")
        bench.note(f"  guesses by {smaller}: {told}")
        return [await _compare(bench, "a smaller model writes ahead, a story", (subject, plain), _story, DRAFT_TARGET)]


async def _compare(
    bench: BenchContext, name: str, sides: tuple[Subject, Subject], question: _Question, target: float
) -> Measurement:
    """`sides`: with guesses, and without."""
    subject, plain = sides
    turns = {subject: 0, plain: 0}

    async def once(side: Subject) -> float:
        turns[side] += 1
        answer = await side.ask(await side.conversation(), question(turns[side]), ANSWER)
        return answer.tokens_per_second

    mine, theirs = await bench.pair(lambda: once(subject), lambda: once(plain), names=(name, "without"))
    return bench.compare(name, mine, theirs, unit="tokens/s", better="higher", target=target)


def _repeat(turn: int) -> str:
    return f"Repeat this text exactly, word for word: {' '.join(facts(turn, SENTENCES))}"


def _story(turn: int) -> str:
    return STORY.format(TOPICS[turn % len(TOPICS)])
