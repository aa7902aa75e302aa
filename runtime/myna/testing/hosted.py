"""A small engine for real worker processes: it streams words, and misbehaves on demand.

    async with hosted_pool(tmp_path) as pool:
        handle = pool.engine(scripted("parrot"))
        async for word in handle.stream("say", Say(words=("a", "b")), Word): ...

Everything that goes wrong in a real engine can be had from it: see `Say` and `ScriptOptions`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from ..config import WorkerSettings
from ..engine.protocols import EngineSpec
from ..worker.handle import EngineHandle
from ..worker.pool import WorkerPool
from ..worker.rehearsal import Ask, Look, Say, ScriptedEngine, ScriptOptions, Trouble, Word
from ..worker.status import WorkerEvent

__all__ = [
    "Ask",
    "Look",
    "Say",
    "ScriptOptions",
    "ScriptedEngine",
    "Trouble",
    "Word",
    "has_ended",
    "hosted_pool",
    "scripted",
    "until",
    "worker_pid",
]


def scripted(name: str = "scripted", **options: Any) -> EngineSpec:
    """The spec of a `ScriptedEngine` with these `ScriptOptions`."""
    msgspec.convert(options, ScriptOptions)
    return EngineSpec(name, f"{ScriptedEngine.__module__}:{ScriptedEngine.__qualname__}", {}, options)


@asynccontextmanager
async def hosted_pool(
    folder: Path,
    *,
    clock: Callable[[], float] = time.monotonic,
    observe: Callable[[WorkerEvent], None] | None = None,
    **settings: Any,
) -> AsyncIterator[WorkerPool]:
    """A pool with these `WorkerSettings` that is closed in the end; logs go to `folder`."""
    pool = WorkerPool(WorkerSettings(**settings), log_dir=folder, clock=clock, observe=observe)
    try:
        yield pool
    finally:
        await pool.close()


async def worker_pid(handle: EngineHandle) -> int:
    """The process id of a `ScriptedEngine`'s worker, which is started if need be."""
    return (await handle.call("look", Ask(), Look)).pid


def has_ended(pid: int) -> bool:
    """Whether there is no process of that id (any more)."""
    import psutil

    return not psutil.pid_exists(pid)


async def until(holds: Callable[[], object]) -> None:
    """Give way to others until `holds` does; the test's own timeout is the limit."""
    for _ in iter(lambda: bool(holds()), True):
        await asyncio.sleep(0.005)
