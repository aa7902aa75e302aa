import asyncio

import msgspec
import pytest

from myna.errors import EngineCrashed
from myna.worker.exchange import HIGH, Exchange


class Sender:
    def __init__(self) -> None:
        self.sent: list[str] = []
        self.waiting = 0

    def cancel(self, request: int) -> None:
        self.sent.append(f"cancel {request}")

    def pause(self, request: int) -> None:
        self.sent.append(f"pause {request}")

    def resume(self, request: int) -> None:
        self.sent.append(f"resume {request}")

    def unread(self, change: int) -> None:
        self.waiting += change


def raw(value: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.msgpack.encode(value))


async def test_items_come_in_order_and_then_the_end():
    exchange = Exchange(1, Sender())
    exchange.push(raw("a"), 2)
    exchange.push(raw("b"), 2)
    exchange.end()
    assert [await exchange.next(), await exchange.next(), await exchange.next()] == [raw("a"), raw("b"), None]
    assert await exchange.next() is None


async def test_what_arrived_before_a_failure_is_still_delivered():
    exchange = Exchange(1, Sender())
    exchange.push(raw("a"), 2)
    exchange.end(EngineCrashed("gone"))
    assert await exchange.next() == raw("a")
    with pytest.raises(EngineCrashed, match="gone"):
        await exchange.next()


async def test_a_waiting_reader_is_woken_by_an_item_and_by_the_end():
    exchange = Exchange(1, Sender())
    reader = asyncio.create_task(exchange.next())
    await asyncio.sleep(0)
    exchange.push(raw("a"), 2)
    assert await reader == raw("a")
    reader = asyncio.create_task(exchange.next())
    await asyncio.sleep(0)
    exchange.end()
    assert await reader is None


async def test_a_reader_far_behind_pauses_its_request_and_catching_up_resumes_it():
    sender = Sender()
    exchange = Exchange(4, sender)
    pushed = 0
    while not sender.sent:
        exchange.push(raw("x"), 10_000)
        pushed += 1
    assert sender.sent == ["pause 4"]
    assert HIGH < sender.waiting < HIGH + 20_000
    for _ in range(pushed):
        await exchange.next()
    assert sender.sent == ["pause 4", "resume 4"]
    assert sender.waiting == 0


async def test_closing_cancels_once_and_lets_go_of_everything():
    sender = Sender()
    exchange = Exchange(2, sender)
    exchange.push(raw("a"), 1000)
    exchange.close()
    exchange.close()
    exchange.push(raw("b"), 1000)  # was on its way
    assert sender.sent == ["cancel 2"]
    assert sender.waiting == 0


async def test_closing_after_the_end_cancels_nothing():
    sender = Sender()
    exchange = Exchange(2, sender)
    exchange.end()
    exchange.close()
    assert sender.sent == []


async def test_a_cancelled_reader_loses_no_item():
    exchange = Exchange(1, Sender())
    reader = asyncio.create_task(exchange.next())
    await asyncio.sleep(0)
    exchange.push(raw("a"), 2)
    reader.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert await exchange.next() == raw("a")


async def test_a_reader_who_wants_only_so_many_items_ahead_holds_the_engine_up():
    sender = Sender()
    exchange = Exchange(3, sender)
    exchange.ahead = 4
    for number in range(8):
        exchange.push(raw(number), 1)
    assert sender.sent == ["pause 3"]
    for _ in range(5):
        await exchange.next()
    assert sender.sent == ["pause 3"]
    await exchange.next()
    assert sender.sent == ["pause 3", "resume 3"]
    exchange.end()
    assert [await exchange.next() for _ in range(3)] == [raw(6), raw(7), None]
