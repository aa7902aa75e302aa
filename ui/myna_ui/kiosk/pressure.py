"""When memory or temperature get tight, a smaller model answers. No timers and no sensors in here."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from .profile import Limits

Cause = Literal["", "memory", "temperature", "failure"]

EASE_MB = 1.5
"""Free memory counts as plenty from this many times the limit on, so that a model does not go to and fro."""
EASE_C = 8.0
"""Degrees below the limit at which a processor counts as cool again."""
TWICE = 2
"""Readings in a row that make a change; a single one may be the peak of another program."""


class Reading(msgspec.Struct, frozen=True):
    free_mb: float
    hottest_c: float | None = None
    """None where the machine tells no temperature."""


def read() -> Reading:
    """How this machine is."""
    import psutil

    sensors: dict[str, Any] = getattr(psutil, "sensors_temperatures", dict)()
    # Of disks and radios nobody waits for a smaller model to cool.
    core = [one.current for name, chips in sensors.items() if _of_processor(name) for one in chips if one.current]
    return Reading(psutil.virtual_memory().available / 2**20, max(core, default=None))


def _of_processor(name: str) -> bool:
    known = ("coretemp", "k10temp", "zenpower", "cpu", "soc", "acpitz")
    return any(part in name.lower() for part in known)


class Pressure:
    """Which of the approved models answers."""

    def __init__(self, models: Sequence[str], limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`models`: the best first, each smaller than the one before."""
        self._models = tuple(models) or ("",)
        self._limits = limits
        self._clock = clock
        self._at = 0
        self._tight = 0
        self._eased: float | None = None
        self.cause: Cause = ""
        """Why it is not the first."""

    @property
    def model(self) -> str:
        """Its name; empty: as the settings say."""
        return self._models[self._at]

    @property
    def reduced(self) -> bool:
        return self._at > 0

    def take(self, reading: Reading) -> bool:
        """A reading; whether another model answers from now on."""
        cause = self._tightness(reading)
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

    def failed(self) -> bool:
        """The model could not be loaded or does not stay up; whether there is a smaller one."""
        self._eased = None
        return self._smaller("failure")

    def _smaller(self, cause: Cause) -> bool:
        if self._at + 1 >= len(self._models):
            return False
        self._at += 1
        self.cause = cause
        return True

    def _tightness(self, reading: Reading) -> Cause:
        limits = self._limits
        if limits.memory_mb and reading.free_mb < limits.memory_mb:
            return "memory"
        if limits.temperature_c and (reading.hottest_c or 0.0) > limits.temperature_c:
            return "temperature"
        return ""

    def _easy(self, reading: Reading) -> bool:
        limits = self._limits
        hottest = reading.hottest_c or 0.0
        cool = not limits.temperature_c or hottest < limits.temperature_c - EASE_C
        return cool and (not limits.memory_mb or reading.free_mb > limits.memory_mb * EASE_MB)
