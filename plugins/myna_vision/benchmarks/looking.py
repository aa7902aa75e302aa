"""Time by stage for one picture, as a worker reports it, and in all as whoever asked waits for it."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import TYPE_CHECKING

from myna.assistant import Assistant
from myna.bench import Measurement
from myna.engine.sight import LookRequest

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext

PICTURE = Path(__file__).parents[1] / "see" / "receipt.png"


async def run(bench: BenchContext) -> list[Measurement]:
    """Stages whose model is not installed are left out."""
    request = LookRequest(PICTURE.read_bytes())
    stages: list[dict[str, float]] = []
    async with await Assistant.open(bench.paths, bench.settings, host=bench.host) as assistant:
        reader = await assistant.picture_reader()

        async def look() -> None:
            stages.append((await reader.look(request)).timings)

        samples = await bench.measure("one receipt", look, runs=7)
    whole = bench.compare("look at a receipt", samples, unit="ms", better="lower")
    counted = stages[-len(samples.values) :]
    return [
        whole,
        *(
            Measurement(
                name=f"look: {stage}",
                value=statistics.median(one[stage] for one in counted),
                unit="ms",
                better="lower",
                runs=len(counted),
            )
            for stage in counted[0]
        ),
    ]
