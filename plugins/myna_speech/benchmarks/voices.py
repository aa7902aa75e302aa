"""Text to speech beside piper's own `PiperVoice.synthesize`: the same files, texts and threads.

`speak` is the time that sentences take, one by one, through the worker and back. `first sound` is how long whoever
asked waits for the first sound of an answer that is there at once: Myna speaks its first clause, piper its first
sentence.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from myna.assistant import Assistant
from myna.bench import Measurement
from myna.benchmarks.children import running
from myna.benchmarks.subject import threads_for
from myna.engine.speech import SynthesizeRequest
from myna.engine.speech_clients import SynthesizerClient
from myna.errors import EngineError

from ..voices.speaking import Manner, Speaking

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from myna.cli.bench import BenchContext

VOICE = "piper-en-us-joe"
PEER = Path(__file__).parent / "bare_piper.py"
PEER_NAME = "piper"

SENTENCES = (
    "Yes, of course.",
    "The capital of France is Paris.",
    "Tomorrow it will be sunny in the morning, with some clouds in the afternoon.",
    "I have set a timer for twelve minutes.",
    "A battery gets weaker when it is cold outside, because the reactions inside it become slower.",
    "You can take the train at half past six, or the bus a quarter of an hour later.",
    "That is all that I could find.",
    "The moon pulls the water of the ocean towards it, and so the tide comes in twice a day.",
)
ANSWERS = (
    "The capital of France is Paris, which lies on the river Seine. It has about two million inhabitants.",
    "Of course, here is what I found about batteries and cold weather. They get weaker, but they recover.",
    "To make pancakes, mix flour, milk and eggs, and let the dough rest for a while. Then heat some butter in a pan.",
    "I think that you should take an umbrella, because it will probably rain in the late afternoon. It will be mild.",
    "The sky is blue because air scatters short waves of light more than long ones, as Rayleigh found. Sunset is red.",
)
"""Answers whose first sentence has clauses, as those of a talkative model do."""


class _Answer(msgspec.Struct):
    first: float
    last: float
    sound: float


async def run(bench: BenchContext) -> list[Measurement]:
    """Raises `ModelMissing` when the voice is not installed."""
    threads = threads_for(bench.settings)
    async with await Assistant.open(bench.paths, bench.settings, host=bench.host) as assistant:
        spec = assistant.engine_spec(await assistant.resolve(VOICE, "synthesize"))
        spec = msgspec.structs.replace(spec, options={**spec.options, "threads": threads})
        client = SynthesizerClient(assistant.pool.engine(spec))
        async with _peer(spec.files["model"], spec.files["config"], threads) as peer:
            return [await _speed(bench, client, peer), await _first_sound(bench, client, peer)]


async def _speed(bench: BenchContext, client: SynthesizerClient, peer: _Peer) -> Measurement:
    async def ours() -> float:
        start, sound = time.perf_counter(), 0.0
        for text in SENTENCES:
            async for piece in client.synthesize(SynthesizeRequest(text)):
                sound += piece.chunk().seconds
        return (time.perf_counter() - start) / sound

    async def theirs() -> float:
        answers = await peer.ask(SENTENCES)
        return sum(answer.last for answer in answers) / sum(answer.sound for answer in answers)

    mine, others = await bench.pair(ours, theirs, names=("speak", PEER_NAME))
    return bench.compare("speak", mine, others, unit="s/s", better="lower")


async def _first_sound(bench: BenchContext, client: SynthesizerClient, peer: _Peer) -> Measurement:
    async def voice(language: str) -> SynthesizerClient:
        del language
        return client

    async def ours() -> float:
        waits = []
        for text in ANSWERS:
            start = time.perf_counter()
            async with aclosing(Speaking(voice, Manner()).sound(text, "en")) as pieces:
                await anext(pieces)
            waits.append(time.perf_counter() - start)
        return statistics.median(waits) * 1e3

    async def theirs() -> float:
        return statistics.median(answer.first for answer in await peer.ask(ANSWERS)) * 1e3

    mine, others = await bench.pair(ours, theirs, names=("first sound", PEER_NAME))
    return bench.compare("first sound", mine, others, unit="ms", better="lower")


class _Peer:
    """The script while it runs."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def ask(self, texts: Sequence[str]) -> list[_Answer]:
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise EngineError(f"{PEER_NAME} cannot be talked to")
        process.stdin.write(msgspec.json.encode(texts) + b"\n")
        await process.stdin.drain()
        line = await process.stdout.readline()
        if not line:
            _, said = await process.communicate(b"")
            words = " ".join((said or b"").decode("utf-8", "replace").split())[-400:]
            raise EngineError(f"{PEER_NAME} failed: {words}")
        return msgspec.json.decode(line, type=list[_Answer])


@asynccontextmanager
async def _peer(model: str, config: str, threads: int) -> AsyncIterator[_Peer]:
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "1", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-P", str(PEER), model, config, str(threads)]
    async with running(command, environment) as process:
        yield _Peer(process)
