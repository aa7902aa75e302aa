"""A machine that gets short of memory: how soon the approved smaller model answers, beside that model asked directly.

What is free is read as it always is; the limit (`pressure.memory_mb`) is set above it, so that the machine does have
less. Approved is the first of `pressure.models`; where nothing is, the model itself as a file by another name: then the
figures are those of the change alone.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import msgspec

from ..bench import Measurement
from ..config import PressureSettings
from ..draft import AskOptions
from ..engine.memory import available_memory
from ..engine.protocols import Sampling
from ..errors import EngineError, MynaError, from_info
from ..events import Reduced, TextDelta, TurnFinished
from .subject import Subject, open_subject

if TYPE_CHECKING:
    from ..cli.bench import BenchContext, Samples

QUESTION = "What is the capital of France?"
TOKENS = 8
"""Of each answer; nobody waits for the rest of one."""
WARM = 5
MOST_TURNS = 50
"""Of a model that should have given way after the first or second."""
ABOVE_MB = 1024
"""MiB that the limit lies above what is free: more than a machine frees by chance during a measurement."""
EASY = PressureSettings(memory_mb=0, temperature_c=0)


async def run(bench: BenchContext) -> list[Measurement]:
    """From the moment in which memory is short, and once the smaller model is there."""
    with tempfile.TemporaryDirectory(prefix="myna-bench-", ignore_cleanup_errors=True) as folder:
        async with open_subject(bench) as large:
            small = await _approved(bench, large, Path(folder))
            async with open_subject(bench, model=small) as direct:
                return await _compare(bench, large, direct, small)


async def _compare(bench: BenchContext, large: Subject, direct: Subject, small: str) -> list[Measurement]:
    warm: tuple[list[float], list[float]] = ([], [])

    async def ours() -> float:
        await _ease(large)
        if await _first_word(large) is not None:
            raise EngineError("the smaller model answered although there was no need")
        _tighten(large, small)
        began = time.perf_counter()
        for _ in range(MOST_TURNS):
            if (first := await _first_word(large)) is not None:
                break
        else:
            raise EngineError(f"memory was tight, and the same model answered {MOST_TURNS} times")
        changed = first - began
        warm[0].append(await _warm(large))
        return changed * 1e3

    async def peer() -> float:
        await direct.unload()
        began = time.perf_counter()
        first = await _first_text(direct)
        warm[1].append(await _warm(direct))
        return (first - began) * 1e3

    name = "from tight memory to the smaller model's first word"
    mine, theirs = await bench.pair(ours, peer, names=(name, "that model loaded and asked directly"))
    first = "first word while memory is tight"
    return [
        bench.compare(name, mine, theirs, unit="ms", better="lower"),
        bench.compare(
            first,
            _last(mine, first, warm[0]),
            _last(theirs, "that model asked directly", warm[1]),
            unit="ms",
            better="lower",
        ),
    ]


def _last(samples: Samples, name: str, values: list[float]) -> Samples:
    """As many of `values` as there are `samples`: what went before was warming up."""
    return msgspec.structs.replace(samples, name=name, values=tuple(values[-len(samples.values) :]))


async def _approved(bench: BenchContext, large: Subject, folder: Path) -> str:
    for name in bench.settings.pressure.models:
        try:
            model = await large.assistant.resolve(name)
        except MynaError:
            continue
        if model.name != large.model.name and model.format == ".gguf":
            return name
    bench.note(f"  no smaller model is approved (pressure.models): {large.model.name} stands in for itself")
    copy = folder / "smaller.gguf"
    try:
        os.link(large.file, copy)
    except OSError:
        # Another file system.
        await asyncio.to_thread(shutil.copyfile, large.file, copy)
    return str(copy)


async def _ease(subject: Subject) -> None:
    """As at the beginning: the larger model is there, the smaller one is not."""
    assistant = subject.assistant
    chat = msgspec.structs.replace(assistant.settings.chat, model=subject.asked)
    assistant.use_settings(msgspec.structs.replace(assistant.settings, chat=chat, pressure=EASY))
    for worker in assistant.pool.status():
        if worker.pid and worker.name != subject.model.name:
            await assistant.pool.unload(worker.name)


def _tighten(subject: Subject, small: str) -> None:
    limit = available_memory() // 2**20 + ABOVE_MB
    tight = msgspec.structs.replace(EASY, models=(small,), context=0, memory_mb=limit)
    assistant = subject.assistant
    assistant.use_settings(msgspec.structs.replace(assistant.settings, pressure=tight))


async def _warm(subject: Subject) -> float:
    """Milliseconds to the first word of the model that answered last: the middle one of `WARM` answers, since what the
    change left to be done (states to be kept, a worker to end) goes on beside the first."""
    took = []
    for _ in range(WARM):
        began = time.perf_counter()
        took.append((await _first_text(subject) - began) * 1e3)
    return median(took)


async def _first_text(subject: Subject) -> float:
    """When (`time.perf_counter`) the first word of an answer came, whoever gave it."""
    return (await _answer(subject))[0]


async def _first_word(subject: Subject) -> float | None:
    """When the first word of something smaller came; None where the model itself answered."""
    first, reduced = await _answer(subject)
    return first if reduced else None


async def _answer(subject: Subject) -> tuple[float, bool]:
    """When its first word came, and whether something smaller gave it."""
    options = AskOptions(sampling=Sampling(temperature=0), max_tokens=TOKENS)
    first, reduced = 0.0, False
    async for event in (await subject.conversation()).ask(QUESTION, options=options):
        if isinstance(event, Reduced):
            reduced = True
        elif isinstance(event, TextDelta):
            first = first or time.perf_counter()
        elif isinstance(event, TurnFinished) and event.error is not None:
            raise from_info(event.error)
    return first or time.perf_counter(), reduced
