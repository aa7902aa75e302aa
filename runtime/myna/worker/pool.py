"""All workers of one host: one for each model, idle ones unloaded, room made for new ones."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from ..config import WorkerSettings
from ..engine.protocols import EngineSpec
from ..errors import EngineUnloaded, ModelMissing
from .handle import EngineHandle
from .status import WorkerEvent, WorkerStatus
from .supervisor import Supervisor

_SWEEP_S = 5.0
"""How often idle models are looked for; short beside any sensible `workers.idle_unload_s`."""
_PULSE_S = 0.02
"""Between two looks for signs of life, which take well under a millisecond."""
_RETIRE_S = 0.2
"""Between two looks whether a model that is to go has nothing to do: its memory is not waited for."""


def _ignore(event: WorkerEvent) -> None:
    pass


class WorkerPool:
    """Hands out models and looks after their workers. Belongs to one event loop, from the first request on.

    Close it before the loop ends; a loop that ends first takes the workers with it all the same.
    """

    def __init__(
        self,
        settings: WorkerSettings,
        *,
        log_dir: Path,
        clock: Callable[[], float] = time.monotonic,
        observe: Callable[[WorkerEvent], None] | None = None,
    ) -> None:
        """`clock` decides about idleness, crashes and quarantine. `observe` must not block."""
        self._settings = settings
        self._log_dir = log_dir
        self._clock = clock
        self._observe_events = observe or _ignore
        self._models: dict[str, tuple[Supervisor, EngineHandle]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._closed = False

    def engine(self, spec: EngineSpec) -> EngineHandle:
        """The handle of a model: the same one for an equal spec. Starts nothing."""
        key = spec.key()
        if key not in self._models:
            supervisor = Supervisor(
                spec,
                self._settings,
                log_dir=self._log_dir,
                clock=self._clock,
                observe=self._observe,
                make_room=self._make_room,
                admit=self._admit,
            )
            self._models[key] = supervisor, EngineHandle(supervisor)
        return self._models[key][1]

    def status(self) -> list[WorkerStatus]:
        """One entry for each model that was ever asked for, in that order."""
        return [supervisor.status() for supervisor, _ in self._models.values()]

    def release(self, model: EngineHandle | str) -> None:
        """Lift the quarantine of a model, given by its handle or its name."""
        for supervisor in self._find(model):
            supervisor.release()

    async def unload(self, model: EngineHandle | str) -> None:
        """End a model's worker; returns when its memory is free. What is in flight ends with `EngineUnloaded`.

        Raises:
            ModelMissing: no model of that name was ever asked for.
        """
        await asyncio.gather(*[supervisor.unload("as asked") for supervisor in self._find(model)])

    async def retire(self, model: EngineHandle) -> None:
        """End a model's worker if it has nothing to do; returns when its memory is free."""
        idle = [supervisor for supervisor in self._find(model) if supervisor.idle]
        await asyncio.gather(*[supervisor.unload("something else answers") for supervisor in idle])

    async def retire_in_time(self, model: EngineHandle) -> None:
        """End a model's worker as soon as it has nothing to do; returns then. Who asks again has it started again."""
        for supervisor in self._find(model):
            while True:
                if supervisor.idle or not supervisor.loaded:
                    await supervisor.unload("not the default any more")
                    break
                await asyncio.sleep(_RETIRE_S)

    async def unload_all(self, reason: str) -> list[EngineHandle]:
        """End all workers; returns when their memory is free, with the models that were loaded."""
        loaded = [(supervisor, handle) for supervisor, handle in self._models.values() if supervisor.loaded]
        await asyncio.gather(*[supervisor.unload(reason) for supervisor, _ in loaded])
        return [handle for _, handle in loaded]

    async def silent(self, within_s: float) -> list[str]:
        """Ask all workers for a sign of life; the names of those that gave none within `within_s` seconds.

        A worker answers in the middle of a long step too. One that is still loading its model is not asked.
        """
        for supervisor in self._supervisors():
            supervisor.ping()
        for _ in range(round(within_s / _PULSE_S)):
            if not any(supervisor.silent for supervisor in self._supervisors()):
                return []
            await asyncio.sleep(_PULSE_S)
        return [supervisor.spec.name for supervisor in self._supervisors() if supervisor.silent]

    async def sweep(self) -> None:
        """Unload what nobody asked for longer than `workers.idle_unload_s`; the pool does this by itself."""
        limit, now = self._settings.idle_unload_s, self._clock()
        if limit:
            idle = [s for s in self._supervisors() if s.idle and now - s.last_used >= limit]
            await asyncio.gather(*[supervisor.unload(f"idle for {limit:g} s") for supervisor in idle])

    async def close(self) -> None:
        """End all workers and wait for them. Any number of times; afterwards the pool starts nothing."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._sweeping is not None:
            await asyncio.wait([self._sweeping])
        await asyncio.gather(*[supervisor.unload("Myna is closing") for supervisor in self._supervisors()])

    # --- within --------------------------------------------------------------------------------------

    def _supervisors(self) -> list[Supervisor]:
        return [supervisor for supervisor, _ in self._models.values()]

    def _find(self, model: EngineHandle | str) -> list[Supervisor]:
        found = [s for s, handle in self._models.values() if handle is model or s.spec.name == model]
        if not found:
            name = model if isinstance(model, str) else model.spec.name
            raise ModelMissing(f"no model called {name!r} is in use here")
        return found

    def _admit(self) -> None:
        """A worker is about to be started."""
        if self._closed:
            raise EngineUnloaded("Myna is closing", hint="")

    def _observe(self, event: WorkerEvent) -> None:
        if event.kind == "ready" and self._timer is None and not self._closed:
            self._schedule_sweep()
        self._observe_events(event)

    def _schedule_sweep(self) -> None:
        # A timer and not a task: a loop that ends without `close` has nothing to complain about.
        self._timer = asyncio.get_running_loop().call_later(_SWEEP_S, self._start_sweep)

    def _start_sweep(self) -> None:
        self._sweeping = asyncio.get_running_loop().create_task(self.sweep(), name="unload idle models")
        self._sweeping.add_done_callback(self._swept)

    def _swept(self, task: asyncio.Task[None]) -> None:
        self._sweeping = self._timer = None
        if not task.cancelled() and not self._closed and any(s.loaded for s in self._supervisors()):
            self._schedule_sweep()

    async def _make_room(self, needy: Supervisor) -> bool:
        """Unload the idle model that was used least recently; False when there is none."""
        idle = [s for s in self._supervisors() if s is not needy and s.idle]
        if not idle:
            return False
        await min(idle, key=lambda s: s.last_used).unload(f"to make room for {needy.spec.name}")
        return True
