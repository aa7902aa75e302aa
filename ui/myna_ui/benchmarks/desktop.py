"""The window beside what it is built on: how soon it is there, whether it ever stands still, how soon it answers."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from myna.bench import Measurement
from myna.benchmarks.children import finished, running
from myna.cli.bench import Samples
from myna.cli.root import has_display
from myna.errors import EngineError, ModelMissing

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext

FRAME_RUNS = 5
FRAME = b"frame"
"""What the children say when their first frame was shown."""


class Answers(msgspec.Struct):
    """What `first_words.py` found, milliseconds."""

    window: list[float]
    terminal: list[float]


class Stalls(msgspec.Struct):
    """What `streaming.py` found, milliseconds: the longest time that the main thread saw to nothing else."""

    long: float
    """In a conversation of 10,000 messages."""
    empty: float
    work: float
    """The longest time that it was at work on one thing, by the clock of the processor: what is left of a stall where
    no other program wants the machine."""
    tokens_per_second: float
    """That arrived, so that the figures say something."""


async def run(bench: BenchContext) -> list[Measurement]:
    environment = _environment()
    found = [await _first_frame(bench, environment), *await _stalls(bench, environment)]
    try:
        found.append(await _first_words(bench, environment))
    except ModelMissing as missing:
        bench.note(f"  first words: left out, {missing}")
    return found


async def _first_frame(bench: BenchContext, environment: Mapping[str, str]) -> Measurement:
    async def shown(module: str) -> float:
        started = time.perf_counter()
        async with running([sys.executable, "-m", f"myna_ui.benchmarks.{module}"], environment) as process:
            assert process.stdout is not None  # noqa: S101 - for the type
            line = await process.stdout.readline()
            took = time.perf_counter() - started
            if line.strip() != FRAME:
                raise EngineError(f"{module} showed no frame")
            return took * 1e3

    with tempfile.TemporaryDirectory(prefix="myna-bench-", ignore_cleanup_errors=True) as home:
        # A window that is open already would only come to the front.
        environment = {**environment, "MYNA_HOME": home}
        ours, peer = await bench.pair(
            lambda: shown("first_frame"),
            lambda: shown("bare_window"),
            names=("first frame", "bare window"),
            runs=FRAME_RUNS,
        )
    return bench.compare("first frame", ours, peer, unit="ms", better="lower", peer_name="a QML window with a list")


async def _stalls(bench: BenchContext, environment: Mapping[str, str]) -> list[Measurement]:
    output = await finished([sys.executable, "-m", "myna_ui.benchmarks.streaming"], environment)
    stalls = msgspec.json.decode(output.splitlines()[-1], type=Stalls)
    long, empty = Samples("longest stall", (stalls.long,)), Samples("empty conversation", (stalls.empty,))
    bench.note(f"  longest stall: {stalls.long:.1f} ms ({stalls.work:.1f} ms at work), {stalls.empty:.1f} ms if empty")
    work = Samples("longest work", (stalls.work,))
    speed = Samples("tokens shown", (stalls.tokens_per_second,))
    return [
        bench.compare(
            "longest stall, 10,000 messages", long, empty, unit="ms", better="lower", peer_name="in an empty one"
        ),
        bench.compare("longest work, 10,000 messages", work, unit="ms", better="lower"),
        bench.compare("tokens shown meanwhile", speed, unit="tokens/s", better="higher"),
    ]


async def _first_words(bench: BenchContext, environment: Mapping[str, str]) -> Measurement:
    from myna.benchmarks.subject import open_subject

    async with open_subject(bench) as subject:
        # Only to say early, and in words, that there is no model.
        model = subject.model.name
    command = [sys.executable, "-m", "myna_ui.benchmarks.first_words", model, str(bench.runs(5))]
    answers = msgspec.json.decode((await finished(command, environment)).splitlines()[-1], type=Answers)
    window, terminal = Samples("window", tuple(answers.window)), Samples("terminal", tuple(answers.terminal))
    bench.note(f"  first words: {window.median:.1f} ms in the window, {terminal.median:.1f} ms in the terminal")
    return bench.compare("first words in the window", window, terminal, unit="ms", better="lower")


def _environment() -> dict[str, str]:
    """Of the children: without a display, they draw where nobody sees it, with the processor."""
    environment = dict(os.environ)
    if not has_display():
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        environment.setdefault("QT_QUICK_BACKEND", "software")
    return environment
