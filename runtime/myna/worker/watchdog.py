"""When a worker counts as hung. No clock and no timers in here: the caller says how time passes."""

from __future__ import annotations


class Watchdog:
    """Judges pongs, and their absence.

    Only time that the host saw pass counts, in pieces no longer than `interval_s` allows: after the whole
    machine was asleep, or the host was stopped, a healthy worker is not blamed for the gap.
    """

    def __init__(self, timeout_s: float, interval_s: float) -> None:
        self._timeout_s = timeout_s
        self._longest_s = 2 * interval_s
        self._silent_s = 0.0
        self._watched_s = 0.0
        self._busy_s = 0.0

    def pass_time(self, seconds: float) -> None:
        """`seconds` went by without a pong."""
        counted = min(seconds, self._longest_s)
        self._silent_s += counted
        self._watched_s += counted

    def pong(self, busy_s: float) -> None:
        """The worker answered: its present step has been running for `busy_s`."""
        self._silent_s = 0.0
        if busy_s <= self._busy_s:  # another step than last time
            self._watched_s = 0.0
        self._busy_s = busy_s

    def forgive(self) -> None:
        """Start afresh: the host itself kept the worker waiting, or there is nothing to do."""
        self._silent_s = self._watched_s = self._busy_s = 0.0

    def complaint(self) -> str:
        """What is wrong, for a sentence that begins with "the worker"; empty while nothing is."""
        if self._timeout_s <= 0:
            return ""
        if self._silent_s >= self._timeout_s:
            return f"has not answered for {self._timeout_s:g} s"
        if min(self._watched_s, self._busy_s) >= self._timeout_s:
            return f"has been in one step for {self._busy_s:.3g} s"
        return ""
