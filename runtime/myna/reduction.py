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
"""A reading is good for so long; turns that come faster share it."""

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
        models = (settings.chat.model, *chosen.models)
        steps = [Step(model) for model in models]
        if chosen.context and (not settings.engine.context or chosen.context < settings.engine.context):
            steps.append(Step(models[-1], chosen.context))
        self._pressure = Pressure(steps, chosen, clock=clock)
        self._default = settings.chat.model
        self._look = look
        self._clock = clock
        self._read_at = -FRESH_S
        self._reading = asyncio.Lock()

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

    async def choose(self, name: str) -> Step:
        """What answers a turn for which the model `name` was asked.

        Somebody who asked for another model than the default gets that: it was not said what may stand in for it.
        """
        if name not in {"", self._default}:
            return Step(name)
        async with self._reading:
            if self._clock() - self._read_at >= FRESH_S:
                await self._take()
                self._read_at = self._clock()
        return self._pressure.step

    def failed(self, step: Step) -> bool:
        """`step` could not be loaded or does not stay up; whether `choose` gives another one now."""
        return step == self._pressure.step and self._pressure.failed()

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
