"""Time that went by."""

from __future__ import annotations

import time


def since(started: float) -> float:
    """Milliseconds since `started`, a reading of `time.perf_counter`."""
    return round((time.perf_counter() - started) * 1e3, 3)
