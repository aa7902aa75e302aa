"""An engine outside of any turn, as the assembly of prompts asks it."""

from __future__ import annotations

from collections.abc import Sequence

from myna.engine.protocols import Embedder, Embeddings, TextEngine
from myna.messages import Message


class EngineModel:
    """Counts with the engine's own tokenizer; embeds with whatever embedding model there is."""

    def __init__(self, engine: TextEngine, embedding: Embedder, context: int) -> None:
        self._engine = engine
        self._embedding = embedding
        self._context = context

    @property
    def context(self) -> int:
        return self._context

    async def count(self, messages: Sequence[Message]) -> int:
        return await self._engine.count(messages)

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        return await self._embedding.embed(texts)
