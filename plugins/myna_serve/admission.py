"""Who is served now, who waits, and who is told to come back."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from .faults import Fault

_LONGEST_RETRY_S = 60.0
"""Nobody is told to stay away for longer: what takes minutes now may be over in one."""

_SMOOTHING = 0.2
"""Share of the newest answer in the average time that one takes."""

_FIRST_S = 2.0
"""What an answer is taken to take before one was given: about 100 tokens on a laptop."""


class _Waiting:
    def __init__(self, key: str, number: int) -> None:
        self.key = key
        self.number = number
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Lane:
    """Requests of one kind: `slots` at a time, `room` waiting.

    A free slot goes to the key with the fewest requests under way, of those to the one that was served longest ago,
    and within a key in the order of arrival. When all room is taken, a key that waits with less than the busiest one
    takes the place of that one's newest request.
    """

    def __init__(self, slots: int, room: int, patience_s: float) -> None:
        """`patience_s`: seconds that a request may wait."""
        self._slots = slots
        self._room = room
        self._patience_s = patience_s
        self._waiting: list[_Waiting] = []
        self._running: Counter[str] = Counter()
        self._served: dict[str, int] = {}
        self._numbers = itertools.count(1)
        self._taking_s = _FIRST_S
        self._draining = False

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def running(self) -> int:
        return self._running.total()

    def drain(self) -> None:
        """Let nobody in any more; who waits is told so."""
        self._draining = True
        for one in self._waiting:
            _refuse(one, _ending())
        self._waiting.clear()

    @asynccontextmanager
    async def slot(self, key: str) -> AsyncGenerator[None, None]:
        """Inside, a request of `key` is served.

        Raises:
            Fault: 429 when too many wait, 503 when it waited too long or the server ends.
        """
        await self._enter(key)
        began = time.monotonic()
        try:
            yield
        finally:
            self._taking_s += _SMOOTHING * (time.monotonic() - began - self._taking_s)
            self._leave(key)

    async def _enter(self, key: str) -> None:
        if self._draining:
            raise _ending()
        if self.running < self._slots and not self._waiting:
            self._start(key)
            return
        self._make_room(key)
        one = _Waiting(key, next(self._numbers))
        self._waiting.append(one)
        try:
            async with asyncio.timeout(self._patience_s):
                await one.ready
        except TimeoutError:
            self._give_up(one)
            raise Fault(
                503, "the server is busy: the request has waited too long", code="overloaded", retry_s=self._retry_s()
            ) from None
        except asyncio.CancelledError:
            self._give_up(one)
            raise

    def _make_room(self, key: str) -> None:
        if len(self._waiting) < self._room:
            return
        waiting = Counter(one.key for one in self._waiting)
        busiest, most = max(waiting.items(), key=lambda item: item[1], default=("", 0))
        # With the newcomer, this key would still wait with less than the busiest one.
        if waiting[key] + 1 >= most:
            raise self._full()
        newest = max((one for one in self._waiting if one.key == busiest), key=lambda one: one.number)
        self._waiting.remove(newest)
        _refuse(newest, self._full())

    def _full(self) -> Fault:
        return Fault(429, "too many requests are waiting; try again later", code="queue_full", retry_s=self._retry_s())

    def _retry_s(self) -> float:
        """About when there may be room."""
        return min(_LONGEST_RETRY_S, (len(self._waiting) + 1) * self._taking_s / max(1, self._slots))

    def _start(self, key: str) -> None:
        self._running[key] += 1
        self._served.pop(key, None)
        self._served[key] = next(self._numbers)

    def _give_up(self, one: _Waiting) -> None:
        if one in self._waiting:
            self._waiting.remove(one)
        elif one.ready.done() and not one.ready.cancelled() and one.ready.exception() is None:
            # Its turn came in the same moment: the slot is somebody else's.
            self._leave(one.key)

    def _leave(self, key: str) -> None:
        self._running[key] -= 1
        if not self._running[key]:
            del self._running[key]
        # Who is cancelled in this very moment is still on the list.
        while (there := [one for one in self._waiting if not one.ready.done()]) and self.running < self._slots:
            following = min(there, key=lambda one: (self._running[one.key], self._served.get(one.key, 0), one.number))
            self._waiting.remove(following)
            self._start(following.key)
            following.ready.set_result(None)
        self._forget()

    def _forget(self) -> None:
        """When keys were served matters only while somebody waits."""
        if not self._waiting and not self._running:
            self._served.clear()


def _refuse(one: _Waiting, fault: Fault) -> None:
    if not one.ready.done():
        one.ready.set_exception(fault)


def _ending() -> Fault:
    return Fault(503, "the server is ending", code="shutting_down", retry_s=5)
