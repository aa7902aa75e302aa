"""`myna serve` beside `llama-server -np 8` and `llama-bench`: the same questions, through the same client."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from myna.bench import Measurement
from myna.benchmarks.concurrent import FIRST_TOKEN_TARGET, SYSTEM_TOKENS, THROUGHPUT_TARGET, Ask, Side, unequal
from myna.benchmarks.peers import find_programs
from myna.benchmarks.server import serving as llama_serving
from myna.benchmarks.subject import SYSTEM, open_subject
from myna.benchmarks.texts import STORY, TOPICS, about

from .program import Program, serving

if TYPE_CHECKING:
    from myna.benchmarks.peers import LlamaPrograms
    from myna.benchmarks.subject import Subject
    from myna.cli.bench import BenchContext

STREAMS = 8
ANSWER = 64
CONTEXT = 2048
"""Tokens for each conversation, on both sides."""

SINGLE = 128
"""Tokens of the single stream, as in llama-bench's own default."""

SINGLE_TARGET = 0.95


async def run(bench: BenchContext) -> list[Measurement]:
    """Eight streams at once with a new and with a known system prompt, and one alone."""
    found: list[Measurement] = []
    async with AsyncExitStack() as stack:
        subject = await stack.enter_async_context(open_subject(bench, context=CONTEXT))
        # The worker of the server is to be the only one.
        program = await stack.enter_async_context(
            serving(subject, engine_context=CONTEXT, engine_parallel=STREAMS, serve_cache=0)
        )
        await subject.unload()
        found.append(await _single(bench, subject, program))
        programs = find_programs(bench, "llama-server")
        peer = None
        if programs is not None:
            peer = await stack.enter_async_context(llama_serving(programs, subject, slots=STREAMS, context=CONTEXT))
        for used_before in (False, True):
            ask = program.client().ask
            found += await _together(bench, subject, ask, peer.ask if peer else None, used_before=used_before)
    return found


async def _together(
    bench: BenchContext, subject: Subject, ask: Ask, peer: Ask | None, *, used_before: bool
) -> list[Measurement]:
    first_seed = 20_000 + 1_000 * used_before

    async def prompts(number: int) -> str:
        return await about(subject.client, first_seed + number, SYSTEM_TOKENS)

    name = f"serve {STREAMS} streams{', known system prompt' if used_before else ''}"
    mine = Side(ask, prompts, at_once=STREAMS, used_before=used_before)
    if peer is None:
        speed = await bench.measure(name, mine.run)
        first = mine.first_tokens(name, len(speed.values))
        return [
            bench.compare(name, speed, unit="tokens/s", better="higher"),
            bench.compare(f"{name}, first token", first, unit="ms", better="lower"),
        ]
    theirs = Side(peer, prompts, at_once=STREAMS, used_before=used_before)
    speed, peer_speed = await bench.pair(mine.run, theirs.run, names=(name, "llama-server"))
    runs = len(speed.values)
    if words := unequal(mine.rounds[-runs:], theirs.rounds[-runs:]):
        bench.note(f"  {words}")
    first, peer_first = mine.first_tokens(name, runs), theirs.first_tokens("llama-server", runs)
    return [
        bench.compare(name, speed, peer_speed, unit="tokens/s", better="higher", target=THROUGHPUT_TARGET),
        bench.compare(f"{name}, first token", first, peer_first, unit="ms", better="lower", target=FIRST_TOKEN_TARGET),
    ]


async def _single(bench: BenchContext, subject: Subject, program: Program) -> Measurement:
    """From the first to the last event of a stream; llama-bench computes as many tokens at the same depth."""
    name = "serve 1 stream"
    client = program.client()
    question = STORY.format(TOPICS[0])
    warm = await client.ask(SYSTEM, question, 2)

    async def ours() -> float:
        return (await client.ask(SYSTEM, question, SINGLE + 1)).tokens_per_second

    programs: LlamaPrograms | None = find_programs(bench, "llama-bench")
    if programs is None:
        return bench.compare(name, await bench.measure(name, ours), unit="tokens/s", better="higher")

    async def peer() -> float:
        # What the server still does after its last answer must not meet the peer.
        await asyncio.sleep(0.3)
        return await programs.bench(subject.file, threads=subject.threads, generate=SINGLE, depth=warm.prompt_tokens)

    mine, theirs = await bench.pair(ours, peer, names=(name, "llama-bench"))
    return bench.compare(name, mine, theirs, unit="tokens/s", better="higher", target=SINGLE_TARGET)
