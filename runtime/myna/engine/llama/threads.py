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
from pathlib import Path

import psutil

from ..cores import own_cores

TOLERANCE = 0.45
"""Of a core that others may use before a thread is given up. The program that reads the answer uses up to a third."""

EVIDENCE_S = 0.1
"""Computing after which it is clear whether the threads had their cores. Smart Turn takes one for 45 ms in the middle
of a spoken question, and a thread given up for that would be missed for longer than the work took."""

INTERVAL_S = 0.15
"""Between two looks for idle cores; the kernel counts idle time in steps of 10 ms."""

GAP_S = 0.3
"""Without a batch for so long, what was known of the machine is old."""

STEADY = 0.7
"""Of a core that others may have used since the last look, before they count as somebody who keeps a core busy: passes
of speech recognition, one every 0.8 s, and whoever hands over the sound use half of one."""


class FreeCores:
    """Chooses between one thread and `most`. A thread goes when the threads do not get their cores, by the time that
    this process computed; one comes back when a core was idle; and after a pause, it is left to those who have used a
    core all the time and want it now."""

    def __init__(
        self,
        most: int,
        *,
        clock: Callable[[], float] = time.perf_counter,
        own: Callable[[], float] = time.process_time,
        idle: Callable[[], float] | None = None,
        others: Callable[[], int] | None = None,
    ) -> None:
        """Three count seconds: of the wall, of this process on any core, of all cores together without work.
        `others` counts the threads of other programs that run or wait to run now."""
        self._most = most
        self._clock = clock
        self._own = own
        self._idle = idle or idle_seconds
        self._others = others or runnable_elsewhere
        self._ended = -GAP_S
        self._begun = self._began_with = 0.0
        self._computed = self._used = 0.0
        self.threads = most
        self._look()
        self.guessed = False
        """Fewer threads than there could be, and no batch yet that shows whether that is right."""

    def allow(self, most: int) -> None:
        """From now on, at most `most` threads."""
        if most != self._most:
            more = most > self._most
            self._most = max(1, most)
            self._set(self._most if more else min(self.threads, self._most))

    def before(self) -> int:
        """Threads for the batch that is about to be computed."""
        now = self._clock()
        if self._most > 1:
            if now - self._ended >= GAP_S:
                self._set(self._guess())
                self.guessed = self.threads < self._most
            self._begun, self._began_with = self._clock(), self._own()
        return self.threads

    def after(self) -> None:
        """The batch is computed."""
        if self._most <= 1:
            return
        now, own = self._clock(), self._own()
        self._ended, self.guessed = now, False
        self._computed += now - self._begun
        self._used += own - self._began_with
        if self._computed < EVIDENCE_S:
            return
        had = self._used / self._computed
        if had < self.threads - TOLERANCE:
            self._set(int(had + TOLERANCE))
        elif (free := self._free()) is not None:
            self._set(max(self.threads, int(free + TOLERANCE)))
        else:
            self._computed = self._used = 0.0

    def _guess(self) -> int:
        free = self._free()
        steady = int(free + STEADY) if free is not None else 0
        # Neither tells alone: half of what runs at a moment is done the next, and who was busy may have finished.
        return steady if steady >= self._most else max(steady, (os.cpu_count() or 1) - self._others())

    def _free(self) -> float | None:
        """Cores that were idle or this process's own since the last look; None when that is not long ago."""
        elapsed = self._clock() - self._looked
        if elapsed < INTERVAL_S:
            return None
        return (self._own() - self._looked_own + self._idle() - self._looked_idle) / elapsed

    def _set(self, threads: int) -> None:
        self.threads = max(1, min(self._most, threads))
        self._computed = self._used = 0.0
        self._look()

    def _look(self) -> None:
        self._looked, self._looked_own, self._looked_idle = self._clock(), self._own(), self._idle()


def idle_seconds() -> float:
    """How long the cores of this process had nothing to do, all together, since the machine was started."""
    times = psutil.cpu_times(percpu=True)
    cores = own_cores()
    rows = [times[core] for core in cores if core < len(times)] or times
    # Waiting for a disk leaves a core free for others; not every platform counts it apart.
    return sum(row.idle + getattr(row, "iowait", 0.0) for row in rows)


def runnable_elsewhere(loadavg: Path = Path("/proc/loadavg"), looks: int = 5, pause_s: float = 0.002) -> int:
    """Threads of others that run or wait for a core: the fewest of some looks, as many run for a moment only, the
    program that sent the request for one.

    0 where the system does not say (https://man7.org/linux/man-pages/man5/proc_loadavg.5.html).
    """
    fewest = 1 << 30
    for look in range(looks):
        if look:
            time.sleep(pause_s)
        try:
            running = int(loadavg.read_text(encoding="ascii").split()[3].partition("/")[0])
        except (OSError, ValueError, IndexError):
            return 0
        # The thread that looks is one of them.
        fewest = min(fewest, running - 1)
        if fewest <= 0:
            return 0
    return fewest
