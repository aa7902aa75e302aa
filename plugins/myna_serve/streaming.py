"""Server-sent events, and sound, to clients that may be slow, or go away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .connection import left, while_connected
from .faults import Fault

STALL_S = 30.0
"""Seconds in which a client must take what it is sent; its answer waits meanwhile, and its slot with it."""

EVENTS = "text/event-stream"


class Streamed(Response):
    """`first`, then `chunks` as they come. They are closed when the client goes, takes nothing, or has it all."""

    def __init__(self, first: bytes, chunks: AsyncGenerator[bytes, None], media_type: str) -> None:
        super().__init__(media_type=media_type)
        # Nobody knows the length before the end.
        del self.headers["content-length"]
        self._first = first
        self._chunks = chunks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = asyncio.ensure_future(self._send(send))
        leaving = asyncio.ensure_future(left(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sending.cancel()
            leaving.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
            await self._chunks.aclose()
        if not sending.cancelled() and (error := sending.exception()) is not None and not isinstance(error, OSError):
            raise error

    async def _send(self, send: Send) -> None:
        headers = self.raw_headers
        await send({"type": "http.response.start", "status": self.status_code, "headers": headers})
        await _give(send, self._first)
        async for chunk in self._chunks:
            await _give(send, chunk)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _give(send: Send, chunk: bytes) -> None:
    # `TimeoutError` is an `OSError`: a client that takes nothing is as good as gone.
    async with asyncio.timeout(STALL_S):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


async def streamed(request: Request, chunks: AsyncGenerator[bytes, None], media_type: str) -> Streamed:
    """`chunks` as an answer, once the first of them is there: what fails before it can still be told by a status.

    Raises:
        Fault: it failed, or the client went.
    """
    try:
        first = await while_connected(request, _first(chunks))
    except BaseException:
        await chunks.aclose()
        raise
    return Streamed(first, chunks, media_type)


async def _first(chunks: AsyncGenerator[bytes, None]) -> bytes:
    return await anext(chunks, b"")


async def events(parts: AsyncGenerator[dict[str, Any], None]) -> AsyncGenerator[bytes, None]:
    """Each part as an event, and the end that clients wait for. An error after the first is an event of its own."""
    sent = False
    try:
        async for part in parts:
            yield event(part)
            sent = True
        yield b"data: [DONE]\n\n"
    except Fault as fault:
        if not sent:
            raise
        yield event(fault.body())
    finally:
        await parts.aclose()


def event(part: dict[str, Any]) -> bytes:
    return b"data: " + msgspec.json.encode(part) + b"\n\n"


async def named_events(parts: AsyncGenerator[dict[str, Any], None]) -> AsyncGenerator[bytes, None]:
    """Each part as an event with its type as name, as `/v1/responses` has it; an error after the first is one too."""
    sent = False
    try:
        async for part in parts:
            yield _named(part)
            sent = True
    except Fault as fault:
        if not sent:
            raise
        error = fault.body()["error"]
        yield _named({"type": "error", "code": error["code"], "message": error["message"], "param": error["param"]})
    finally:
        await parts.aclose()


def _named(part: dict[str, Any]) -> bytes:
    return b"event: " + str(part["type"]).encode() + b"\n" + event(part)
