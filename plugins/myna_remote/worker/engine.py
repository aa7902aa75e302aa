"""The engine of a remote model: asks a server what others compute.

It lives in a worker like every engine. What a server sends is parsed where a fault costs nothing but that worker, the
HTTP library is loaded nowhere else, a cancel comes the same way, and what is known of a server's health lasts as long
as the model is in use. It costs a process of about 40 MB.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

import msgspec

from myna.engine.protocols import Count, CountRequest, EngineSpec, ModelInfo, Reply, TextRequest
from myna.errors import EngineError, MynaError, UsageError
from myna.remote_settings import RemoteModel
from myna_remote.estimate import tokens_in

from .exchange import Exchange
from .health import Health
from .server import Server

_RATIO = (0.5, 3.0)
"""Bounds for what is learnt of a tokenizer from one answer: a server may say anything."""


class RemoteEngine:
    """See `myna.engine.protocols.HostedEngine`. All that waits runs in an event loop in a thread of its own, so
    `step` has never anything to do."""

    def __init__(self, spec: EngineSpec) -> None:
        """Raises `ModelLoadFailed` where the key or the certificate cannot be read. Nobody is asked yet."""
        self._model = msgspec.convert(spec.options.get("remote"), RemoteModel)
        self.info = ModelInfo(
            description=f"{self._model.model} ({self._model.base_url})", context=self._model.context, device="remote"
        )
        self._server = Server(self._model)
        self._health = Health(self._model, self._server)
        self._exchanges: dict[int, tuple[Exchange, Future[None]]] = {}
        self._ratio = 1.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="ask", daemon=True)
        self._thread.start()

    def submit(self, request: int, operation: str, body: msgspec.Raw, reply: Reply) -> None:
        if operation == "generate":
            self._generate(request, msgspec.msgpack.decode(body, type=TextRequest), reply)
        elif operation == "count":
            messages = msgspec.msgpack.decode(body, type=CountRequest).messages
            reply.item(Count(round(tokens_in(messages) * self._ratio)))
            reply.done()
        elif operation == "clear":
            reply.done()  # what the server keeps is the server's
        else:
            raise UsageError(f"{self._model.name} is on another server, which is not asked to {operation}")

    def cancel(self, request: int) -> None:
        if (known := self._exchanges.get(request)) is not None:
            known[1].cancel()

    def pause(self, request: int) -> None:
        if (known := self._exchanges.get(request)) is not None:
            self._loop.call_soon_threadsafe(known[0].pause)

    def resume(self, request: int) -> None:
        if (known := self._exchanges.get(request)) is not None:
            self._loop.call_soon_threadsafe(known[0].resume)

    def step(self) -> bool:
        return False

    def close(self) -> None:
        self._start(self._shut()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _generate(self, number: int, request: TextRequest, reply: Reply) -> None:
        exchange = Exchange(self._model, self._server, self._health, request, reply)
        future = self._start(exchange.run())
        self._exchanges[number] = exchange, future

        def ended(done: Future[None]) -> None:
            self._exchanges.pop(number, None)
            self._learn(exchange, request)
            if done.cancelled():
                return  # the host knows
            error = done.exception()
            if error is None:
                reply.done()
            elif isinstance(error, MynaError):
                reply.fail(error)
            else:
                sys.excepthook(type(error), error, error.__traceback__)  # a bug: into the log of the worker
                reply.fail(EngineError(f"{self._model.name}: asking the server failed ({type(error).__name__})"))

        future.add_done_callback(ended)

    def _start(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _shut(self) -> None:
        self._health.close()
        await self._server.close()
        await self._loop.shutdown_asyncgens()

    def _learn(self, exchange: Exchange, request: TextRequest) -> None:
        """Compare the estimate with what the server has counted."""
        told = exchange.usage.prompt_tokens if exchange.usage else 0
        if told and not request.tools:
            self._ratio = min(max(told / tokens_in(request.messages), _RATIO[0]), _RATIO[1])
