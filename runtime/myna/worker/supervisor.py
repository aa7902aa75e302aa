"""Keeps one model served: starts its worker when it is asked for, again after a crash, but not for ever."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import msgspec

from ..config import WorkerSettings
from ..engine.protocols import EngineSpec, ModelInfo
from ..errors import EngineUnloaded, ErrorInfo, ModelQuarantined, MynaError, OutOfMemory
from .exchange import Exchange
from .process import WorkerProcess
from .status import WorkerEvent, WorkerState, WorkerStatus


class Supervisor:
    """One model's worker over time. All methods belong to one event loop, but `preload`, which needs none."""

    def __init__(
        self,
        spec: EngineSpec,
        settings: WorkerSettings,
        *,
        log_dir: Path,
        clock: Callable[[], float],
        observe: Callable[[WorkerEvent], None],
        make_room: Callable[[Supervisor], Awaitable[bool]],
        admit: Callable[[], None],
    ) -> None:
        """`make_room` is asked when memory is short: True means that it freed some.
        `admit` is called before each start, and may raise.
        """
        self.spec = spec
        self.last_used = clock()
        self._settings = settings
        self._log_dir = log_dir
        self._clock = clock
        self._observe = observe
        self._make_room = make_room
        self._admit = admit
        self._worker: WorkerProcess | None = None
        self._dying: WorkerProcess | None = None
        self._loading: asyncio.Task[WorkerProcess] | None = None
        self._waiting = 0
        self._unloads = 0
        self._starts = 0
        self._crashes: deque[float] = deque(maxlen=settings.crash_limit)
        self._quarantined_at: float | None = None
        self._last_error: ErrorInfo | None = None

    # --- asking --------------------------------------------------------------------------------------

    def preload(self) -> None:
        """Start the worker if there is none, without waiting for it; quietly nothing while quarantined."""
        if self._worker is not None or self._loading is not None or self._in_quarantine():
            return
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            self._start()  # the loop that asks first will find it
        else:
            self._begin()

    async def worker(self) -> WorkerProcess:
        """A worker with the model loaded.

        Raises:
            ModelQuarantined: it crashed too often.
            MynaError: the model could not be loaded, or was unloaded meanwhile.
        """
        self._waiting += 1
        try:
            while True:
                worker = self._worker
                if worker is not None and worker.info is not None and worker.usable:
                    return worker
                # Shielded: one who gives up does not spoil it for the others.
                await asyncio.shield(self._begin())
        finally:
            self._waiting -= 1
            self.last_used = self._clock()

    async def info(self) -> ModelInfo:
        """What the engine says about the model; loads it when it is not loaded."""
        return await (await self.worker()).ready()

    async def open(self, operation: str, body: msgspec.Struct) -> Exchange:
        """Send a request, to a new worker if there is none."""
        return (await self.worker()).request(operation, body)

    def touch(self) -> None:
        """The model was of use just now."""
        self.last_used = self._clock()

    # --- managing ------------------------------------------------------------------------------------

    @property
    def loaded(self) -> bool:
        """Whether there is a worker, ready or not."""
        return self._worker is not None

    @property
    def idle(self) -> bool:
        """Whether there is a worker that nobody waits for and that has nothing to do."""
        worker = self._worker
        return (
            worker is not None and worker.state == "ready" and worker.connection.in_flight == 0 and self._waiting == 0
        )

    def ping(self) -> None:
        """Ask the worker for a sign of life, where there is one that is ready."""
        if self._worker is not None and self._worker.state == "ready":
            self._worker.connection.ping()

    @property
    def silent(self) -> bool:
        """Whether there is a worker that is ready and owes a sign of life."""
        worker = self._worker
        return worker is not None and worker.state == "ready" and worker.connection.silent

    def status(self) -> WorkerStatus:
        worker = self._worker
        return WorkerStatus(
            name=self.spec.name,
            state=self._state(),
            pid=None if worker is None else worker.pid,
            rss=0 if worker is None else worker.connection.rss,
            in_flight=0 if worker is None else worker.connection.in_flight,
            restarts=max(0, self._starts - 1),
            last_error=self._last_error,
        )

    async def unload(self, reason: str) -> None:
        """End the worker; what is in flight ends with `EngineUnloaded(reason)`. Returns when the memory is free."""
        self._unloads += 1
        if self._worker is not None:
            self._worker.end(EngineUnloaded(f"{self.spec.name} was unloaded: {reason}"), graceful=True)
        if self._dying is not None:
            await self._dying.gone()
        if self._loading is not None:
            await asyncio.wait([self._loading])

    def release(self) -> None:
        """Lift the quarantine and forget the crashes."""
        if self._quarantined_at is not None:
            self._quarantined_at = None
            self._observe(WorkerEvent("released", self.spec.name))
        self._crashes.clear()

    # --- within --------------------------------------------------------------------------------------

    def _state(self) -> WorkerState:
        if self._worker is not None:
            return "loading" if self._worker.info is None else "ready"
        return "quarantined" if self._in_quarantine() else "stopped"

    def _start(self) -> WorkerProcess:
        self._admit()
        worker = WorkerProcess(self.spec, self._settings, self._log_dir, self._ended)
        worker.start()
        self._worker = worker
        self._starts += 1
        self._observe(WorkerEvent("starting", self.spec.name))
        return worker

    def _begin(self) -> asyncio.Task[WorkerProcess]:
        if self._loading is None:
            self._loading = asyncio.create_task(self._load(), name=f"load {self.spec.name}")
            self._loading.add_done_callback(self._loaded)
        return self._loading

    async def _load(self) -> WorkerProcess:
        unloads = self._unloads
        while True:
            if self._worker is not None and not self._worker.usable:
                await self._worker.gone()
            if self._dying is not None:
                await self._dying.gone()
            if self._unloads != unloads:
                raise EngineUnloaded(f"{self.spec.name} was unloaded while it was being loaded")
            if self._worker is None:
                self._check_quarantine()
            worker = self._worker or self._start()
            worker.attach()
            try:
                await worker.ready()
            except OutOfMemory:
                await worker.gone()
                if not await self._make_room(self):
                    raise
            else:
                self._last_error = None
                self._observe(WorkerEvent("ready", self.spec.name, worker.pid))
                return worker

    def _loaded(self, task: asyncio.Task[WorkerProcess]) -> None:
        self._loading = None
        if not task.cancelled():
            task.exception()  # looked at: when only `preload` asked, nobody else does

    def _ended(self, worker: WorkerProcess, error: MynaError) -> None:
        """The worker has ended; its process is about to."""
        self._worker, self._dying = None, worker
        unloaded = isinstance(error, EngineUnloaded)
        if unloaded:
            kind: Literal["crashed", "failed", "unloaded"] = "unloaded"
        else:
            kind = "crashed" if worker.crashed else "failed"
            self._last_error = error.info()
        self._observe(WorkerEvent(kind, self.spec.name, worker.pid, None if unloaded else error.info()))
        if worker.crashed:
            self._count_crash()

    def _count_crash(self) -> None:
        now = self._clock()
        self._crashes.append(now)
        full = len(self._crashes) == self._settings.crash_limit
        if full and now - self._crashes[0] <= self._settings.crash_window_s:
            self._quarantined_at = now
            self._crashes.clear()
            self._observe(WorkerEvent("quarantined", self.spec.name, error=self._last_error))

    def _in_quarantine(self) -> bool:
        since, length = self._quarantined_at, self._settings.quarantine_s
        if since is not None and length and self._clock() - since >= length:
            self.release()
        return self._quarantined_at is not None

    def _check_quarantine(self) -> None:
        if self._in_quarantine():
            limit, window = self._settings.crash_limit, self._settings.crash_window_s
            last = f"; the last time: {self._last_error.message}" if self._last_error else ""
            raise ModelQuarantined(
                f"{self.spec.name} is not started any more: it crashed {limit} times within {window:g} s{last}"
            )
