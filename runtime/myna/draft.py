"""A turn before it is generated: what `myna_prepare_turn` sees and may change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from .config import Settings
from .engine.protocols import Embeddings, Lora, ModelInfo, Sampling, TextEnd, TextEngine, TextRequest
from .events import Event
from .hookspecs import PromptSource, PromptUse
from .messages import Message


class AskOptions(msgspec.Struct, frozen=True):
    """What whoever asks may choose for one answer."""

    sampling: Sampling = Sampling()
    max_tokens: int = 0
    """0: as in the settings."""
    stop: tuple[str, ...] = ()
    schema: str = ""
    """A JSON schema as text."""
    grammar: str = ""
    loras: tuple[Lora, ...] = ()
    logprobs: int | None = None
    prompt: str = ""
    """Name of the prompt template that the question is put into; empty for none."""
    variables: dict[str, Any] = {}
    """Values for the template: texts as a person types them, or the data itself."""


class Draft:
    """The `TurnDraft` of the runtime."""

    def __init__(
        self,
        *,
        turn: str,
        conversation: str,
        model: str,
        messages: Sequence[Message],
        options: AskOptions,
        settings: Settings,
        engine: TextEngine,
        info: ModelInfo,
        emit: Callable[[Event], None],
        prompt_sources: Sequence[PromptSource] = (),
        embed: Callable[[Sequence[str]], Awaitable[Embeddings]],
    ) -> None:
        self.turn = turn
        self.conversation = conversation
        self.model = model
        self.messages = list(messages)
        self.sampling = options.sampling
        self.max_tokens = options.max_tokens or settings.chat.max_tokens
        self.schema = options.schema
        self.prompt = options.prompt
        self.variables = dict(options.variables)
        self.used: PromptUse | None = None
        self.settings = settings
        self._options = options
        self._engine = engine
        self._info = info
        self._emit = emit
        self._prompt_sources = prompt_sources
        self._embed = embed

    @property
    def context(self) -> int:
        return self._info.context

    async def count(self, messages: Sequence[Message]) -> int:
        return await self._engine.count(messages)

    @property
    def prompt_sources(self) -> Sequence[PromptSource]:
        return self._prompt_sources

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        return await self._embed(texts)

    async def generate(self, request: TextRequest) -> str:
        answer = self._engine.generate(request)
        pieces = [piece.text async for piece in answer if not isinstance(piece, TextEnd)]
        return "".join(pieces)

    def emit(self, event: Event) -> None:
        self._emit(event)

    def replace(self, question: Message, replaced: Message) -> None:
        """Put `replaced` in the place of `question`, also inside what a plugin has made of it."""
        messages = self.messages
        at = max((at for at, message in enumerate(messages) if message.role == "user"), default=None)
        if at is None:
            return
        found = messages[at]
        if found is not question and question.text and question.text in found.text:
            messages[at] = found.with_text(found.text.replace(question.text, replaced.text))
        else:
            messages[at] = replaced

    def request(self) -> TextRequest:
        """What is finally asked of the engine."""
        options = self._options
        return TextRequest(
            messages=tuple(self.messages),
            sampling=self.sampling,
            max_tokens=self.max_tokens,
            stop=options.stop,
            schema=self.schema,
            grammar=options.grammar,
            loras=options.loras,
            logprobs=options.logprobs,
        )
