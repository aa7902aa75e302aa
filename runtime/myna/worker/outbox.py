"""The worker's way out: frames gathered while a step runs, sent with one write when it is over."""

from __future__ import annotations

import threading
from collections import deque

from .wire import Wire

GATHER = 256 * 1024
"""Bytes. A step that produces more than this sends before it is over, so that memory stays bounded."""


class Outbox:
    """Sends frames whole and in order, from any thread.

    The engine's thread blocks when the host does not read: that is the brake that keeps a slow host from
    filling the worker's memory. Other threads block only while nobody else is sending.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._pending: deque[bytearray] = deque()
        self._size = 0
        self._writing = threading.Lock()

    def put(self, frame: bytearray) -> bool:
        """Keep a frame for the next `flush`; True when it is time for one."""
        self._pending.append(frame)
        self._size += len(frame)
        return self._size >= GATHER

    def flush(self, *, wait: bool = True) -> None:
        """Send what is pending.

        With `wait` the frames are on their way when it returns. Without it they may be left to the thread
        that is sending at the moment.

        Raises:
            OSError: the host is gone.
        """
        # Whoever holds the lock looks again after letting go of it: a frame that was put in between by a
        # thread that found the lock taken is not left behind.
        while self._pending:
            if not self._writing.acquire(blocking=wait):
                return
            try:
                self._send_all()
            finally:
                self._writing.release()

    def _send_all(self) -> None:
        parts: list[bytearray] = []
        while self._pending:
            parts.append(self._pending.popleft())
        self._size = 0
        view = memoryview(parts[0] if len(parts) == 1 else b"".join(parts))
        while view:
            view = view[self._wire.send(view) :]
