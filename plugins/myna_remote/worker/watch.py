"""Health checks of one server while it is in use, in the background."""

from __future__ import annotations

import asyncio
import random
import time

from myna.errors import MynaError
from myna.remote_settings import RemoteModel

from .breaker import Breaker
from .server import Server

IN_USE_S = 300.0
"""Seconds after the last request for which checks go on."""

_JITTER = 0.2
"""Share of the time between checks, so that many clients of a server that comes back do not ask it in step."""


class Watch:
    """Belongs to one event loop."""

    def __init__(self, model: RemoteModel, server: Server, breaker: Breaker) -> None:
        self._model = model
        self._server = server
        self._breaker = breaker
        self._used = 0.0
        self._task: asyncio.Task[None] | None = None

    def used(self) -> None:
        """A request comes: watch from now on."""
        self._used = time.monotonic()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(), name="health checks")

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while True:
            # No secret hangs on it.
            await asyncio.sleep(self._model.check_s * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311
            if time.monotonic() - self._used > IN_USE_S:
                return
            await self._check()

    async def _check(self) -> None:
        try:
            async with asyncio.timeout(self._model.connect_s + self._model.between_s):
                await self._server.models()
        except (MynaError, TimeoutError):
            self._breaker.failed(time.monotonic())
        else:
            self._breaker.seen_well(time.monotonic())
