"""Work beside the actor, and the way its results come back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

AUDIO_WAITING = 100
"""Chunks that may wait for the actor (2 s): a machine that is busy for a moment loses nothing."""


class Inbox:
    """What the actor does next, in order. Sound is bounded; results are as few as the jobs that make them."""

    def __init__(self) -> None:
        self._items: asyncio.Queue[tuple[Callable[[], None], bool]] = asyncio.Queue()
        self._room = asyncio.Semaphore(AUDIO_WAITING)

    def post(self, action: Callable[[], None]) -> None:
        self._items.put_nowait((action, False))

    async def post_sound(self, action: Callable[[], None]) -> None:
        """Waits while the actor is far behind."""
        await self._room.acquire()
        self._items.put_nowait((action, True))

    async def next(self) -> Callable[[], None]:
        action, sound = await self._items.get()
        if sound:
            self._room.release()
        return action


class Jobs:
    """Tasks that end with the session. What they raise is raised in the actor."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        return self.watch(asyncio.create_task(work, name=name))

    def watch(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    async def close(self) -> None:
        """Cancel what runs, and wait for it."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return

        def fail() -> None:
            raise error

        self._inbox.post(fail)
