"""One request in flight, as the host sees it: what has arrived and was not read yet, and how it ended."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

import msgspec

from ..errors import MynaError, from_info

HIGH = 256 * 1024
"""Bytes of an answer that wait for their reader; beyond, the engine is asked to pause this request."""

LOW = HIGH // 4
"""Bytes below which a paused request goes on."""

_OBJECT = 150
"""Bytes that a waiting item costs besides its content (measured: a Raw with its deque slot and its bytes object)."""


class Sender(Protocol):
    """What an exchange needs of its worker."""

    def cancel(self, request: int) -> None: ...
    def pause(self, request: int) -> None: ...
    def resume(self, request: int) -> None: ...
    def unread(self, change: int) -> None:
        """The bytes waiting for readers, over all requests, have changed by so much."""


class Exchange:
    """A request and its answer; for one reader in the worker's event loop."""

    __slots__ = ("_closed", "_ended", "_error", "_items", "_paused", "_sender", "_size", "_waiter", "ahead", "id")

    def __init__(self, request: int, sender: Sender) -> None:
        self.id = request
        self.ahead = 0
        """Items that may wait for their reader before the engine is asked to pause; 0: only bytes count."""
        self._sender = sender
        self._items: deque[tuple[msgspec.Raw, int]] = deque()
        self._size = 0
        self._waiter: asyncio.Future[None] | None = None
        self._ended = False
        self._closed = False
        self._paused = False
        self._error: MynaError | None = None

    def push(self, body: msgspec.Raw, size: int) -> None:
        """The worker sent an item of `size` bytes."""
        if self._closed:
            return
        cost = size + _OBJECT
        self._items.append((body, cost))
        self._size += cost
        self._sender.unread(cost)
        if not self._paused and (self._size > HIGH or (self.ahead and len(self._items) > self.ahead)):
            self._paused = True
            self._sender.pause(self.id)
        self._wake()

    def end(self, error: MynaError | None = None) -> None:
        """Nothing will follow. What has arrived can still be read."""
        if not self._ended:
            self._ended = True
            self._error = error
            self._wake()

    async def next(self) -> msgspec.Raw | None:
        """The next item; None after the last.

        Raises:
            MynaError: the request failed, after its last item.
        """
        while not self._items:
            if self._error is not None:
                raise from_info(self._error.info())  # an exception object holds one traceback; this one is shared
            if self._ended:
                return None
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        body, cost = self._items.popleft()
        self._size -= cost
        self._sender.unread(-cost)
        if self._paused and not self._ended and self._low():
            self._paused = False
            self._sender.resume(self.id)
        return body

    def close(self) -> None:
        """The reader goes away; a request that is still running is cancelled."""
        if self._closed:
            return
        self._closed = True
        self._items.clear()
        self._sender.unread(-self._size)
        self._size = 0
        if not self._ended:
            self._sender.cancel(self.id)

    def _low(self) -> bool:
        return self._size < LOW and (not self.ahead or len(self._items) <= self.ahead // 2)

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
