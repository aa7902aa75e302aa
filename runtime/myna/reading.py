"""How much memory this machine has left, and how hot its processor is."""

from __future__ import annotations

from typing import Any

import msgspec

_CHIPS = ("coretemp", "k10temp", "zenpower", "cpu", "soc", "acpitz")
"""Names of processors' sensors on Linux. Of disks and radios nobody waits for a smaller model to cool."""


class Reading(msgspec.Struct, frozen=True):
    free_mb: float
    """MiB that programs may still take without swapping, within this process's control group."""
    hottest_c: float | None = None
    """Degrees Celsius; None where the machine tells no temperature."""


def read() -> Reading:
    """How this machine is now; takes a few milliseconds."""
    import psutil

    from .engine.memory import available_memory

    sensors: dict[str, Any] = getattr(psutil, "sensors_temperatures", dict)()
    core = [one.current for name, chips in sensors.items() if _of_processor(name) for one in chips if one.current]
    return Reading(available_memory() / 2**20, max(core, default=None))


def _of_processor(name: str) -> bool:
    return any(part in name.lower() for part in _CHIPS)
