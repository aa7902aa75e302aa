"""What waits to be sent to a client, in order: events of the conversation, sound, and replies."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from myna.voice_events import Told

SOUNDS = 16
"""Pieces of sound that may wait to be sent; the voice waits then. The socket holds more."""

MOST = 4096
"""Things that may wait to be sent at all: events are small and few, unless nobody reads them."""

Item = Told | bytes | dict[str, Any]


class Outbox:
    def __init__(self) -> None:
        self._items: deque[Item] = deque()
        self._sounds = 0
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self.full = False
        """The client reads nothing, and something was lost."""

    def put(self, item: Told | dict[str, Any]) -> None:
        if len(self._items) >= MOST:
            self.full = True
        else:
            self._items.append(item)
        self._news.set()

    async def sound(self, data: bytes) -> None:
        """Waits while much of it waits already."""
        while self._sounds >= SOUNDS:
            self._room.clear()
            await self._room.wait()
        self._sounds += 1
        self._items.append(data)
        self._news.set()

    async def next(self) -> Item:
        while not self._items:
            self._news.clear()
            await self._news.wait()
        item = self._items.popleft()
        if isinstance(item, bytes):
            self._sounds -= 1
            self._room.set()
        return item

    def drop_call(self) -> None:
        """The line was hung up: only replies to the client are left."""
        self._items = deque(item for item in self._items if isinstance(item, dict))
        self._sounds = 0
        self._room.set()

    def drop_sound(self) -> None:
        """What was to be heard is not wanted any more."""
        self._items = deque(item for item in self._items if not isinstance(item, bytes))
        self._sounds = 0
        self._room.set()
