"""Who is served when there is more to do than can be done."""

from __future__ import annotations

import asyncio

import pytest

from myna_serve.admission import Lane
from myna_serve.faults import Fault
from until import until

pytestmark = pytest.mark.anyio


class Crowd:
    """Requests that hold their slots until they are told to go."""

    def __init__(self, lane: Lane) -> None:
        self.lane = lane
        self.served: list[str] = []
        self.refused: list[tuple[str, int]] = []
        self._go: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str) -> None:
        """The key of a request is the first letter of its name."""
        for name in names:
            self._go[name] = asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._request(name))
            await self.settle()

    async def go(self, name: str) -> None:
        self._go[name].set()
        await self.settle()

    async def cancel(self, name: str) -> None:
        self._tasks[name].cancel()
        await self.settle()

    async def settle(self) -> None:
        for _ in range(10):
            await asyncio.sleep(0)

    async def _request(self, name: str) -> None:
        try:
            async with self.lane.slot(name[0]):
                self.served.append(name)
                await self._go[name].wait()
        except Fault as fault:
            self.refused.append((name, fault.status if fault.headers()["retry-after"] else 0))

    async def end(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        assert (self.lane.running, self.lane.waiting) == (0, 0)


async def test_slots_are_given_to_the_key_that_has_fewest():
    crowd = Crowd(Lane(2, 10, 60))
    await crowd.come("a1", "a2", "a3", "a4", "b1", "b2")
    assert crowd.served == ["a1", "a2"]
    await crowd.go("a1")
    assert crowd.served[2:] == ["b1"]
    await crowd.go("a2")
    # Both have one now or none: a has none under way.
    assert crowd.served[3:] == ["a3"]
    await crowd.go("a3")
    assert crowd.served[4:] == ["a4"]
    await crowd.go("b1")
    assert crowd.served[5:] == ["b2"]
    await crowd.end()


async def test_many_keys_are_served_in_turn():
    crowd = Crowd(Lane(1, 20, 60))
    await crowd.come("a0", "a1", "a2", "b1", "b2", "c1", "c2")
    for _ in range(6):
        await crowd.go(crowd.served[-1])
    assert crowd.served == ["a0", "b1", "c1", "a1", "b2", "c2", "a2"]
    await crowd.end()


async def test_a_full_queue_refuses_and_one_key_cannot_fill_it():
    crowd = Crowd(Lane(1, 3, 60))
    await crowd.come("a0", "a1", "a2", "a3", "a4")
    assert crowd.refused == [("a4", 429)]
    # Somebody else takes the place of the newest of whoever waits with most.
    await crowd.come("b1")
    assert crowd.refused == [("a4", 429), ("a3", 429)]
    await crowd.come("b2")
    assert crowd.refused[2:] == [("b2", 429)]
    await crowd.end()


async def test_waiting_has_an_end():
    crowd = Crowd(Lane(1, 3, 0.01))
    await crowd.come("a0", "b1")
    await until(lambda: crowd.refused)
    assert crowd.refused == [("b1", 503)]
    assert crowd.lane.waiting == 0
    await crowd.end()


async def test_whoever_goes_away_leaves_no_gap():
    crowd = Crowd(Lane(1, 3, 60))
    await crowd.come("a0", "b1", "c1")
    await crowd.cancel("b1")
    await crowd.cancel("a0")
    assert crowd.served == ["a0", "c1"]
    await crowd.end()


async def test_a_slot_that_comes_in_the_moment_of_leaving_goes_on_to_the_next():
    crowd = Crowd(Lane(1, 3, 60))
    await crowd.come("a0", "b1", "c1")
    # Both before the loop runs again: the slot is given to b1, which is already being cancelled.
    crowd._go["a0"].set()
    await asyncio.sleep(0)
    crowd._tasks["b1"].cancel()
    await crowd.settle()
    assert crowd.served[-1] == "c1"
    await crowd.end()


async def test_a_server_that_ends_lets_nobody_in():
    crowd = Crowd(Lane(1, 3, 60))
    await crowd.come("a0", "b1")
    crowd.lane.drain()
    await crowd.come("c1")
    assert crowd.refused == [("b1", 503), ("c1", 503)]
    assert crowd.lane.running == 1
    await crowd.end()
