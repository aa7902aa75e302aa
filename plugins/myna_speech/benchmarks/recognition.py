"""Speech to text beside faster-whisper's own `WhisperModel.transcribe`: beam 1, int8, the same files.

The peer gets a thread for each core, which is what it is fastest with; Myna takes what it takes by itself."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from myna.assistant import Assistant
from myna.bench import Measurement
from myna.benchmarks.children import running
from myna.benchmarks.subject import threads_for
from myna.engine.speech import NoSpeech, TranscribeFileRequest, TranscribeRequest, Transcript
from myna.errors import EngineError

from ..recognition.models import transcriber_for
from .clips import Clips, clips, environment, script
from .sentences import SENTENCES
from .word_errors import word_error_rate

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from myna.cli.bench import BenchContext
    from myna.engine.speech_clients import TranscriberClient

PEER = Path(__file__).parent / "bare_whisper.py"
PEER_NAME = "faster-whisper"
SPEED_TARGET = 0.4
"""Of the peer's time: 2.5 times as fast."""
ERRORS_TARGET = 0.5
"""Percentage points of word errors above the peer's."""


class _Answer(msgspec.Struct):
    seconds: float
    texts: dict[str, str]


async def run(bench: BenchContext) -> list[Measurement]:
    """Short clips one by one through the worker and back; a long file as `myna transcribe` reads it."""
    threads = threads_for(bench.settings)
    async with await Assistant.open(bench.paths, bench.settings, host=bench.host) as assistant:
        made = await clips(bench, assistant)
        client = await transcriber_for(assistant, "en", bench.model)
        folder = Path((await client.info()).details["folder"])
        async with _peer(folder, made, threads) as peer:
            return [*await _short(bench, client, peer, made), await _long(bench, client, peer, made)]


async def _short(bench: BenchContext, client: TranscriberClient, peer: _Peer, made: Clips) -> list[Measurement]:
    heard: dict[str, str] = {}
    peers: dict[str, str] = {}

    async def ours() -> float:
        start = time.perf_counter()
        for name, sound in made.sounds.items():
            heard[name] = _text(await client.transcribe(TranscribeRequest(sound, "en")))
        return (time.perf_counter() - start) / len(made.sounds) * 1e3

    async def theirs() -> float:
        answer = await peer.ask("clips")
        peers.update(answer.texts)
        return answer.seconds / len(made.sounds) * 1e3

    names = (f"{len(made.sounds)} clips", PEER_NAME)
    mine, others = await bench.pair(ours, theirs, names=names, runs=3)
    speed = bench.compare("transcribe clip", mine, others, unit="ms", better="lower", target=SPEED_TARGET)
    return [speed, _errors(_rate(heard, made), _rate(peers, made), len(mine.values))]


def _rate(heard: Mapping[str, str], made: Clips) -> float:
    """Word errors in percent."""
    return 100 * word_error_rate((made.said(name), text) for name, text in heard.items())


def _errors(mine: float, theirs: float, runs: int) -> Measurement:
    return Measurement(
        name="word errors",
        value=mine,
        unit="%",
        better="lower",
        peer=PEER_NAME,
        peer_value=theirs,
        ratio=mine / theirs if theirs else None,
        runs=runs,
        target=(theirs + ERRORS_TARGET) / theirs if theirs else None,
    )


async def _long(bench: BenchContext, client: TranscriberClient, peer: _Peer, made: Clips) -> Measurement:
    said = " ".join(SENTENCES)
    texts = ["", ""]

    async def ours() -> float:
        start = time.perf_counter()
        async for item in client.transcribe_file(TranscribeFileRequest(str(made.long_file), "en")):
            if isinstance(item, Transcript | NoSpeech):
                texts[0] = _text(item)
        return (time.perf_counter() - start) / made.long_seconds

    async def theirs() -> float:
        answer = await peer.ask(str(made.long_file))
        (texts[1],) = answer.texts.values()
        return answer.seconds / made.long_seconds

    mine, others = await bench.pair(ours, theirs, names=("long file", PEER_NAME), runs=3)
    rates = [100 * word_error_rate([(said, text)]) for text in texts]
    bench.note(f"  word errors in the long file: {rates[0]:.1f} %, {PEER_NAME} {rates[1]:.1f} %")
    return bench.compare("transcribe file", mine, others, unit="s/s", better="lower")


def _text(answer: Transcript | NoSpeech) -> str:
    return answer.text if isinstance(answer, Transcript) else ""


class _Peer:
    """The script while it runs."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def ask(self, line: str) -> _Answer:
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise EngineError(f"{PEER_NAME} cannot be talked to")
        process.stdin.write(f"{line}\n".encode())
        await process.stdin.drain()
        answer = await process.stdout.readline()
        if not answer:
            _, said = await process.communicate(b"")
            words = " ".join((said or b"").decode("utf-8", "replace").split())[-400:]
            raise EngineError(f"{PEER_NAME} failed: {words}")
        return msgspec.json.decode(answer, type=_Answer)


@asynccontextmanager
async def _peer(folder: Path, made: Clips, threads: int) -> AsyncIterator[_Peer]:
    async with running(script(PEER, folder, made.path, threads), environment()) as process:
        yield _Peer(process)
