"""When a visit is over because nobody is there any more. No timers in here: the clock says what time it is."""

from __future__ import annotations

import math
import time
from collections.abc import Callable


class IdleClock:
    """Counts from the last sign of a visitor."""

    def __init__(self, after_s: float, countdown_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """After `after_s` seconds a countdown of `countdown_s` begins."""
        self._after_s = after_s
        self._countdown_s = countdown_s
        self._clock = clock
        self._last = clock()

    def touch(self) -> None:
        """Somebody is there."""
        self._last = self._clock()

    def left(self) -> int | None:
        """Seconds of the countdown that are left, rounded up; None while there is none. 0: it is over."""
        idle = self._clock() - self._last
        if idle < self._after_s:
            return None
        return max(0, math.ceil(self._after_s + self._countdown_s - idle))
