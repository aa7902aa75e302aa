"""The processor's cores, as far as this process may use them."""

from __future__ import annotations

import os

import psutil


def thread_count(wanted: int) -> int:
    """Compute threads: `wanted`, else the physical cores among those this process may use."""
    return wanted or max(1, min(len(own_cores()), psutil.cpu_count(logical=False) or len(own_cores())))


def own_cores() -> list[int]:
    """Numbers of the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))
