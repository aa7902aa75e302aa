"""Events on a connection, read with limits: who is at the other end is not trusted.

An event is a line of JSON with `type`, and perhaps `data`, `data_length` and `payload_length`; then so many bytes of
JSON that are added to `data`; then so many bytes of sound.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec

from myna.errors import BadInput

if TYPE_CHECKING:
    from wyoming.event import Event as Written

T = TypeVar("T")


class Limits(msgspec.Struct, frozen=True):
    """What one connection may ask for."""

    line: int = 64 * 1024
    """Bytes of the line that an event begins with."""
    data: int = 1024 * 1024
    """Bytes of JSON after it."""
    payload: int = 1024 * 1024
    """Bytes of sound in one event: 5 s of 16 bits, 2 channels, 48 kHz."""
    audio_s: float = 600.0
    """Seconds of sound in one question."""
    text: int = 50_000
    """Characters of a text to speak or to answer."""
    idle_s: float = 120.0
    """Seconds without an event after which a connection that waits for nothing is closed."""
    stall_s: float = 30.0
    """Seconds for the rest of an event that has begun, and for a client to take what it is sent."""
    connections: int = 32
    """At the same time."""


class Event(msgspec.Struct, frozen=True):
    type: str
    data: dict[str, Any] = {}
    payload: bytes = b""


def read_data(event: Event, kind: type[T]) -> T:
    """The data of `event` as a struct; raises `BadInput`."""
    try:
        return msgspec.convert(event.data, kind)
    except msgspec.ValidationError as error:
        raise BadInput(f"the event {event.type} cannot be used: {error}") from None


_Length = Annotated[int, msgspec.Meta(ge=0)] | None


class _Head(msgspec.Struct, frozen=True):
    type: Annotated[str, msgspec.Meta(max_length=100)]
    data: dict[str, Any] | None = None
    data_length: _Length = None
    payload_length: _Length = None


async def read_event(reader: asyncio.StreamReader, limits: Limits) -> Event | None:
    """The next event; None when the other end has closed.

    `reader` must have `limits.line` as its limit. Nothing is read of what is longer than it may be.

    Raises:
        BadInput: it is no event, is too long, or ends in the middle.
    """
    try:
        line = await reader.readuntil(b"\n")
    except asyncio.IncompleteReadError as error:
        if error.partial.strip():
            raise BadInput("the connection ended in the middle of an event") from None
        return None
    except asyncio.LimitOverrunError:
        raise BadInput(f"the line of an event has more than {limits.line} bytes") from None
    head = _decode(line, _Head)
    for name, length, most in (
        ("data_length", head.data_length, limits.data),
        ("payload_length", head.payload_length, limits.payload),
    ):
        if length is not None and length > most:
            raise BadInput(f"{name} is {length}; more than {most} is refused")
    try:
        async with asyncio.timeout(limits.stall_s):
            more = await reader.readexactly(head.data_length or 0)
            payload = await reader.readexactly(head.payload_length or 0)
    except asyncio.IncompleteReadError:
        raise BadInput("the connection ended in the middle of an event") from None
    except TimeoutError:
        raise BadInput("the rest of an event did not come") from None
    return Event(head.type, {**(head.data or {}), **(_decode(more, dict[str, Any]) if more else {})}, payload)


def _decode(data: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadInput(f"this is no event: {error}") from None
    except RecursionError:
        raise BadInput("this is no event: it is nested too deeply") from None


class Sender:
    """Sends events, one after the other, to a client that has to take them in time."""

    def __init__(self, writer: asyncio.StreamWriter, limits: Limits) -> None:
        self._writer = writer
        self._limits = limits

    async def __call__(self, event: Written) -> None:
        """Raises `ConnectionError` when the client is gone, or takes nothing."""
        from wyoming.event import async_write_event

        try:
            async with asyncio.timeout(self._limits.stall_s):
                await async_write_event(event, self._writer)
        except TimeoutError:
            self._writer.transport.abort()
            raise ConnectionAbortedError("the client takes nothing") from None
