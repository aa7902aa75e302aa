"""A remote model, and a question to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import msgspec

from myna.engine.clients import TextClient
from myna.engine.protocols import EngineSpec, ModelInfo, TextEnd, TextPiece, TextRequest
from myna.errors import MynaError
from myna.messages import user
from myna.remote_settings import RemoteModel
from myna_remote.models import ENGINE
from myna_remote.worker.engine import RemoteEngine

ASK = TextRequest(messages=(user("What is the capital of France?"),))


def model(url: str, **options: Any) -> RemoteModel:
    quick = {"connect_s": 2.0, "first_token_s": 5.0, "between_s": 5.0, "check_s": 300.0, "failures": 100}
    return msgspec.convert({"name": "far", "base_url": url, "model": "big", **quick, **options}, RemoteModel)


def spec(url: str, **options: Any) -> EngineSpec:
    """How it is loaded."""
    return EngineSpec("far", ENGINE.factory, {}, {"remote": msgspec.to_builtins(model(url, **options))})


class Direct:
    """In the place of an `EngineHandle`: the engine in this process."""

    def __init__(self, engine: RemoteEngine) -> None:
        self._engine = engine
        self._numbers = count(1)

    async def info(self) -> ModelInfo:
        return self._engine.info

    async def call(self, operation: str, body: msgspec.Struct, reply: Any) -> Any:
        (only,) = [item async for item in self.stream(operation, body, reply)]
        return only

    async def stream(self, operation: str, body: msgspec.Struct, item: Any, *, ahead: int = 0) -> AsyncIterator[Any]:
        replies, number = Replies(), next(self._numbers)
        self._engine.submit(number, operation, msgspec.Raw(msgspec.msgpack.encode(body)), replies)
        try:
            while (given := await replies.queue.get()) is not None:
                if isinstance(given, MynaError):
                    raise given
                yield given
        finally:
            self._engine.cancel(number)


class Replies:
    """A `Reply` that wakes the loop of the test."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Any] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()

    def item(self, value: Any) -> None:
        self._loop.call_soon_threadsafe(self.queue.put_nowait, value)

    def done(self) -> None:
        self.item(None)

    def fail(self, error: MynaError) -> None:
        self.item(error)


async def answer(client: TextClient, request: TextRequest = ASK) -> tuple[str, TextEnd, list[TextPiece]]:
    """Text, end and pieces of a whole answer."""
    items: list[Any] = [item async for item in client.generate(request)]
    pieces = items[:-1]
    return "".join(piece.text for piece in pieces), items[-1], pieces
