"""Bytes that are no good request, over real sockets: the next good one is answered, and memory stays as it was."""

from __future__ import annotations

import asyncio
import random

import psutil
import pytest
from starlette.websockets import WebSocket

from myna_serve import gate, server

pytestmark = pytest.mark.anyio

HEAD = b"Host: localhost\r\nContent-Type: application/json\r\n"
POST = b"POST /v1/chat/completions HTTP/1.1\r\n" + HEAD
BODY = b'{"messages":[{"role":"user","content":"Hi"}]}'
GOOD = POST + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
LAST = GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
UPGRADE = b"GET /v1/realtime HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
SOCKET = UPGRADE + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"


async def throw(port, *pieces, pause=0.0, end=True):
    """What comes back for these pieces until the server closes; what is left is not waited for longer than a moment."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    got = b""
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        if end:
            writer.write_eof()
        async with asyncio.timeout(10):
            while data := await reader.read(65_536):
                got += data
    except ConnectionError:
        pass
    finally:
        writer.close()
    return got


def statuses(got):
    return [int(part[:3]) for part in got.split(b"HTTP/1.1 ")[1:] if part[:3].isdigit()]


HOSTILE = {
    "random bytes": [bytes(random.Random(1).randbytes(4096))],
    "nul bytes": [b"GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    "nul in a header": [b"GET / HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n"],
    "tls": [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)],
    "http2": [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    "no version": [b"GET /\r\n\r\n"],
    "long path": [b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    "header flood": [b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 100_000 + b"\r\n"],
    "long header": [b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 1_000_000 + b"\r\n\r\n"],
    "bad chunk size": [POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n"],
    "negative chunk": [POST + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n"],
    "huge chunk size": [POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 40 + b"\r\n"],
    "chunks cut off": [POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel"],
    "chunk extension flood": [POST + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"a" * 300_000 + b"\r\n{\r\n0\r\n\r\n"],
    "two lengths": [POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"],
    "body cut off": [POST + b"Content-Length: 500\r\n\r\nhello"],
    "bad utf-8": [POST + b"Content-Length: 4\r\n\r\n\xff\xfe\xfd\xfc"],
    "deep json": [POST + b"Content-Length: 400000\r\n\r\n" + b"[" * 400_000],
    "bare line feeds": [b"GET /v1/models HTTP/1.1\nHost: localhost\n\n"],
    "folded header": [b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n"],
    "space before colon": [POST + b"Content-Length : 5\r\n\r\nhello"],
    "absolute address": [b"GET http://evil.example/v1/models HTTP/1.1\r\nHost: evil.example\r\n\r\n"],
    "connect": [b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n"],
    "trace": [b"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    "expect": [POST + b"Expect: 100-continue\r\nContent-Length: 999999999999\r\n\r\n"],
    "upgrade without a key": [UPGRADE + b"\r\n"],
    "upgrade with a bad key": [UPGRADE + b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n"],
    "upgrade of another version": [UPGRADE + b"Sec-WebSocket-Version: 99\r\nSec-WebSocket-Key: eHh4eA==\r\n\r\n"],
    "upgrade to something else": [b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"],
    "upgrade elsewhere": [SOCKET.replace(b"/v1/realtime", b"/v1/models")],
    "frames of noise": [SOCKET, random.Random(2).randbytes(4096)],
    "frames without a mask": [SOCKET, b"\x81\x05hello"],
    "a frame that promises much": [SOCKET, b"\x81\xff" + b"\x7f" + b"\xff" * 7 + bytes(4)],
    "a frame of bad utf-8": [SOCKET, b"\x81\x82\0\0\0\0\xff\xfe"],
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_no_good_request_ends_nothing(serve, name):
    served = await serve(body_mb=1)
    got = await throw(served.port, *HOSTILE[name], pause=0.02)
    assert not [status for status in statuses(got) if status >= 500], got[:300]
    assert b"Traceback" not in got
    assert statuses(await throw(served.port, LAST, end=False)) == [200]


@pytest.mark.parametrize("name", [name for name, pieces in HOSTILE.items() if pieces[0] == SOCKET])
async def test_frames_before_the_connection_is_accepted_end_nothing(serve, name, monkeypatch):
    accepting = asyncio.Event()
    accept = WebSocket.accept

    async def late(self, *arguments, **options):
        await accepting.wait()
        await accept(self, *arguments, **options)

    monkeypatch.setattr(WebSocket, "accept", late)
    served = await serve(body_mb=1)
    throwing = asyncio.create_task(throw(served.port, *HOSTILE[name], pause=0.02))
    await asyncio.sleep(0.1)
    accepting.set()
    assert not [status for status in statuses(await throwing) if status >= 500]
    assert statuses(await throw(served.port, LAST, end=False)) == [200]


async def test_heads_that_come_slowly_are_given_up(serve, monkeypatch):
    monkeypatch.setattr(server, "HEADERS_S", 0.3)
    served = await serve()

    async def slowly():
        return await throw(
            served.port, *[bytes([byte]) for byte in b"GET / HTTP/1.1\r\nX: " + b"a" * 60], pause=0.05, end=False
        )

    slow = [asyncio.create_task(slowly()) for _ in range(20)]
    assert statuses(await throw(served.port, LAST, end=False)) == [200]
    assert [statuses(got) for got in await asyncio.gather(*slow)] == [[]] * 20


async def test_bodies_that_stop_are_given_up(serve, monkeypatch):
    monkeypatch.setattr(gate, "BODY_S", 0.2)
    served = await serve()
    got = await throw(served.port, POST + b"Content-Length: 500\r\n\r\nhello", end=False)
    assert statuses(got) == [408]


async def test_a_request_cannot_hide_in_another(serve):
    """Whichever length a proxy believes, there is one answer and the connection is closed."""
    served = await serve()
    hidden = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"
    both = b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n"
    for attack in (
        POST + both % len(b"0\r\n\r\n" + hidden) + b"0\r\n\r\n" + hidden,
        POST + both % 4 + b"%x\r\n" % len(hidden) + hidden + b"\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n" + hidden,
        POST + b"Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + hidden,
        POST + b"Transfer-Encoding:\x0bchunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n" + hidden,
        POST + b"Content-Length: 0\r\nContent-Length: 40\r\n\r\n" + hidden,
    ):
        got = await throw(served.port, attack)
        assert len(statuses(got)) <= 1, got
        assert b"myna_requests" not in got
        assert [status for status in statuses(got) if status < 400] == []


async def test_who_closes_half_of_the_connection_has_gone(serve):
    served = await serve()
    assert statuses(await throw(served.port, GOOD)) in ([], [200])
    assert statuses(await throw(served.port, LAST, end=False)) == [200]


async def test_requests_in_a_row_are_answered_in_order(serve):
    served = await serve()
    models = b"GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = models.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    got = await throw(served.port, models + GOOD + b"GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n" + last, end=False)
    assert statuses(got) == [200, 200, 404, 200]


async def test_noise_takes_no_memory(serve):
    """Good requests with some bytes changed, cut or doubled, from a seed."""
    served = await serve(body_mb=1)
    chance = random.Random(7)
    seeds = [GOOD, SOCKET, *(b"".join(pieces) for name, pieces in HOSTILE.items() if len(b"".join(pieces)) < 2000)]

    def changed():
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(data))
            if chance.random() < 0.5:
                data[at] = chance.randrange(256)
            else:
                data[at:at] = data[at : at + chance.randint(1, 64)]
        return bytes(data[: chance.randint(1, len(data))])

    async def burst(count):
        for _ in range(count // 10):
            for got in await asyncio.gather(*(throw(served.port, changed()) for _ in range(10))):
                assert not [status for status in statuses(got) if status >= 500], got[:300]
        assert statuses(await throw(served.port, LAST, end=False)) == [200]

    process = psutil.Process()
    await burst(100)
    before = process.memory_info().rss
    await burst(300)
    assert process.memory_info().rss - before < 16_000_000
    assert sum(lane.running + lane.waiting for lane in served.service._lanes.values()) == 0
