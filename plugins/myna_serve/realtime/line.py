"""Sound from a client, as far as it waits to be heard, and the way back."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections import deque
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from myna.audio import SAMPLE_BYTES
from myna_serve.faults import bad

from .chosen import RATE

if TYPE_CHECKING:
    from myna.hookspecs import LineMark

    from .outbox import Outbox

WAITING_S = 60.0
"""Seconds of sound that may wait: who sends more at once is not read until some of it was heard."""


class Line:
    """A `VoiceLine`."""

    rate = RATE

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._waiting: deque[bytes | LineMark] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._ended = False

    async def feed(self, data: bytes) -> None:
        """Sound of the client; waits while too much waits already."""
        while self._bytes > WAITING_S * RATE * SAMPLE_BYTES and not self._ended:
            self._room.clear()
            await self._room.wait()
        self._waiting.append(data)
        self._bytes += len(data)
        self._news.set()

    def mark(self, mark: LineMark) -> None:
        self._waiting.append(mark)
        self._news.set()

    def end(self) -> None:
        """No more comes, and nobody waits any longer."""
        self._ended = True
        self._news.set()
        self._room.set()

    def heard(self) -> AsyncGenerator[bytes | LineMark, None]:
        return self._heard()

    async def _heard(self) -> AsyncGenerator[bytes | LineMark, None]:
        while True:
            while self._waiting:
                piece = self._waiting.popleft()
                if isinstance(piece, bytes):
                    self._bytes -= len(piece)
                    self._room.set()
                yield piece
            if self._ended:
                return
            self._news.clear()
            await self._news.wait()

    async def play(self, data: bytes) -> None:
        await self._outbox.sound(data)


def sound_of(audio: str) -> bytes:
    """16-bit samples from base64. Raises `Fault`."""
    try:
        data = base64.b64decode(audio, validate=True)
    except (binascii.Error, ValueError):
        raise bad("audio is not valid base64", "audio", "invalid_audio") from None
    if len(data) % SAMPLE_BYTES:
        raise bad(
            "audio holds half a sample: it is 16 bits, little endian, 24 kHz, one channel", "audio", "invalid_audio"
        )
    return data
