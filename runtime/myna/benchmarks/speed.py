"""Decode and prefill beside `llama-bench`: the same file, the same threads, the same number of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..bench import Measurement
from .peers import find_programs
from .subject import Subject, open_subject
from .texts import STORY, TOPICS, facts

if TYPE_CHECKING:
    from ..cli.bench import BenchContext

DECODED = 128
PREFILLED = 512
"""Both as in llama-bench's own defaults."""

DECODE_TARGET = 0.97


async def decode(bench: BenchContext) -> list[Measurement]:
    """Through the whole way: `Conversation.ask`, the worker, and back to whoever reads the events.

    llama-bench computes 128 tokens after as many as the prompt has (`-d`), and draws none of them.
    The first token of an answer belongs to the prefill, so 129 tokens take 128 steps.
    """
    programs = find_programs(bench, "llama-bench")
    async with open_subject(bench) as subject:

        async def ours() -> float:
            await subject.clear()
            conversation = await subject.conversation()
            answer = await subject.ask(conversation, question, DECODED + 1)
            return answer.tokens_per_second

        question = STORY.format(TOPICS[0])
        if programs is None:
            return [bench.compare("decode", await bench.measure("decode", ours), unit="tokens/s", better="higher")]
        warm = await subject.ask(await subject.conversation(), question, 2)
        depth = warm.prompt_tokens

        async def peer() -> float:
            return await programs.bench(subject.file, threads=subject.threads, generate=DECODED, depth=depth)

        mine, theirs = await bench.pair(ours, peer, names=("decode", "llama-bench"))
    return [bench.compare("decode", mine, theirs, unit="tokens/s", better="higher", target=DECODE_TARGET)]


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
