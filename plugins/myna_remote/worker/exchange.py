"""One request to a server and its answer, within limits of time."""

from __future__ import annotations

import asyncio
import time

from myna.engine.protocols import Reply, TextRequest
from myna.errors import EngineUnavailable
from myna.events import Usage
from myna.remote_settings import RemoteModel

from .answer import Answer
from .asking import body_of
from .faults import broken
from .health import Health
from .server import Server
from .sse import Events, TooMuch

PATH = "chat/completions"


class Exchange:
    """Made in any thread; all else belongs to the loop that runs it."""

    def __init__(self, model: RemoteModel, server: Server, health: Health, request: TextRequest, reply: Reply) -> None:
        """Raises `UsageError` where the server cannot do what is asked."""
        self._model = model
        self._server = server
        self._health = health
        self._reply = reply
        self._body = body_of(model, request)
        most = min(request.max_tokens or model.context, model.context)
        self._answer = Answer(model.name, request, most=most)
        self._may_go_on = asyncio.Event()
        self._may_go_on.set()
        self._began = time.perf_counter()
        self._first: float | None = None

    @property
    def usage(self) -> Usage | None:
        """What the server has counted, once it has said so."""
        return self._answer.usage

    def pause(self) -> None:
        """The reader is behind."""
        self._may_go_on.clear()

    def resume(self) -> None:
        self._may_go_on.set()

    async def run(self) -> None:
        """Ask, and pass on what comes. Cancelling hangs up.

        Raises:
            EngineUnavailable: there is no answer, or no more of it.
            MynaError: the server does not take the request.
        """
        async with self._health.request():
            try:
                async with asyncio.timeout(self._model.first_token_s) as limit:
                    await self._ask(limit)
            except TimeoutError:
                what, seconds = ("no token", self._model.first_token_s)
                if self._first is not None:
                    what, seconds = ("nothing more", self._model.between_s)
                raise EngineUnavailable(f"{self._model.name}: {what} has come for {seconds:g} s") from None
            except TooMuch as error:
                raise broken(self._model.name, str(error)) from None

    async def _ask(self, limit: asyncio.Timeout) -> None:
        events = Events()
        async with self._server.ask(PATH, self._body) as chunks:
            async for chunk in chunks:
                for event in events.feed(chunk):
                    self._take(event, limit)
                    if self._answer.over:
                        break
                if self._answer.over:
                    break
                if not self._may_go_on.is_set():
                    # What the reader takes its time for is not the server's fault.
                    limit.reschedule(None)
                    await self._may_go_on.wait()
                    limit.reschedule(self._later())
        ended = time.perf_counter()
        first = self._first or ended
        timings = {
            "prefill": (first - self._began) * 1e3,
            "first_token": (first - self._began) * 1e3,
            "decode": (ended - first) * 1e3,
        }
        pieces, end = self._answer.end({stage: round(took, 3) for stage, took in timings.items()})
        for last in (*pieces, end):
            self._reply.item(last)

    def _take(self, event: bytes, limit: asyncio.Timeout) -> None:
        for piece in self._answer.take(event):
            self._reply.item(piece)
        if self._answer.alive:
            if self._first is None:
                self._first = time.perf_counter()
                self._health.answers()
            limit.reschedule(self._later())

    def _later(self) -> float:
        return asyncio.get_running_loop().time() + self._model.between_s
