"""Where setups are measured: each in a worker of its own, with its weights written when they are first needed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from myna.config import WorkerSettings
from myna.engine.gguf import GgufHeader, read_header
from myna.engine.memory import available_memory, estimate
from myna.engine.protocols import EngineSpec
from myna.engine.tuning import PROBE, Footprint, Score, ScoreRequest, SpeedRequest, SpeedSample
from myna.errors import OutOfMemory
from myna.worker.handle import EngineHandle
from myna.worker.pool import WorkerPool

from .quality import LENGTH, SKIP, Piece, text
from .setups import Setup, recipe
from .writing import Writer

CONTEXT = 2048
"""Tokens of context while measuring: more than any sample needs."""


class Loaded(msgspec.Struct, frozen=True):
    """What loading a setup showed."""

    load_ms: float
    memory: int
    """Bytes held at most so far."""
    gpu: bool
    size: int
    """Bytes of the weights' file."""


class Lab(Protocol):
    """What a search asks. All raise `MynaError` where a setup cannot be measured."""

    async def speed(self, setup: Setup, request: SpeedRequest) -> SpeedSample: ...

    async def score(self, setup: Setup, piece: Piece) -> Score: ...

    async def loaded(self, setup: Setup) -> Loaded: ...

    async def drop(self, setup: Setup) -> None:
        """It is not asked for again soon: give its memory back."""
        ...

    def discard(self, name: str) -> None:
        """Delete the weights in the format called `name`."""
        ...


class WorkerLab:
    """The real one. Setups stay loaded as far as the memory reaches, so that they can be measured by turns."""

    def __init__(
        self,
        model: str,
        source: Path,
        writer: Writer,
        pool: WorkerPool,
        *,
        options: Mapping[str, Any],
        reserve_mb: int,
    ) -> None:
        """`options`: those of the engine that the owner set, and that all setups share."""
        self._model = model
        self._source = source
        self._writer = writer
        self._pool = pool
        self._options = {**options, "context": CONTEXT, "memory_reserve_mb": reserve_mb}
        self._reserve = reserve_mb * 1_000_000
        self._handles: OrderedDict[str, tuple[Setup, EngineHandle]] = OrderedDict()

    async def speed(self, setup: Setup, request: SpeedRequest) -> SpeedSample:
        handle, fresh = await self._handle(setup)
        if fresh:
            # The first pass reads the weights from the disk and has the threads started.
            await handle.call("speed", SpeedRequest(64, 8, 2), SpeedSample)
        return await handle.call("speed", request, SpeedSample)

    async def score(self, setup: Setup, piece: Piece) -> Score:
        handle, _ = await self._handle(setup)
        return await handle.call("score", ScoreRequest(text(piece.language), piece.start, LENGTH, SKIP), Score)

    async def loaded(self, setup: Setup) -> Loaded:
        handle, _ = await self._handle(setup)
        info = await handle.info()
        footprint = await handle.call("footprint", Footprint(), Footprint)
        size = (await self._file(setup.recipe)).stat().st_size
        return Loaded(info.load_ms, footprint.peak, info.device == "gpu", size)

    async def drop(self, setup: Setup) -> None:
        known = self._handles.pop(setup.key, None)
        if known is not None:
            await self._pool.unload(known[1])

    def discard(self, name: str) -> None:
        self._writer.discard(recipe(name))

    async def _handle(self, setup: Setup) -> tuple[EngineHandle, bool]:
        """The worker of a setup, and whether it is a new one."""
        known = self._handles.get(setup.key)
        if known is not None:
            self._handles.move_to_end(setup.key)
            return known[1], False
        path = await self._file(setup.recipe)
        await self._make_room(read_header(path), setup)
        spec = EngineSpec(
            name=f"{self._model} ({setup.key})",
            factory=PROBE,
            files={"model": str(path)},
            options={**self._options, **setup.options},
        )
        handle = self._pool.engine(spec)
        await handle.info()
        self._handles[setup.key] = setup, handle
        return handle, True

    async def _file(self, name: str) -> Path:
        return await self._writer.file(recipe(name)) if name else self._source

    async def _make_room(self, header: GgufHeader, setup: Setup) -> None:
        """Unload those that were not asked for longest until this one fits beside the rest.

        Raises:
            OutOfMemory: not even alone.
        """
        need = estimate(header, context=CONTEXT, kv_type=setup.options.get("kv_type", "f16")).total + self._reserve
        while need > available_memory():
            if not self._handles:
                raise OutOfMemory(f"{self._model} ({setup.key}) does not fit into the memory that is free")
            _, (_, handle) = self._handles.popitem(last=False)
            await self._pool.unload(handle)


def pool(settings: WorkerSettings, logs: Path) -> WorkerPool:
    """Workers that stay until they are dropped."""
    return WorkerPool(msgspec.structs.replace(settings, idle_unload_s=0.0), log_dir=logs)


Report = Callable[[str, float, float], None]
"""Told what is done (English), and how much of it: seconds or bytes so far, and in all."""


async def pause() -> None:
    """Let whoever waits for the loop have it, between two measurements."""
    await asyncio.sleep(0)
