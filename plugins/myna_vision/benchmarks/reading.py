"""Text in pictures beside rapidocr's own call: the same model files, its default settings, the same pictures.

What is measured is the reader as a worker has it: from pixels to lines, without decoding and the way to the host."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from myna.bench import Measurement
from myna.benchmarks.children import finished, running
from myna.benchmarks.subject import threads_for
from myna.errors import EngineError, ModelMissing

from .accuracy import accuracy, characters

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext

MODEL = "pp-ocr-v6"
PEER = Path(__file__).parent / "bare_rapidocr.py"
PEER_NAME = "rapidocr"
SPEED_TARGET = 1.0
"""Of the peer's time: no slower."""
ACCURACY_TARGET = 0.97
"""Of all characters of clean text of 12 pixels and more."""


class _Drawn(msgspec.Struct):
    name: str
    language: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return characters(" ".join(self.lines), self.language)


class _Answer(msgspec.Struct):
    seconds: float
    texts: list[str]
    stages: dict[str, float] = {}
    """Milliseconds of all pictures together; the peer does not say."""


async def run(bench: BenchContext) -> list[Measurement]:
    """Time for a page, in all and by stage, and characters read right."""
    files = _files(bench)
    pictures, drawn = await _pictures(bench)
    own = _module("own_reader", pictures, *files, threads_for(bench.settings))
    async with AsyncExitStack() as programs:
        ours = await programs.enter_async_context(_program(own))
        if importlib.util.find_spec(PEER_NAME) is None:
            bench.note(f"  without {PEER_NAME}, which is not installed: deploy/setup/up bench")
            return await _alone(bench, ours, drawn)
        theirs = await programs.enter_async_context(_program([sys.executable, "-P", str(PEER), str(pictures)]))
        return await _beside(bench, ours, theirs, drawn)


async def _alone(bench: BenchContext, ours: _Program, drawn: Sequence[_Drawn]) -> list[Measurement]:
    samples = await bench.measure(f"{len(drawn)} pages", ours.page, runs=3)
    speed = bench.compare("read page", samples, unit="ms", better="lower")
    return [speed, *_stages(ours), *_right(ours, None, drawn)]


async def _beside(bench: BenchContext, ours: _Program, theirs: _Program, drawn: Sequence[_Drawn]) -> list[Measurement]:
    names = (f"{len(drawn)} pages", PEER_NAME)
    mine, others = await bench.pair(ours.page, theirs.page, names=names, runs=3)
    speed = bench.compare("read page", mine, others, unit="ms", better="lower", target=SPEED_TARGET)
    return [speed, *_stages(ours), *_right(ours, theirs, drawn)]


def _stages(ours: _Program) -> list[Measurement]:
    """Of the last run; they stand alone, for the peer cuts its work elsewhere."""
    return [
        Measurement(name=f"{stage} page", value=total / len(ours.last.texts), unit="ms", better="lower")
        for stage, total in ours.last.stages.items()
    ]


def _right(ours: _Program, theirs: _Program | None, drawn: Sequence[_Drawn]) -> list[Measurement]:
    found = []
    for language in sorted({one.language for one in drawn}):
        mine = _accuracy(ours.last.texts, drawn, language)
        other = _accuracy(theirs.last.texts, drawn, language) if theirs is not None else None
        found.append(
            Measurement(
                name=f"characters right, {language}",
                value=mine,
                unit="",
                better="higher",
                peer=PEER_NAME if theirs is not None else "",
                peer_value=other,
                ratio=mine / other if other else None,
                target=ACCURACY_TARGET / other if other else None,
            )
        )
    return found


def _accuracy(texts: Sequence[str], drawn: Sequence[_Drawn], language: str) -> float:
    return accuracy(
        (one.text, characters(text, language))
        for one, text in zip(drawn, texts, strict=True)
        if one.language == language
    )


def _files(bench: BenchContext) -> list[Path]:
    """Detector, recogniser and direction model.

    Raises:
        ModelMissing: they are not installed.
    """
    from myna_models.installed import Store

    store = Store(bench.paths.models)
    model = store.get(MODEL)
    files = {file.role: store.path(model.id, file) for file in model.files} if model is not None else {}
    wanted = [files.get(role) for role in ("detector", "model", "direction")]
    if any(file is None for file in wanted):
        raise ModelMissing(f"the model {MODEL} is not installed", hint=f"myna models pull {MODEL}")
    return [file for file in wanted if file is not None]


async def _pictures(bench: BenchContext) -> tuple[Path, list[_Drawn]]:
    """Drawn when they are first wanted, and kept in the cache.

    Raises:
        EngineError: a font is not installed.
    """
    here = Path(__file__).parent
    sources = b"".join((here / name).read_bytes() for name in ("drawing.py", "make_pictures.py"))
    folder = bench.paths.cache / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"pages-{hashlib.sha256(sources).hexdigest()[:16]}.npz"
    if not path.is_file():
        bench.note("  drawing the pages")
        await finished(_module("make_pictures", path), _environment())
    import numpy as np

    with np.load(path) as file:
        said = json.loads(str(file["said"]))
    return path, msgspec.convert(said, list[_Drawn])


def _module(name: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", f"{__package__}.{name}", *map(str, arguments)]


def _environment() -> dict[str, str]:
    """As workers have it."""
    return {**os.environ, "ORT_DISABLE_TELEMETRY": "1", "PYTHONIOENCODING": "utf-8"}


class _Program:
    """One of the two sides while it runs."""

    def __init__(self, process: Process, name: str) -> None:
        self._process = process
        self._name = name
        self.last = _Answer(0.0, [])

    async def page(self) -> float:
        """Read all pages; milliseconds for one.

        Raises:
            EngineError: it failed.
        """
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise EngineError(f"{self._name} cannot be talked to")
        process.stdin.write(b"again\n")
        await process.stdin.drain()
        answer = await process.stdout.readline()
        if not answer:
            _, said = await process.communicate(b"")
            words = " ".join((said or b"").decode("utf-8", "replace").split())[-400:]
            raise EngineError(f"{self._name} failed: {words}")
        self.last = msgspec.json.decode(answer, type=_Answer)
        return self.last.seconds / len(self.last.texts) * 1e3


@asynccontextmanager
async def _program(command: list[str]) -> AsyncIterator[_Program]:
    async with running(command, _environment()) as process:
        yield _Program(process, Path(command[2]).stem)
