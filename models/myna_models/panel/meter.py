"""How far a pull is, how fast it goes and how long it still takes, from what a `Puller` reports."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from ..fetch import Progress
from ..manifest import Manifest

WINDOW_S = 5.0
"""Speed is that of the last seconds: long enough to be read, short enough to follow a connection."""


class Meter:
    """Bytes of all files of one model together. Told in the thread of the pull, read in the loop."""

    def __init__(self, manifest: Manifest, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sizes = {file.name: float(file.size) for file in manifest.files}
        self._arrived: dict[str, float] = {}
        self._file = ""
        self._before = 0.0
        self._last = 0.0
        self._seen: deque[tuple[float, float]] = deque()

    def tell(self, progress: Progress) -> None:
        """Take in one report; those of other stages than `download` count for nothing."""
        if progress.stage != "download":
            return
        if progress.file != self._file:
            self._file, self._before = progress.file, 0.0
        elif progress.done < self._last:
            # The next part of the same file.
            self._before += self._last
        self._last = float(progress.done)
        if progress.total:
            self._sizes[progress.file] = max(self._sizes.get(progress.file, 0.0), self._before + progress.total)
        self._arrived[progress.file] = self._before + progress.done
        now = self._clock()
        self._seen.append((now, self.done))
        while len(self._seen) > 2 and self._seen[0][0] < now - WINDOW_S:
            self._seen.popleft()

    @property
    def done(self) -> float:
        """Bytes that have arrived."""
        return sum(self._arrived.values())

    @property
    def total(self) -> float:
        """Bytes in all; 0 while that is not known of every file."""
        sizes = self._sizes.values()
        return max(sum(sizes), self.done) if all(sizes) else 0.0

    @property
    def speed(self) -> float:
        """Bytes a second lately; 0 while there is nothing to tell it from."""
        if len(self._seen) < 2:
            return 0.0
        seen = list(self._seen)
        seconds = self._clock() - seen[0][0]
        # What was there already, from an earlier pull, comes at once and is no speed.
        return max(0.0, seen[-1][1] - seen[0][1]) / seconds if seconds > 0 else 0.0

    @property
    def left(self) -> float:
        """Seconds until it is here at this speed; below 0 when nobody knows."""
        speed, total = self.speed, self.total
        return (total - self.done) / speed if speed > 0 and total else -1.0
