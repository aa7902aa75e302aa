"""What the rest of Myna holds of a model in a worker: ask it, stream from it."""

from __future__ import annotations

import functools
from collections.abc import AsyncGenerator
from contextlib import aclosing
from types import UnionType
from typing import Any, TypeVar, overload

import msgspec

from ..engine.protocols import EngineSpec, ModelInfo
from ..errors import EngineError
from .supervisor import Supervisor

T = TypeVar("T")


class EngineHandle:
    """One model. Cheap to have: its process is started when it is asked, and again when that is needed."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor

    @property
    def spec(self) -> EngineSpec:
        return self._supervisor.spec

    def preload(self) -> None:
        """Start the process now and don't wait for it; needs no event loop."""
        self._supervisor.preload()

    def release(self) -> None:
        """Lift a quarantine."""
        self._supervisor.release()

    async def info(self) -> ModelInfo:
        """What the engine says of the model; loads it when it is not loaded.

        Raises:
            MynaError: it cannot be loaded.
        """
        return await self._supervisor.info()

    async def call(self, operation: str, body: msgspec.Struct, reply: type[T]) -> T:
        """Ask for an answer of exactly one item.

        Raises:
            MynaError: the request failed, or its worker did.
        """
        async with aclosing(self.stream(operation, body, reply)) as items:
            answers = [item async for item in items]
        if len(answers) != 1:
            raise EngineError(f"{self.spec.name} gave {len(answers)} answers to {operation!r}; one was expected")
        return answers[0]

    @overload
    def stream(
        self, operation: str, body: msgspec.Struct, item: type[T], *, ahead: int = 0
    ) -> AsyncGenerator[T, None]: ...
    @overload
    def stream(
        self, operation: str, body: msgspec.Struct, item: UnionType, *, ahead: int = 0
    ) -> AsyncGenerator[Any, None]: ...
    async def stream(
        self, operation: str, body: msgspec.Struct, item: Any, *, ahead: int = 0
    ) -> AsyncGenerator[Any, None]:
        """The items of an answer as they come. Nothing is sent before the first is asked for.

        With `ahead`, an engine that can pause does so while more items than that wait to be read.

        Closing the iterator, or cancelling whoever waits for it, cancels the request.

        Raises:
            MynaError: the request failed, or its worker did.
        """
        decode = _decoder(item).decode
        supervisor = self._supervisor
        exchange = await supervisor.open(operation, body)
        exchange.ahead = ahead
        try:
            while (raw := await exchange.next()) is not None:
                try:
                    value = decode(raw)
                except msgspec.MsgspecError as error:
                    raise EngineError(f"{self.spec.name} answered {operation!r} with something else: {error}") from None
                yield value
        finally:
            exchange.close()
            supervisor.touch()


@functools.lru_cache(maxsize=256)
def _decoder(item: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(item)
