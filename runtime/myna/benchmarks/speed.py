"""Decode and prefill beside `llama-bench`: the same file, the same threads, the same number of tokens."""

from __future__ import annotations

import os
import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from ..bench import Measurement
from .children import running
from .peers import find_programs
from .subject import Subject, open_subject
from .texts import STORY, TOPICS, facts

if TYPE_CHECKING:
    from ..cli.bench import BenchContext

DECODED = 128
PREFILLED = 512
"""Both as in llama-bench's own defaults."""

DECODE_TARGET = 0.97

BUSY_DECODED = 32
"""Beside busy programs, llama-bench takes a minute for 128."""

BUSY = (1, 2)
"""How many programs, each of which would like a core for itself."""


async def decode(bench: BenchContext) -> list[Measurement]:
    """Through the whole way: `Conversation.ask`, the worker, and back to whoever reads the events.

    llama-bench computes 128 tokens after as many as the prompt has (`-d`), and draws none of them.
    The first token of an answer belongs to the prefill, so 129 tokens take 128 steps.
    """
    return [await _decode(bench, "decode", DECODED, target=DECODE_TARGET)]


async def busy(bench: BenchContext) -> list[Measurement]:
    """The same on a machine where other programs compute too, as beside a browser at work."""
    found = []
    for count in BUSY:
        name = f"decode, {count} busy program{'s' if count > 1 else ''} beside"
        async with AsyncExitStack() as others:
            for _ in range(count):
                await others.enter_async_context(running([sys.executable, "-c", "while True: pass"], os.environ))
            found.append(await _decode(bench, name, BUSY_DECODED))
    return found


async def _decode(bench: BenchContext, name: str, tokens: int, *, target: float | None = None) -> Measurement:
    programs = find_programs(bench, "llama-bench")
    async with open_subject(bench) as subject:

        async def ours() -> float:
            await subject.clear()
            conversation = await subject.conversation()
            answer = await subject.ask(conversation, question, tokens + 1)
            return answer.tokens_per_second

        question = STORY.format(TOPICS[0])
        if programs is None:
            return bench.compare(name, await bench.measure(name, ours), unit="tokens/s", better="higher")
        warm = await subject.ask(await subject.conversation(), question, 2)
        depth = warm.prompt_tokens

        async def peer() -> float:
            return await programs.bench(subject.file, threads=subject.threads, generate=tokens, depth=depth)

        mine, theirs = await bench.pair(ours, peer, names=(name, "llama-bench"))
    return bench.compare(name, mine, theirs, unit="tokens/s", better="higher", target=target)


async def prefill(bench: BenchContext) -> list[Measurement]:
    """From the request to the first token, in the host process; llama-bench draws no token."""
    programs = find_programs(bench, "llama-bench")
    async with open_subject(bench) as subject:
        seed = 0

        async def ours() -> float:
            nonlocal seed
            seed += 1
            await subject.clear()
            tokens = await _tokens(subject, seed)
            return PREFILLED / await subject.read(tokens)

        if programs is None:
            return [bench.compare("prefill", await bench.measure("prefill", ours), unit="tokens/s", better="higher")]

        async def peer() -> float:
            return await programs.bench(subject.file, threads=subject.threads, prompt=PREFILLED)

        mine, theirs = await bench.pair(ours, peer, names=("prefill", "llama-bench"))
    return [bench.compare("prefill", mine, theirs, unit="tokens/s", better="higher")]


async def _tokens(subject: Subject, seed: int) -> tuple[int, ...]:
    """Exactly as many as are read."""
    return (await subject.client.tokenize(" ".join(facts(seed, PREFILLED))))[:PREFILLED]
