"""Figures of whole processes: how soon they answer, and how much memory they hold.

The peer is `bare.py`, which loads the same file with the same threads and context by llama-cpp-python's
own class, and nothing else.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psutil

from ..bench import Measurement
from ..errors import EngineError
from .children import finished, first_byte, running, wait_done
from .subject import SYSTEM, Subject, open_subject

if TYPE_CHECKING:
    from ..cli.bench import BenchContext, Samples

CONTEXT = 4096
"""Tokens of context on both sides: what the engine allocates at first in any case."""

QUESTION = "What is the capital of France?"
ANSWER = 16

START_ALLOWANCE_S = 0.4
"""How much later than the bare script `myna ask` may reach its first token."""

HELP_ALLOWANCE_MS = 250.0

MIB = 1024 * 1024


async def start(bench: BenchContext) -> list[Measurement]:
    """`myna ask` as a person runs it, from the start of the process to the first byte of the answer."""
    async with _setting(bench) as (subject, environment):
        ask = (
            *(*_myna(), "ask", QUESTION, "--model", str(subject.file), "--system", SYSTEM),
            *("--temperature", "0", "--max-tokens", str(ANSWER)),
        )
        bare = _bare(subject, SYSTEM, QUESTION, str(ANSWER))

        async def ours() -> float:
            return await first_byte(ask, environment)

        async def peer() -> float:
            return await first_byte(bare, environment)

        mine, theirs = await bench.pair(ours, peer, names=("myna ask", "bare script"))
    later = difference(mine, theirs)
    return [
        bench.compare("start first token", mine, theirs, unit="s", better="lower"),
        allowance("start first token later by", later, START_ALLOWANCE_S, "s", runs=len(mine.values)),
    ]


async def load(bench: BenchContext) -> list[Measurement]:
    """From the start of the worker process until it has the model; beside the bare script until it has it."""
    async with _setting(bench) as (subject, environment):
        bare = _bare(subject)

        async def ours() -> float:
            await subject.unload()
            begin = time.perf_counter()
            await subject.client.info()
            return (time.perf_counter() - begin) * 1e3

        async def peer() -> float:
            return await first_byte(bare, environment) * 1e3

        mine, theirs = await bench.pair(ours, peer, names=("worker", "bare script"))
    return [bench.compare("load", mine, theirs, unit="ms", better="lower")]


async def memory(bench: BenchContext) -> list[Measurement]:
    """After one answer, with the model still loaded. Pages of the model file are counted where they are mapped."""
    async with _setting(bench) as (subject, environment):
        question = (SYSTEM, QUESTION, str(ANSWER))
        bare = _bare(subject, *question)
        resident = (sys.executable, "-P", "-m", "myna.benchmarks.resident", str(subject.file), *question)
        workers: list[float] = []

        async def host() -> float:
            async with running(resident, environment) as process:
                await wait_done(process, resident)
                parent = psutil.Process(process.pid)
                workers.append(sum(_resident(child) for child in parent.children()))
                found = _resident(parent)
                # Let it end by itself, and so end its worker.
                await process.communicate(b"")
                return found

        async def peer() -> float:
            async with running(bare, environment) as process:
                await wait_done(process, bare)
                return _resident(psutil.Process(process.pid))

        mine, theirs = await bench.pair(host, peer, names=("host process", "bare script"), runs=3)
    worker = msgspec.structs.replace(mine, name="worker", values=tuple(workers[-len(mine.values) :]))
    return [
        bench.compare("memory of the host process", mine, theirs, unit="MiB", better="lower"),
        bench.compare("memory of the worker", worker, theirs, unit="MiB", better="lower"),
    ]


async def show_help(bench: BenchContext) -> list[Measurement]:
    """The whole run of `myna --help`."""
    command = (*_myna(), "--help")

    async def ours() -> None:
        await finished(command, os.environ)

    mine = await bench.measure("myna --help", ours, runs=10, warm_up=2)
    return [allowance("help", mine.median, HELP_ALLOWANCE_MS, "ms", runs=len(mine.values))]


def difference(ours: Samples, peer: Samples) -> float:
    """The median of what lies between two neighbouring runs; drifts of the machine cancel out."""
    return statistics.median(a - b for a, b in zip(ours.values, peer.values, strict=True))


def allowance(name: str, value: float, most: float, unit: str, *, runs: int) -> Measurement:
    """A figure that may be at most `most`."""
    return Measurement(
        name=name,
        value=value,
        unit=unit,
        better="lower",
        peer="what is allowed",
        peer_value=most,
        ratio=value / most,
        runs=runs,
        target=1.0,
    )


@asynccontextmanager
async def _setting(bench: BenchContext) -> AsyncIterator[tuple[Subject, dict[str, str]]]:
    """The model, and an environment in which programs keep their state in a folder of their own."""
    async with open_subject(bench, context=CONTEXT) as subject:
        with tempfile.TemporaryDirectory(prefix="myna-bench-", ignore_cleanup_errors=True) as home:
            yield (
                subject,
                {
                    **{name: value for name, value in os.environ.items() if not name.startswith("MYNA_")},
                    "MYNA_HOME": home,
                    "MYNA_ENGINE_THREADS": str(subject.threads),
                    "MYNA_ENGINE_CONTEXT": str(CONTEXT),
                },
            )


def _myna() -> Sequence[str]:
    """The installed program, which is what people start."""
    script = Path(sys.executable).with_name("myna.exe" if os.name == "nt" else "myna")
    return (str(script),) if script.is_file() else (sys.executable, "-m", "myna.cli")


def _bare(subject: Subject, *question: str) -> Sequence[str]:
    script = str(Path(__file__).with_name("bare.py"))
    # -P: the folder of the script must not shadow modules of the standard library.
    return (sys.executable, "-P", script, str(subject.file), str(subject.threads), str(CONTEXT), *question)


def _resident(process: psutil.Process) -> float:
    """MiB."""
    try:
        return float(process.memory_info().rss) / MIB
    except psutil.Error as error:
        raise EngineError(f"the memory of process {process.pid} cannot be read: {error}") from None
