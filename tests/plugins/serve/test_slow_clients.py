"""Clients that send slowly, read slowly, or only connect."""

from __future__ import annotations

import asyncio
import socket

import pytest

import myna_serve.gate
import myna_serve.server
import myna_serve.streaming
from myna.delivery import QUEUED_EVENTS
from myna.engine.protocols import TextEnd, TextPiece
from myna.events import Usage
from myna.testing import FakeEngine
from until import until

pytestmark = pytest.mark.anyio

HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
BODY = b'{"stream":true,"messages":[{"role":"user","content":"Hi"}]}'


class Endless(FakeEngine):
    """Writes until it is cancelled."""

    made = 0

    async def generate(self, request, *, ahead=0):
        self.running += 1
        try:
            while True:
                self.made += 1
                yield TextPiece("x" * 4096)
                await asyncio.sleep(0)
        finally:
            self.running -= 1
        yield TextEnd("stop", Usage())


async def test_who_does_not_read_holds_up_its_answer_and_then_loses_it(serve, monkeypatch):
    monkeypatch.setattr(myna_serve.streaming, "STALL_S", 0.5)
    engine = Endless()
    served = await serve(engine)
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.setblocking(False)
        await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", served.port))
        request = HEAD + f"Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY
        await asyncio.get_running_loop().sock_sendall(client, request)
        await until(lambda: engine.running)
        await until(lambda: not engine.running)
    # What was made is what fits the queue of the turn and the buffers of the sockets (some megabytes at most).
    assert engine.made < QUEUED_EVENTS + 4096
    await until(lambda: not served.service._lanes["chat"].running)


async def test_a_head_that_does_not_come_ends_the_connection(serve, monkeypatch):
    monkeypatch.setattr(myna_serve.server, "HEADERS_S", 0.1)
    served = await serve()
    for data in (b"", HEAD, b"GET"):
        reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(data)
        assert await reader.read() == b""
        writer.close()


async def test_a_second_request_has_its_own_time(serve, monkeypatch):
    monkeypatch.setattr(myna_serve.server, "HEADERS_S", 0.2)
    served = await serve(FakeEngine(hold_after=1))
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    plain = b'{"messages":[{"role":"user","content":"Hi"}]}'
    request = HEAD + f"Content-Length: {len(plain)}\r\n\r\n".encode() + plain
    writer.write(request)
    await served.engine.held()
    # The answer may take longer than the head.
    await asyncio.sleep(0.4)
    served.engine.release()
    assert b"200 OK" in await reader.readuntil(b"\r\n")
    await reader.readuntil(b"}}}")
    writer.write(HEAD)
    assert await reader.read() == b""
    writer.close()


async def test_a_body_that_does_not_come_is_given_up(serve, monkeypatch):
    monkeypatch.setattr(myna_serve.gate, "BODY_S", 0.1)
    served = await serve()
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(HEAD + b"Content-Length: 100\r\n\r\n{")
    assert b"408" in await reader.readuntil(b"\r\n")
    writer.close()
