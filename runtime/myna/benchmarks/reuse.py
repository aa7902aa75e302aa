"""What is not computed again: the history at a second turn, and the system prompt after a restart."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ..bench import Measurement
from ..errors import EngineError
from .subject import Answer, open_subject
from .texts import about

if TYPE_CHECKING:
    from ..cli.bench import BenchContext

HISTORY = 1000
"""Tokens of history, and of the system prompt."""

SECOND_TURN_TARGET = 0.1
RESTART_TARGET = 0.15

ANSWER = 16
"""Tokens of answers whose first one is what counts."""

SETTLE_S = 0.2
"""Between turns: people do not ask within the step in which the last answer ended."""


async def second_turn(bench: BenchContext) -> list[Measurement]:
    """Both sides ask the same second question after the same first turn; cold, the engine forgets all in between."""
    async with open_subject(bench) as subject:

        async def second(seed: int, *, cold: bool) -> Answer:
            await subject.clear()
            conversation = await subject.conversation()
            text = await about(subject.client, seed, HISTORY)
            await subject.ask(conversation, f"{text}\nWhat is this text about?", ANSWER)
            await asyncio.sleep(SETTLE_S)
            if cold:
                await subject.clear()
            answer = await subject.ask(conversation, "And who has the violin?", ANSWER)
            _check_reuse(answer, reused=not cold)
            return answer

        warm_seeds, cold_seeds = iter(range(10_000)), iter(range(10_000))

        async def ours() -> float:
            return (await second(next(warm_seeds), cold=False)).first_s * 1e3

        async def peer() -> float:
            return (await second(next(cold_seeds), cold=True)).first_s * 1e3

        mine, theirs = await bench.pair(ours, peer, names=("second turn", "cold"))
    return [
        bench.compare("second-turn first token", mine, theirs, unit="ms", better="lower", target=SECOND_TURN_TARGET)
    ]


async def restart(bench: BenchContext) -> list[Measurement]:
    """The first answer of a worker that was just started and has the model loaded, with the same system prompt.

    Warm, the state of the system prompt is on disk, as the worker before left it; cold, it was removed.
    """
    async with open_subject(bench) as subject:
        system = await about(subject.client, 0, HISTORY)
        questions = iter(range(10_000))

        async def first(*, cold: bool) -> float:
            if not subject.prefix_states():
                await subject.ask(await subject.conversation(system), "Who is there?", ANSWER)
            await subject.unload()
            states = subject.prefix_states()
            if not states:
                raise EngineError("the state of the system prompt was not kept on disk")
            if cold:
                for state in states:
                    state.unlink()
            await subject.client.info()
            # Another question each time: only the system prompt can be known.
            question = f"Where is the kettle number {next(questions) // 2}?"
            answer = await subject.ask(await subject.conversation(system), question, ANSWER)
            _check_reuse(answer, reused=not cold)
            return answer.first_s * 1e3

        async def ours() -> float:
            return await first(cold=False)

        async def peer() -> float:
            return await first(cold=True)

        mine, theirs = await bench.pair(ours, peer, names=("after a restart", "cold"))
    return [bench.compare("restart first token", mine, theirs, unit="ms", better="lower", target=RESTART_TARGET)]


def _check_reuse(answer: Answer, *, reused: bool) -> None:
    """Raises `EngineError` when a figure would not be what it is called."""
    if reused and answer.cached_tokens < answer.prompt_tokens // 2:
        raise EngineError(f"only {answer.cached_tokens} of {answer.prompt_tokens} tokens were known before")
    if not reused and answer.cached_tokens:
        raise EngineError(f"a cold prompt found {answer.cached_tokens} tokens in the cache")
