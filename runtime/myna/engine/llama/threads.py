"""How many compute threads: as many as there are cores free at this moment.

llama.cpp's threads wait for one another after every operation of the graph, some hundred times for each token. When
one of them has lost its core to another program, all wait until it gets it back, and answers stop almost entirely:
SmolLM2-135M on 2 cores decoded 94 tokens/s alone, beside one busy program 23 with two threads and 49 with one, beside
two of them 3 and 26. The number of threads does not change what is computed: each row of a product is one thread's.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import psutil

INTERVAL_S = 0.15
"""Between two looks; the kernel counts idle time in steps of 10 ms."""

TOLERANCE = 0.35
"""Of a core that others may use before a thread is given up: about where one thread more no longer pays."""


def thread_count(wanted: int) -> int:
    """Compute threads: `wanted`, else the physical cores among those this process may use."""
    return wanted or max(1, min(len(_cores()), psutil.cpu_count(logical=False) or len(_cores())))


class FreeCores:
    """Chooses between one thread and `most`, by the cores that were idle or this process's own since the last look."""

    def __init__(
        self,
        most: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        own: Callable[[], float] = time.process_time,
        idle: Callable[[], float] | None = None,
    ) -> None:
        """All three count seconds: of the wall, of this process on any core, of all cores together without work."""
        self._most = most
        self._clock = clock
        self._own = own
        self._idle = idle or idle_seconds
        self._last = clock(), own(), self._idle()
        self.threads = most

    def look(self) -> int:
        """Threads for the next batch; call it before each. Costs next to nothing between two looks."""
        now = self._clock()
        since, own, idle = self._last
        elapsed = now - since
        if elapsed >= INTERVAL_S and self._most > 1:
            self._last = now, self._own(), self._idle()
            free = (self._last[1] - own + self._last[2] - idle) / elapsed
            self.threads = max(1, min(self._most, int(free + TOLERANCE)))
        return self.threads


def idle_seconds() -> float:
    """How long the cores of this process had nothing to do, all together, since the machine was started."""
    times = psutil.cpu_times(percpu=True)
    cores = _cores()
    rows = [times[core] for core in cores if core < len(times)] or times
    # Waiting for a disk leaves a core free for others; not every platform counts it apart.
    return sum(row.idle + getattr(row, "iowait", 0.0) for row in rows)


def _cores() -> list[int]:
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))
