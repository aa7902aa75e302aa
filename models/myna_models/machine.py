"""How fast this machine reads memory and multiplies, measured once and kept in the cache."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import subprocess
import sys
from pathlib import Path

import msgspec

from myna.engine.memory import available_memory
from myna.errors import EngineError

from .atomic import write_atomically

MEASURE_S = 20.0
"""The measurement takes under a second; a machine that needs this long is busy or broken."""


class Speed(msgspec.Struct, frozen=True):
    bandwidth: float
    """Bytes of memory read a second, by all cores together."""
    compute: float
    """float32 multiplications and additions a second."""
    busy: bool = False
    """Other work was done here at the time, so that it is worth measuring again."""


class Machine(msgspec.Struct, frozen=True):
    speed: Speed
    memory: int
    """Bytes that a model may take now: what is available, without the reserve of the settings."""


def look(cache: Path, reserve_mb: int) -> Machine:
    """This machine as it is now; measures it the first time.

    Raises:
        EngineError: it cannot be measured.
    """
    return Machine(speed(cache), max(0, available_memory() - reserve_mb * 1_000_000))


def speed(cache: Path) -> Speed:
    """The speed of this machine, from the cache when it was measured undisturbed before."""
    path = cache / f"speed-{_identity()}.json"
    known = None
    try:
        known = msgspec.json.decode(path.read_bytes(), type=Speed)
    except (OSError, msgspec.DecodeError):
        known = None
    if known is not None and not known.busy:
        return known
    found = _measure()
    if known is not None:
        # Disturbance only ever makes a machine look slower.
        found = Speed(max(found.bandwidth, known.bandwidth), max(found.compute, known.compute), found.busy)
    # It is measured again next time where the cache cannot be written, for example on a full disk.
    with contextlib.suppress(OSError):
        write_atomically(path, msgspec.json.encode(found))
    return found


def _busy() -> bool:
    """Whether others use more than a quarter of the processor at this moment."""
    import psutil

    return bool(psutil.cpu_percent(interval=0.1) > 25)


def _measure() -> Speed:
    busy = _busy()
    command = [sys.executable, "-P", "-m", "myna_models.measure"]
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=MEASURE_S, check=True)
        return msgspec.structs.replace(msgspec.json.decode(result.stdout, type=Speed), busy=busy)
    except (subprocess.SubprocessError, OSError, msgspec.DecodeError) as error:
        raise EngineError(f"the speed of this machine cannot be measured: {error}") from error


def _identity() -> str:
    """Changes with the processor and the cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    text = f"{platform.node()}\0{platform.machine()}\0{processor()}\0{cores}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def processor() -> str:
    """The name of the processor, as the system says it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        return platform.processor()
    return platform.processor()
