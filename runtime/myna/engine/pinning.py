"""Cores that compute threads leave to others for a while: to sound that must not stutter, and to the screen."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

FEWEST = 4
"""Cores from which one can be left: of two it would be half of the speed, for sound that takes a twentieth of one.
There, `FreeCores` gives a thread up when others do use its core."""


class Pinning:
    """Keeps the threads of this process off some of its cores."""

    def __init__(
        self,
        cores: Sequence[int],
        *,
        tasks: Path = Path("/proc/self/task"),
        pin: Callable[[int, set[int]], None] | None = None,
    ) -> None:
        """`cores`: those of this process. `pin` ties a thread to cores; None: as the system does, where it can."""
        self._cores = tuple(cores)
        self._tasks = tasks
        self._pin = pin or getattr(os, "sched_setaffinity", None)
        self._left = 0

    def leave(self, count: int) -> int:
        """Leave `count` cores to others, none where there are too few; how many are left to this process."""
        count = min(count, len(self._cores) - 1) if len(self._cores) >= FEWEST else 0
        if count != self._left:
            self._left = count
            self._tie(set(self._cores[: len(self._cores) - count]))
        return len(self._cores) - count

    def _tie(self, cores: set[int]) -> None:
        """Threads to come inherit it from the one that starts them."""
        if self._pin is None or not self._tasks.is_dir():
            return
        for task in self._tasks.iterdir():
            try:
                self._pin(int(task.name), cores)
            except OSError:
                # It has ended meanwhile, or the cores were taken from this process: then it computes where it may.
                continue
