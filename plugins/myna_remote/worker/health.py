"""What is known of a server's health: requests go through a breaker, and checks run while there are some."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from myna.errors import EngineError, EngineUnavailable, MynaError
from myna.remote_settings import RemoteModel

from .breaker import Breaker
from .server import Server
from .watch import Watch


class Health:
    """Of one server. Belongs to one event loop."""

    def __init__(self, model: RemoteModel, server: Server) -> None:
        self._model = model
        self._server = server
        self._breaker = Breaker(model.failures, model.rest_s)
        self._watch = Watch(model, server, self._breaker)

    @asynccontextmanager
    async def request(self) -> AsyncGenerator[None, None]:
        """Inside, the server is asked, and what comes of it counts.

        Raises:
            EngineUnavailable: the server is left alone for now.
        """
        if not self._breaker.admit(time.monotonic()):
            raise EngineUnavailable(f"{self._model.name} is not asked for now: its server has failed")
        self._watch.used()
        try:
            yield
        except asyncio.CancelledError:
            self._breaker.gave_up()
            raise
        except MynaError as error:
            if isinstance(error, EngineError):
                self._breaker.failed(time.monotonic(), self._server.busy_s)
            else:
                self._breaker.succeeded()  # it works, and does not like the request
            raise
        self._breaker.succeeded()

    def answers(self) -> None:
        """The first token is there: where one request was to try, others may follow."""
        self._breaker.succeeded()

    def close(self) -> None:
        self._watch.close()
