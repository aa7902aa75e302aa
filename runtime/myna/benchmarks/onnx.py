"""Text models in ONNX beside one another and beside llama.cpp, all in workers, asked by turns.

`MYNA_BENCH_ONNX` names a folder with the same model several times: `fp32/` and `int8/` as folders of ONNX models, and
`f32.gguf`, the same weights for llama.cpp. `--model` (else the chat model of the settings) is the GGUF file that people
would use instead.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..assistant import Assistant
from ..bench import Measurement
from ..config import ChatSettings, EngineSettings, StoreSettings
from ..engine.clients import TextClient
from ..engine.protocols import EngineSpec, Sampling, TextEnd, TextPiece, TextRequest
from ..errors import EngineError
from ..messages import system, user
from .perplexity import perplexity
from .subject import SYSTEM, threads_for
from .texts import STORY, TOPICS, facts

if TYPE_CHECKING:
    from ..cli.bench import BenchContext

VARIABLE = "MYNA_BENCH_ONNX"
PROMPTS = (
    "What is the capital of France?",
    "Write a short story about a myna bird.",
    "Explain how rain forms.",
    "List three uses for 250 paper clips.",
    "Who wrote Hamlet?",
)
GREEDY = 32
"""Tokens of each answer that have to agree. llama.cpp keeps keys and values in half precision, so that of two tokens
whose logarithms are closer than 0.001 either may be the likelier one."""
DECODED = 64
PREFILLED = 512
AT_ONCE = 5

BATCH_TARGET = 2.3
INT8_DECODE_TARGET = 2.0
INT8_QUALITY_TARGET = 1.01
PEER_DECODE_TARGET = 1.0
PEER_PREFILL_TARGET = 2.0

LIKELIEST = Sampling(temperature=0)


class Model(msgspec.Struct, frozen=True):
    """One of those that are compared."""

    name: str
    spec: EngineSpec
    client: TextClient

    async def answer(self, question: str, tokens: int) -> tuple[list[int], float]:
        """The likeliest tokens, and seconds between the first piece and the last.

        Raises:
            EngineError: there are too few to measure.
        """
        messages = (system(SYSTEM), user(question))
        request = TextRequest(messages=messages, sampling=LIKELIEST, max_tokens=tokens, logprobs=0)
        found: list[int] = []
        first = last = 0.0
        async for item in self.client.generate(request):
            if isinstance(item, TextPiece):
                last = time.perf_counter()
                first = first or last
                found += [entry.token for entry in item.logprobs]
        if len(found) < 2:
            raise EngineError(f"an answer of {self.name} has {len(found)} tokens, too few to measure")
        return found, last - first

    async def decode(self) -> float:
        """Tokens a second of one answer, after its first."""
        await self.client.clear()
        tokens, seconds = await self.answer(STORY.format(TOPICS[0]), DECODED + 1)
        return (len(tokens) - 1) / seconds

    async def together(self, count: int) -> float:
        """Tokens a second of so many answers in all, while every one of them is being written."""
        await self.client.clear()
        answers = await asyncio.gather(*[self.written(topic) for topic in TOPICS[:count]])
        begun, ended = max(times[0] for times in answers), min(times[-1] for times in answers)
        return sum(sum(begun < at <= ended for at in times) for times in answers) / (ended - begun)

    async def one_by_one(self, count: int) -> float:
        """The same, each after the one before it has ended."""
        await self.client.clear()
        answers = [await self.written(topic) for topic in TOPICS[:count]]
        return sum(len(times) - 1 for times in answers) / sum(times[-1] - times[0] for times in answers)

    async def written(self, topic: str) -> list[float]:
        """When each token of a story came."""
        messages = (system(SYSTEM), user(STORY.format(topic)))
        request = TextRequest(messages=messages, sampling=LIKELIEST, max_tokens=DECODED, logprobs=0)
        times: list[float] = []
        async for item in self.client.generate(request):
            if isinstance(item, TextPiece):
                times += [time.perf_counter()] * len(item.logprobs)
        if len(times) < DECODED:
            raise EngineError(f"an answer of {self.name} has {len(times)} tokens, too few to measure")
        return times

    async def read(self, seed: int) -> float:
        """Tokens a second of a prompt that nobody knows."""
        await self.client.clear()
        tokens = (await self.client.tokenize(" ".join(facts(seed, PREFILLED))))[:PREFILLED]
        start = time.perf_counter()
        async for item in self.client.generate(TextRequest(tokens=tokens, sampling=LIKELIEST, max_tokens=1)):
            if isinstance(item, TextEnd) and item.usage.cached_tokens:
                raise EngineError(f"{item.usage.cached_tokens} tokens of a new prompt were known before")
        return len(tokens) / (time.perf_counter() - start)


async def run(bench: BenchContext) -> list[Measurement]:
    """Agreement, throughput of a batch, and what 8 bits gain and cost."""
    found: list[Measurement] = []
    async with _models(bench) as models:
        fp32, int8, exact, usual = (models.get(name) for name in ("fp32", "int8", "f32.gguf", "usual"))
        if fp32 and exact:
            found.append(await _agreement(bench, "onnx agrees with llama.cpp", fp32, exact))
        for model in filter(None, (fp32, int8)):
            found += await _batch(bench, model)
        if int8 and fp32:
            speeds = await bench.pair(int8.decode, fp32.decode, names=("onnx decode, INT8", "FP32"))
            found.append(
                bench.compare(speeds[0].name, *speeds, unit="tokens/s", better="higher", target=INT8_DECODE_TARGET)
            )
            lossy = await bench.measure("onnx perplexity, INT8", _quality(int8), runs=1, warm_up=0)
            whole = await bench.measure("FP32", _quality(fp32), runs=1, warm_up=0)
            found.append(bench.compare(lossy.name, lossy, whole, unit="", better="lower", target=INT8_QUALITY_TARGET))
        if int8 and usual:
            found += await _beside(bench, int8, usual)
    return found


async def _agreement(bench: BenchContext, name: str, ours: Model, peer: Model) -> Measurement:
    """How many of the prompts both answer with the same tokens."""
    same = 0
    for prompt in PROMPTS:
        mine, _ = await ours.answer(prompt, GREEDY)
        theirs, _ = await peer.answer(prompt, GREEDY)
        same += mine == theirs
    from ..cli.bench import Samples

    agreeing, most = Samples(name, (float(same),)), Samples("prompts", (float(len(PROMPTS)),))
    bench.note(f"  {name}: {same} of {len(PROMPTS)}")
    return bench.compare(name, agreeing, most, unit="prompts", better="higher", target=1.0)


async def _batch(bench: BenchContext, model: Model) -> list[Measurement]:
    name = f"onnx {AT_ONCE} at once, {model.name}"

    async def together() -> float:
        return await model.together(AT_ONCE)

    async def one_by_one() -> float:
        return await model.one_by_one(AT_ONCE)

    mine, alone = await bench.pair(together, one_by_one, names=(name, "one by one"), runs=3)
    return [bench.compare(name, mine, alone, unit="tokens/s", better="higher", target=BATCH_TARGET)]


async def _beside(bench: BenchContext, ours: Model, usual: Model) -> list[Measurement]:
    peer = f"llama.cpp, {usual.spec.name}"
    decoded = await bench.pair(ours.decode, usual.decode, names=("onnx decode", peer))
    seed = 0

    def reads(model: Model) -> Callable[[], Awaitable[float]]:
        async def once() -> float:
            nonlocal seed
            seed += 1
            return await model.read(seed)

        return once

    read = await bench.pair(reads(ours), reads(usual), names=("onnx prefill", peer))
    return [
        bench.compare(pair[0].name, *pair, unit="tokens/s", better="higher", target=target)
        for pair, target in ((decoded, PEER_DECODE_TARGET), (read, PEER_PREFILL_TARGET))
    ]


def _quality(model: Model) -> Callable[[], Awaitable[float]]:
    async def once() -> float:
        return await perplexity(model.spec)

    return once


@asynccontextmanager
async def _models(bench: BenchContext, environ: Mapping[str, str] = os.environ) -> AsyncIterator[dict[str, Model]]:
    """Those that are there, by what they are; none, with a note, where the variable is not set."""
    folder = environ.get(VARIABLE, "")
    if not folder:
        bench.note(f"  {VARIABLE} names no folder with ONNX models; see docs/models.md")
        yield {}
        return
    chosen = bench.settings
    # Guesses are made for one answer alone, and would be taken for what a batch lacks; `guesses` measures them.
    engine = EngineSettings(threads=threads_for(chosen), gpu_layers=chosen.engine.gpu_layers, speculate=False)
    settings = msgspec.structs.replace(chosen, engine=engine, chat=ChatSettings(), store=StoreSettings())
    with tempfile.TemporaryDirectory(prefix="myna-bench-", ignore_cleanup_errors=True) as home:
        here = Path(home)
        paths = msgspec.structs.replace(bench.paths, data=here / "data", cache=here / "cache", logs=here / "logs")
        async with await Assistant.open(paths, settings, host=bench.host) as assistant:
            models: dict[str, Model] = {}
            for name, place in {**_places(bench, Path(folder)), "usual": bench.model or chosen.chat.model}.items():
                spec = assistant.engine_spec(await assistant.resolve(place))
                models[name] = Model(name, spec, TextClient(assistant.pool.engine(spec)))
            yield models


def _places(bench: BenchContext, folder: Path) -> dict[str, str]:
    """What is in `folder`; a note for what is not."""
    places = {name: folder / name for name in ("fp32", "int8", "f32.gguf")}
    for name, place in places.items():
        if not place.exists():
            bench.note(f"  there is no {name} in {folder} ({VARIABLE})")
    return {name: str(place) for name, place in places.items() if place.exists()}
