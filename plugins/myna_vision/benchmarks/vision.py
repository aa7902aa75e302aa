"""`myna bench vision`: one part after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna.bench import Measurement

from . import reading

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext

PARTS = (reading.run,)


async def run(bench: BenchContext) -> list[Measurement]:
    found: list[Measurement] = []
    for part in PARTS:
        found += await part(bench)
    return found
