"""A microphone in somebody's hand: muted, or heard only while a button is held."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

from myna.audio import AudioChunk
from myna.devices import DeviceChange, Microphone

WAITING = 1500
"""Chunks (30 s) that may wait for a session whose models are still being loaded."""


class HandMicrophone:
    """Listens from `open` on, so that what is said while the models are being loaded is not lost.

    Where it is shut it delivers silence. `on_chunk` is called with what was really heard, `on_press` and `on_release`
    when the first chunk with the button held, and without, is delivered: late, but at the right place of the stream.
    """

    def __init__(self, microphone: Microphone, *, by_hand: bool, on_chunk: Callable[[AudioChunk], None]) -> None:
        """`by_hand`: nothing is heard but while `held`."""
        self.name = microphone.name
        self.muted = False
        self.held = False
        self.on_press: Callable[[], None] = lambda: None
        self.on_release: Callable[[], None] = lambda: None
        self._microphone = microphone
        self._by_hand = by_hand
        self._on_chunk = on_chunk
        self._waiting: deque[tuple[AudioChunk | DeviceChange, bool]] = deque()
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to listen. Returns with the first sound.

        Raises:
            DeviceMissing: it cannot be opened.
        """
        self._task = asyncio.create_task(self._hear(), name="microphone")
        self._task.add_done_callback(lambda ended: self._news.set())
        await self._news.wait()
        if self._task.done():
            self._task.result()

    async def close(self) -> None:
        """The device is closed when this returns."""
        task, self._task = self._task, None
        if task is not None:
            # It may be closing the device already, and must not be disturbed.
            if not task.cancelling():
                task.cancel()
            await asyncio.wait([task])

    def listen(self) -> AsyncIterator[AudioChunk | DeviceChange]:
        return self._listen()

    async def _hear(self) -> None:
        async with aclosing(self._microphone.listen()) as sound:  # type: ignore[type-var]
            async for item in sound:
                self.name = self._microphone.name
                while len(self._waiting) >= WAITING:
                    self._room.clear()
                    await self._room.wait()
                self._waiting.append((self._shut(item), self.held))
                self._news.set()

    def _shut(self, item: AudioChunk | DeviceChange) -> AudioChunk | DeviceChange:
        if isinstance(item, DeviceChange):
            return item
        self._on_chunk(item)
        if self.muted or (self._by_hand and not self.held):
            return AudioChunk(bytes(len(item.data)), item.rate, item.position)
        return item

    async def _listen(self) -> AsyncGenerator[AudioChunk | DeviceChange, None]:
        was_held = False
        while (heard := await self._next()) is not None:
            item, held = heard
            if self._by_hand and held != was_held:
                was_held = held
                (self.on_press if held else self.on_release)()
            yield item
        if was_held:
            self.on_release()

    async def _next(self) -> tuple[AudioChunk | DeviceChange, bool] | None:
        """None when it has ended; raises what it has ended with."""
        while not self._waiting:
            if self._task is None or self._task.done():
                if self._task is not None and not self._task.cancelled():
                    self._task.result()
                return None
            self._news.clear()
            await self._news.wait()
        self._room.set()
        return self._waiting.popleft()
