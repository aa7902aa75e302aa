"""Several conversations at once that share a system prompt, beside `llama-server -np 8`.

Two cases: the system prompt is new to both, or one conversation has used it before. Both sides get the
same prompts at the same moment and answer each with the same number of tokens; each run has a system
prompt of its own.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

import msgspec

from ..bench import Measurement
from .peers import find_programs
from .server import serving
from .subject import Answer, Subject, open_subject
from .texts import STORY, TOPICS, about

if TYPE_CHECKING:
    from ..cli.bench import BenchContext, Measured, Samples

AT_ONCE = (1, 4, 8)
SLOTS = 8
CONTEXT = 2048
"""Tokens for each conversation, on both sides."""

SYSTEM_TOKENS = 500
ANSWER = 64

THROUGHPUT_TARGET = 1.0
FIRST_TOKEN_TARGET = 0.6
"""For eight at once: one alone has nobody to share with."""

UNEQUAL = 0.02
"""Answers that end early make work unequal; below this it is lost in the noise of the medians."""

SETTLE_S = 0.3
"""Between the sides: what one does after its last answer (Myna writes states to disk) must not meet the other."""

Ask = Callable[[str, str, int], Awaitable[Answer]]
"""System prompt, question, tokens."""


class Round(msgspec.Struct, frozen=True):
    """What came of asking all at once."""

    answers: tuple[Answer, ...]
    took_s: float

    @property
    def tokens(self) -> int:
        return sum(answer.tokens for answer in self.answers)

    @property
    def tokens_per_second(self) -> float:
        return self.tokens / self.took_s

    @property
    def first_token_ms(self) -> float:
        """Median over the conversations."""
        return statistics.median(answer.first_s for answer in self.answers) * 1e3


class Side:
    """One of the two, with what came of its rounds."""

    def __init__(self, ask: Ask, prompts: Callable[[int], Awaitable[str]], *, at_once: int, used_before: bool) -> None:
        """`prompts` gives the system prompt of a run, the same for both sides."""
        self.rounds: list[Round] = []
        self._ask = ask
        self._prompts = prompts
        self._at_once = at_once
        self._used_before = used_before

    async def run(self) -> float:
        """Total tokens a second of one round."""
        system = await self._prompts(len(self.rounds))
        if self._used_before:
            await self._ask(system, "Who is there?", ANSWER)
        await asyncio.sleep(SETTLE_S)
        start = time.perf_counter()
        answers = await asyncio.gather(
            *[self._ask(system, STORY.format(topic), ANSWER) for topic in TOPICS[: self._at_once]]
        )
        self.rounds.append(Round(tuple(answers), time.perf_counter() - start))
        await asyncio.sleep(SETTLE_S)
        return self.rounds[-1].tokens_per_second

    def first_tokens(self, name: str, runs: int) -> Samples:
        """Median time to the first token, in ms, of the last `runs` rounds: those that count."""
        from ..cli.bench import Samples

        return Samples(name, tuple(found.first_token_ms for found in self.rounds[-runs:]))


async def run(bench: BenchContext) -> list[Measurement]:
    """Total speed and median time to the first token, for each number of conversations and both cases."""
    programs = find_programs(bench, "llama-server")
    found: list[Measurement] = []
    async with AsyncExitStack() as stack:
        subject = await stack.enter_async_context(open_subject(bench, context=CONTEXT))
        ours = _asks(subject)
        peer: Ask | None = None
        if programs is not None:
            server = await stack.enter_async_context(serving(programs, subject, slots=SLOTS, context=CONTEXT))
            peer = server.ask
        for case, used_before in enumerate((False, True)):
            for at_once in AT_ONCE:
                first_seed = 1000 * (1 + case * len(AT_ONCE) + AT_ONCE.index(at_once))

                async def prompts(number: int, first_seed: int = first_seed) -> str:
                    return await about(subject.client, first_seed + number, SYSTEM_TOKENS)

                mine = Side(ours, prompts, at_once=at_once, used_before=used_before)
                theirs = peer and Side(peer, prompts, at_once=at_once, used_before=used_before)
                name = f"concurrent {at_once}{', known system prompt' if used_before else ''}"
                found += await _case(bench, name, mine, theirs, at_once)
    return found


async def _case(bench: BenchContext, name: str, mine: Side, theirs: Side | None, at_once: int) -> list[Measurement]:
    one: Measured = mine.run
    if theirs is None:
        speed, peer_speed = await bench.measure(name, one), None
    else:
        speed, peer_speed = await bench.pair(one, theirs.run, names=(name, "llama-server"))
    runs = len(speed.values)
    first = mine.first_tokens(name, runs)
    peer_first = theirs.first_tokens("llama-server", runs) if theirs is not None else None
    if theirs is not None and (words := unequal(mine.rounds[-runs:], theirs.rounds[-runs:])):
        bench.note(f"  {words}")
    wanted = FIRST_TOKEN_TARGET if at_once == SLOTS else None
    return [
        bench.compare(name, speed, peer_speed, unit="tokens/s", better="higher", target=THROUGHPUT_TARGET),
        bench.compare(f"{name}, first token", first, peer_first, unit="ms", better="lower", target=wanted),
    ]


def unequal(mine: list[Round], theirs: list[Round]) -> str:
    """What to say when one side had less to do; empty when both did the same."""
    ours, peer = sum(one.tokens for one in mine), sum(one.tokens for one in theirs)
    if abs(ours - peer) <= UNEQUAL * max(ours, peer):
        return ""
    return f"unequal work: {ours} tokens beside {peer}; this model ends its answers early"


def _asks(subject: Subject) -> Ask:
    async def ask(system: str, question: str, tokens: int) -> Answer:
        return await subject.ask(await subject.conversation(system), question, tokens)

    return ask
