"""The measurement of many clients, beside a server whose engine answers from a script."""

from __future__ import annotations

import asyncio

import pytest

from myna.benchmarks.chat_client import ChatClient
from myna.testing import FakeEngine
from myna_serve.benchmarks.crowd import Tally, crowd

pytestmark = pytest.mark.anyio

APPETITES = {"modest": 1, "greedy": 8}


class Slow(FakeEngine):
    """Each answer takes a hundredth of a second."""

    async def generate(self, request, *, ahead=0):
        await asyncio.sleep(0.01)
        async for item in super().generate(request, ahead=ahead):
            yield item


async def test_all_keys_are_served_and_who_is_refused_comes_back(serve):
    served = await serve(Slow(), queue=3, parallel=2)
    keys = {name: served.key(name)["authorization"].removeprefix("Bearer ") for name in APPETITES}
    tally = Tally()
    await crowd(lambda name: ChatClient("it", served.port, key=keys[name]), APPETITES, 2.5, tally)
    assert not tally.failed
    assert tally.told_to_wait
    assert min(tally.answered.values()) >= 1
    assert tally.answered.keys() == APPETITES.keys()


async def test_what_fails_is_told(serve):
    served = await serve(FakeEngine())
    served.key("somebody")
    tally = Tally()
    await crowd(lambda _: ChatClient("it", served.port, key="wrong"), {"somebody": 1}, 0.05, tally)
    assert not tally.answered
    assert "it answered 401" in tally.failed[0]
