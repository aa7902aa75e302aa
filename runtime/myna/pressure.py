"""When memory or temperature get tight, something smaller answers. No timers and no sensors in here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Annotated, Literal

import msgspec

from .reading import Reading

Cause = Literal["", "memory", "temperature", "failure"]

EASE_MB = 1.5
"""Free memory counts as plenty from this many times the limit on, so that a model does not go to and fro."""
EASE_C = 8.0
"""Degrees below the limit at which a processor counts as cool again."""
TWICE = 2
"""Readings in a row that make a change; a single one may be the peak of another program."""


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When something smaller takes over."""

    memory_mb: Annotated[int, msgspec.Meta(ge=0)] = 400
    """Less free memory than this is tight; 0: never."""
    temperature_c: Annotated[float, msgspec.Meta(ge=0, le=150)] = 90.0
    """A processor that is hotter than this (degrees Celsius) is too hot; 0: never."""
    calm_s: Annotated[float, msgspec.Meta(ge=10)] = 300.0
    """Seconds of ease before what is larger comes back."""


class Step(msgspec.Struct, frozen=True):
    """One way to answer."""

    model: str = ""
    """Its name; empty: as the settings say."""
    context: int = 0
    """Tokens of a conversation; 0: as the settings say. A shorter one makes a model smaller, and no cooler."""


class Pressure:
    """Which of several ways to answer is taken."""

    def __init__(self, steps: Sequence[Step], limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`steps`: the best first, each smaller than the one before."""
        self._steps = tuple(steps) or (Step(),)
        self._limits = limits
        self._clock = clock
        self._at = 0
        self._tight = 0
        self._eased: float | None = None
        self.cause: Cause = ""
        """Why it is not the first."""

    @property
    def steps(self) -> tuple[Step, ...]:
        return self._steps

    @property
    def step(self) -> Step:
        return self._steps[self._at]

    @property
    def reduced(self) -> bool:
        return self._at > 0

    def take(self, reading: Reading) -> bool:
        """A reading; whether another step is taken from now on."""
        cause = self.tightness(reading)
        if cause:
            self._eased = None
            self._tight += 1
            if self._tight >= TWICE:
                self._tight = 0
                return self._smaller(cause)
            return False
        self._tight = 0
        if not self.reduced or not self._easy(reading):
            self._eased = None
            return False
        now = self._clock()
        if self._eased is None:
            self._eased = now
        if now - self._eased < self._limits.calm_s:
            return False
        self._at -= 1
        self._eased = now
        self.cause = self.cause if self.reduced else ""
        return True

    def failed(self, *, memory: bool = False) -> bool:
        """The model could not be loaded (for want of `memory`), or crashes; whether there is something smaller."""
        self._eased = None
        return self._smaller("memory" if memory else "failure")

    def without(self, step: Step) -> None:
        """`step`, which is not the first, is not there: the next smaller takes its place, else the next larger."""
        at = self._steps.index(step)
        self._steps = self._steps[:at] + self._steps[at + 1 :]
        if self._at > at or self._at == len(self._steps):
            self._at -= 1
        self.cause = self.cause if self.reduced else ""

    def tightness(self, reading: Reading) -> Cause:
        """Why `reading` calls for something smaller; empty where it does not."""
        limits = self._limits
        if limits.memory_mb and reading.free_mb < limits.memory_mb:
            return "memory"
        if limits.temperature_c and (reading.hottest_c or 0.0) > limits.temperature_c:
            return "temperature"
        return ""

    def _smaller(self, cause: Cause) -> bool:
        following = self._steps[self._at + 1 : self._at + 2]
        if not following or (cause != "memory" and following[0].model == self.step.model):
            return False
        self._at += 1
        self.cause = cause
        return True

    def _easy(self, reading: Reading) -> bool:
        limits = self._limits
        hottest = reading.hottest_c or 0.0
        cool = not limits.temperature_c or hottest < limits.temperature_c - EASE_C
        return cool and (not limits.memory_mb or reading.free_mb > limits.memory_mb * EASE_MB)
