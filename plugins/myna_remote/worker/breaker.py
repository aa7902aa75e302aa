"""When a server is left alone because it has failed, and when it is tried again. No clock and no timers in here."""

from __future__ import annotations

from typing import Literal

State = Literal["closed", "open", "half-open"]


class Breaker:
    """Closed: requests go through. After `failures` in a row it opens: for `rest_s` none does. Then it is half open:
    one goes through, and what comes of it closes the breaker or opens it again."""

    def __init__(self, failures: int, rest_s: float) -> None:
        self._most = failures
        self._rest_s = rest_s
        self._failed = 0
        self._until: float | None = None
        self._trying = False

    def state(self, now: float) -> State:
        """`now` as of a monotonic clock, in seconds, as everywhere here."""
        if self._until is None:
            return "closed"
        return "open" if now < self._until else "half-open"

    def admit(self, now: float) -> bool:
        """Whether a request may go through; the one of a half-open breaker must come to `succeeded`, `failed` or
        `gave_up`."""
        state = self.state(now)
        if state == "closed":
            return True
        if state == "open" or self._trying:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        self._failed, self._until, self._trying = 0, None, False

    def failed(self, now: float, busy_s: float = 0.0) -> None:
        """A request failed by the server's fault. `busy_s`: it asked to be left alone for so long, and is."""
        self._failed += 1
        if busy_s or self._until is not None or self._failed >= self._most:
            self._until = now + (busy_s or self._rest_s)
        self._trying = False

    def gave_up(self) -> None:
        """Nothing is known from a request: whoever asked has cancelled it."""
        self._trying = False

    def seen_well(self, now: float) -> None:
        """A health check went well: where the breaker is open, the next request may try."""
        if self._until is not None:
            self._until = min(self._until, now)
        else:
            self._failed = 0
