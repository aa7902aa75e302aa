"""Keys and values kept in 8 bits (`engine.kv_type = "q8_0"`), beside 16: memory, speed after a long text, quality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..bench import Measurement
from ..engine.protocols import Sampling, TextEnd, TextRequest
from .perplexity import perplexity
from .subject import Subject, open_subject
from .texts import facts

if TYPE_CHECKING:
    from ..cli.bench import BenchContext

DEPTH = 1500
"""Tokens before the answer: each of its tokens reads the keys and values of all."""
ANSWER = 33
"""The first token of an answer belongs to the prefill."""

SIZE_TARGET = 0.55
"""8 bits and a 16-bit float for each block of 32, over 16 bits: 0.53."""
QUALITY_TARGET = 1.01
"""What an optimized model may lose."""


async def run(bench: BenchContext) -> list[Measurement]:
    async with open_subject(bench, kv_type="q8_0") as small, open_subject(bench, kv_type="f16") as plain:
        size = (await small.handle.info()).cache_bytes, (await plain.handle.info()).cache_bytes
        texts = {side: (await side.client.tokenize(" ".join(facts(1, DEPTH))))[:DEPTH] for side in (small, plain)}

        async def decode(side: Subject) -> float:
            request = TextRequest(tokens=texts[side], sampling=Sampling(temperature=0), max_tokens=ANSWER)
            async for item in side.client.generate(request):
                if isinstance(item, TextEnd):
                    return (item.usage.completion_tokens - 1) / item.timings["decode"] * 1e3
            return 0.0

        name = f"decode after {DEPTH:,} tokens, KV cache in q8_0"
        mine, theirs = await bench.pair(lambda: decode(small), lambda: decode(plain), names=(name, "f16"))
        lossy = await bench.measure("perplexity, q8_0", lambda: _quality(small), runs=1, warm_up=0)
        whole = await bench.measure("perplexity, f16", lambda: _quality(plain), runs=1, warm_up=0)
    return [
        Measurement(
            "KV cache in q8_0", size[0] / 1e6, "MB", "lower", "f16", size[1] / 1e6, size[0] / size[1],
            target=SIZE_TARGET,
        ),
        bench.compare(name, mine, theirs, unit="tokens/s", better="higher"),
        bench.compare(
            "perplexity, KV cache in q8_0", lossy, whole, unit="", better="lower", peer_name="f16",
            target=QUALITY_TARGET,
        ),
    ]  # fmt: skip


async def _quality(side: Subject) -> float:
    return await perplexity(side.handle.spec)
