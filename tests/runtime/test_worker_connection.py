"""The host's end of the socket, with a worker that the tests play."""

import asyncio
import socket

import msgspec
import pytest

from myna.engine.protocols import ModelInfo
from myna.errors import BadGrammar, EngineUnloaded, ErrorInfo
from myna.testing.hosted import until
from myna.worker.connection import Connection
from myna.worker.protocol import (
    HEADER,
    Cancel,
    Done,
    Failed,
    FrameBuffer,
    Ping,
    Pong,
    Ready,
    Request,
    encode,
    encode_item,
    to_worker,
)
from myna.worker.watchdog import Watchdog


class Body(msgspec.Struct):
    text: str


class Owner:
    def __init__(self):
        self.told = []
        self.hung_up = asyncio.Event()

    def on_ready(self, info):
        self.told.append(info.description)

    def on_failure(self, error):
        self.told.append(error.code)

    def on_nonsense(self, reason):
        self.told.append("nonsense")

    def on_hang_up(self):
        self.hung_up.set()


class Pair:
    """A connection and the worker's end of its socket."""

    def __init__(self, kind=Connection):
        self.owner = Owner()
        self.connection = kind("m", self.owner, Watchdog(10, 1))
        self.host, self.worker = socket.socketpair()
        self.worker.setblocking(False)
        self.frames = FrameBuffer()

    async def __aenter__(self):
        await self.connection.open(self.host)
        return self

    async def __aexit__(self, *exc):
        self.connection.abort()
        await self.owner.hung_up.wait()
        self.worker.close()

    async def received(self):
        data = await asyncio.get_running_loop().sock_recv(self.worker, 100_000)
        return [to_worker.decode(payload) for payload in self.frames.feed(data)]


async def test_requests_are_numbered_and_answered_apart():
    async with Pair() as pair:
        first = pair.connection.request("say", Body("a"))
        second = pair.connection.request("say", Body("b"))
        sent = await pair.received()
        assert [(type(f), f.id, f.operation) for f in sent] == [(Request, 1, "say"), (Request, 2, "say")]
        pair.worker.send(encode_item(2, Body("two")) + encode_item(1, Body("one")) + encode(Done(2)))
        pair.worker.send(encode(Failed(1, BadGrammar("no").info())))
        assert msgspec.msgpack.decode(await second.next()) == {"text": "two"}
        assert await second.next() is None
        assert msgspec.msgpack.decode(await first.next()) == {"text": "one"}
        with pytest.raises(BadGrammar):
            await first.next()
        assert pair.connection.in_flight == 0


async def test_a_cancelled_request_is_in_flight_until_the_worker_says_so():
    async with Pair() as pair:
        pair.connection.request("say", Body("a")).close()
        assert [type(f) for f in await pair.received()] == [Request, Cancel]
        assert pair.connection.in_flight == 1
        pair.worker.send(encode_item(1, Body("late")) + encode(Done(1)))
        assert [type(f) for f in await pair.received()] == [Ping]  # idle now
        assert pair.connection.in_flight == 0


async def test_only_one_ping_is_awaited_at_a_time():
    async with Pair() as pair:
        pair.connection.ping()
        pair.connection.ping()
        assert await pair.received() == [Ping(1)]
        pair.worker.send(encode(Pong(1, 0.0, 12345)) + encode(Ready(ModelInfo("done"))))
        await until(lambda: pair.owner.told)
        assert pair.connection.rss == 12345
        pair.connection.ping()
        assert await pair.received() == [Ping(2)]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x05hello",
        bytes(encode_item(7, Body("to a request that was never made"))),
        bytes(encode(Done(0))),
        b"HTTP/1.1 200 OK\r\n\r\n",
    ],
)
async def test_nonsense_is_told_and_harms_nobody(data):
    async with Pair() as pair:
        pair.connection.request("say", Body("a"))
        pair.worker.send(data)
        await until(lambda: pair.owner.told)
        assert pair.owner.told == ["nonsense"]


async def test_an_ending_worker_says_why():
    async with Pair() as pair:
        pair.worker.send(encode(Failed(0, ErrorInfo("out-of-memory", "no room"))))
        pair.worker.close()
        await pair.owner.hung_up.wait()
        assert pair.owner.told == ["out-of-memory"]


async def test_after_the_end_nothing_is_taken_and_everybody_knows():
    async with Pair() as pair:
        exchange = pair.connection.request("say", Body("a"))
        pair.connection.end(EngineUnloaded("bye"))
        pair.worker.send(encode_item(1, Body("late")) + b"\xff\xff\xff\xff")
        with pytest.raises(EngineUnloaded):
            await exchange.next()
        pair.worker.close()
        await pair.owner.hung_up.wait()
        assert pair.owner.told == []


async def test_the_answer_of_a_worker_that_died_is_read_although_a_write_failed_first():
    class Hasty(Connection):
        def connection_made(self, transport):
            super().connection_made(transport)
            self.exchange = self.request("say", Body("a"))  # before anything can be read

    pair = Pair(Hasty)
    pair.worker.send(encode_item(1, Body("all I had to say")) + encode(Done(1)))
    pair.worker.close()
    async with pair:
        await pair.owner.hung_up.wait()
        exchange = pair.connection.exchange
        assert msgspec.msgpack.decode(await exchange.next()) == {"text": "all I had to say"}
        assert await exchange.next() is None


def test_frames_have_a_length_of_four_bytes():
    assert encode(Ping(1))[:HEADER] == (len(encode(Ping(1))) - HEADER).to_bytes(4, "big")
