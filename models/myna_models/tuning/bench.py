"""A model fitted to this machine beside the file as it was fetched, by turns, through the worker that answers."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from myna.bench import Measurement
from myna.engine.chosen import engine_options
from myna.engine.protocols import EngineSpec
from myna.engine.tuning import PROBE, SpeedRequest, SpeedSample
from myna.errors import EngineError

from ..installed import Store
from .lab import CONTEXT, pool
from .record import current, folder

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext
    from myna.worker.handle import EngineHandle

REQUEST = SpeedRequest(512, 32, 64)
PREFILL_TARGET, DECODE_TARGET = 2.0, 1.1
"""Measured with SmolLM2-135M on two cores with AVX-512: Q8_0 beside the Q4_1 that was fetched."""
PEER = "the file as it was fetched"


async def run(bench: BenchContext) -> list[Measurement]:
    """Raises `EngineError` where the chat model was not optimized."""
    resolved = bench.host.resolve_model(bench.model or bench.settings.chat.model, "chat", bench.settings)
    store = Store(bench.paths.models)
    model = store.get(resolved.name)
    record = current(model, store) if model is not None else None
    main = model.file("model") if model is not None else None
    if model is None or record is None or main is None:
        raise EngineError(
            f"{resolved.name} was not fitted to this machine, so there is nothing to compare",
            hint=f"myna models optimize {resolved.name}",
        )
    with tempfile.TemporaryDirectory(prefix="myna-bench-", ignore_cleanup_errors=True) as logs:
        workers = pool(bench.settings.workers, Path(logs))
        own = {**engine_options(bench.settings.engine, {}), "context": CONTEXT}

        def worker(path: Path, options: dict[str, object]) -> EngineHandle:
            spec = EngineSpec(path.name, PROBE, {"model": str(path)}, {**own, **options})
            return workers.engine(spec)

        fitted = worker(
            folder(store, model.id) / record.file if record.file else store.path(model.id, main), record.options
        )
        fetched = worker(store.path(model.id, main), {})
        mine: list[SpeedSample] = []
        theirs: list[SpeedSample] = []

        async def sample(handle: EngineHandle, samples: list[SpeedSample]) -> float:
            samples.append(await handle.call("speed", REQUEST, SpeedSample))
            return 1 / samples[-1].read_s

        try:
            reading = await bench.pair(
                lambda: sample(fitted, mine), lambda: sample(fetched, theirs), names=("optimized", PEER)
            )
        finally:
            await workers.close()
    writing = [
        msgspec.structs.replace(one, values=tuple(1 / taken.write_s for taken in samples[-len(one.values) :]))
        for one, samples in zip(reading, (mine, theirs), strict=True)
    ]
    unit = "tokens/s"
    return [
        bench.compare("optimized prefill", *reading, unit=unit, better="higher", target=PREFILL_TARGET),
        bench.compare("optimized decode", *writing, unit=unit, better="higher", target=DECODE_TARGET),
    ]
