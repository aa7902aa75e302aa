"""`myna bench vision`: one part after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna.bench import Measurement

from . import looking, reading, second_question

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext

PARTS = (looking.run, second_question.run, reading.run)


async def run(bench: BenchContext) -> list[Measurement]:
    """Time by stage, a second question about a picture, and text beside rapidocr."""
    found: list[Measurement] = []
    for part in PARTS:
        found += await part(bench)
    return found
