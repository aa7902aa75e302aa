"""What vision adds to Myna: engines and commands."""

from __future__ import annotations

from collections.abc import Sequence

from myna.bench import BenchInfo
from myna.engine.protocols import EngineInfo
from myna.hookspecs import hookimpl

MYNA_NEEDS = ("files",)


@hookimpl
def myna_register_engines() -> Sequence[EngineInfo]:
    return ()


@hookimpl
def myna_register_benchmarks() -> Sequence[BenchInfo]:
    return (BenchInfo("vision", "Text in pictures beside rapidocr", "myna_vision.benchmarks.vision:run"),)
