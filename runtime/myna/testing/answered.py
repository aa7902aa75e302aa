"""An engine without a model, in the place of every chat model of this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from ..assistant import Assistant
from ..engine.protocols import Task, TextEngine
from ..hookspecs import ResolvedModel


@contextmanager
def answered_by(engine: TextEngine) -> Iterator[None]:
    """Inside, whatever assistant is asked for a chat model has `engine`; nothing is looked up, loaded or started.

    `resolve` gives a model of the name that was asked for, else `fake`, which sees no pictures.
    """

    async def text_engine(self: Assistant, name: str = "") -> TextEngine:
        return engine

    async def resolve(self: Assistant, name: str = "", task: Task = "chat") -> ResolvedModel:
        return ResolvedModel(name or "fake", "chat", ".gguf", {"model": "fake.gguf"})

    def preload(self: Assistant, name: str = "") -> None:
        return None

    with mock.patch.multiple(Assistant, text_engine=text_engine, resolve=resolve, preload=preload):
        yield
