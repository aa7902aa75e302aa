"""The host's typed view of models in workers: the operations that engines answer, by name.

generate   TextRequest      ->  TextPiece ..., then one TextEnd
count      CountRequest     ->  Count
tokenize   TokenizeRequest  ->  Tokens
embed      EmbedRequest     ->  Embeddings
clear      Nothing          ->
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from ..attached import ReadAttachment, contents
from ..messages import Message
from ..tools import NO_TOOLS, ToolUse
from .protocols import (
    Count,
    CountRequest,
    Embeddings,
    EmbedRequest,
    ModelInfo,
    TextEnd,
    TextPiece,
    TextRequest,
    TokenizeRequest,
    Tokens,
)

if TYPE_CHECKING:
    from ..worker.handle import EngineHandle


class Nothing(msgspec.Struct, frozen=True):
    """The body of a request that says all by its name."""


class TextClient:
    """A text model in a worker: a `TextEngine`, and an `Embedder` where the model can embed."""

    def __init__(self, handle: EngineHandle) -> None:
        self._handle = handle

    async def info(self) -> ModelInfo:
        """What is known of the model; loads it when it is not loaded."""
        return await self._handle.info()

    def generate(self, request: TextRequest, *, ahead: int = 0) -> AsyncGenerator[TextPiece | TextEnd, None]:
        """Pieces as they are decoded, then exactly one `TextEnd`. Closing the iterator cancels.

        With `ahead`, the engine waits while about so many pieces are not read yet.

        Raises:
            MynaError: while iterating, when the model cannot be loaded, the request is bad, or the worker fails.
        """
        return self._handle.stream("generate", request, TextPiece | TextEnd, ahead=ahead)

    async def count(
        self,
        messages: Sequence[Message],
        *,
        tools: ToolUse = NO_TOOLS,
        template_options: Mapping[str, Any] | None = None,
        read: ReadAttachment | None = None,
    ) -> int:
        """Tokens that the chat template makes of `messages`, with the opening of the answer.

        `read` brings the content of pictures that the engine does not know yet; without it they count nothing.
        """
        request = CountRequest(tuple(messages), dict(template_options or {}), tools)
        counted = await self._handle.call("count", request, Count)
        if counted.unseen and read is not None:
            images = await contents(messages, read)
            request = msgspec.structs.replace(request, images={sha256: images[sha256] for sha256 in counted.unseen})
            counted = await self._handle.call("count", request, Count)
        return counted.tokens

    async def tokenize(self, text: str, *, special: bool = False) -> tuple[int, ...]:
        """The tokens of `text`; with `special`, special tokens in it are parsed."""
        return (await self._handle.call("tokenize", TokenizeRequest(text, special), Tokens)).tokens

    async def embed(self, texts: Sequence[str], *, normalize: bool = True) -> Embeddings:
        """One vector for each text."""
        return await self._handle.call("embed", EmbedRequest(tuple(texts), normalize), Embeddings)

    async def clear(self) -> None:
        """Forget what is kept of earlier prompts, so that the next one is computed as the first one was."""
        async for _ in self._handle.stream("clear", Nothing(), Nothing):
            pass
