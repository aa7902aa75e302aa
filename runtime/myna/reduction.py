"""What answers while this machine is short of memory or hot: a smaller model that the owner approved, or a shorter
context."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from .pressure import TWICE, Cause, Pressure, Step
from .reading import Reading, read

if TYPE_CHECKING:
    from .config import Settings

log = logging.getLogger(__name__)

FRESH_S = 2.0
"""Seconds between two looks, however fast turns come."""

BETWEEN_S = 0.1
"""Between a tight reading and the one that confirms it."""


class Reduction:
    """The steps of the settings, and where on them this machine is. Belongs to one event loop."""

    def __init__(
        self,
        settings: Settings,
        *,
        look: Callable[[], Reading] = read,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`look` may take some milliseconds; `clock` counts seconds that only grow."""
        chosen = settings.pressure
        routes = {route.name for route in settings.remote.routes}
        # A route is no model: what is reduced there is the best one that is installed here, its `local`. Asked for in
        # the place of a model elsewhere, that must not become a default which is that model.
        self._default = "" if settings.chat.model in routes else settings.chat.model
        models = (self._default, *chosen.models)
        steps = [Step(model) for model in models]
        if chosen.context and (not settings.engine.context or chosen.context < settings.engine.context):
            steps.append(Step(models[-1], chosen.context))
        self._pressure = Pressure(steps, chosen, clock=clock)
        self._look = look
        self._clock = clock
        self._read_at = -FRESH_S
        self._looking: asyncio.Task[None] | None = None
        self._first: asyncio.Task[None] | None = None

    @property
    def cause(self) -> Cause:
        """Why something smaller answers; empty while nothing does."""
        return self._pressure.cause

    @property
    def step(self) -> Step:
        return self._pressure.step

    @property
    def steps(self) -> tuple[Step, ...]:
        """All there are, the best first."""
        return self._pressure.steps

    @property
    def looking(self) -> asyncio.Task[None] | None:
        """The last look at the machine, which may be under way."""
        return self._looking

    async def choose(self, name: str) -> Step:
        """What answers a turn for which the model `name` was asked.

        Somebody who asked for another model than the default gets that: it was not said what may stand in for it.
        """
        if name != self._default:
            return Step(name)
        if self._first is not None:
            await asyncio.shield(self._first)
        elif self._clock() - self._read_at >= FRESH_S:
            # For the next turn: this one does not wait.
            self.look()
        return self._pressure.step

    def look(self) -> asyncio.Task[None]:
        """Look at the machine now, beside whatever else is done; a look that is under way will do."""
        if self._looking is None or self._looking.done():
            self._read_at = self._clock()
            self._looking = asyncio.create_task(self._take())
        return self._looking

    def begin(self) -> None:
        """Something is about to be loaded: the first turn waits for a look at the machine."""
        self._first = self.look()

        def known(_: asyncio.Task[None]) -> None:
            self._first = None

        self._first.add_done_callback(known)

    async def close(self) -> None:
        """End a look that is under way."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)

    def failed(self, step: Step, *, memory: bool = False) -> bool:
        """`step` could not be loaded (for want of `memory`) or does not stay up; whether `choose` gives another now."""
        return step == self._pressure.step and self._pressure.failed(memory=memory)

    def missing(self, step: Step) -> bool:
        """The model of `step` is not installed; whether `choose` gives another one now."""
        if step not in self._pressure.steps[1:]:
            return False
        log.warning("%s is approved as a smaller model (pressure.models) and not installed", step.model)
        self._pressure.without(step)
        return True

    async def _take(self) -> None:
        for _ in range(TWICE):
            reading = await asyncio.to_thread(self._look)
            self._pressure.take(reading)
            if not self._pressure.tightness(reading):
                return
            await asyncio.sleep(BETWEEN_S)
