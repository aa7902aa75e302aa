"""A turn to try the hooks of a plugin on, without a model."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, Literal

import msgspec

from ..config import Settings
from ..engine.classify import Classified, Classifier
from ..engine.protocols import Embedder, Embeddings, ModelInfo, Sampling, TextPiece, TextRequest
from ..engine.sight import PictureFacts
from ..errors import ModelMissing
from ..events import Event
from ..hook_answers import value_of
from ..hookspecs import AsyncOutputFilter, OutputFilter, PromptSource, PromptUse, Verdict
from ..messages import Attachment, Message, user
from .engine import FakeEngine


class FakeDraft:
    """A `TurnDraft`; see `draft`. What was emitted is in `events`, what was to be recorded in `verdicts`."""

    def __init__(self, messages: list[Message], engine: FakeEngine, settings: Settings, context: int) -> None:
        self.turn = "turn-1"
        self.conversation = "conversation-1"
        self.model = "fake"
        self.messages = messages
        self.sampling = Sampling(temperature=settings.chat.temperature)
        self.max_tokens = settings.chat.max_tokens
        self.schema = ""
        self.prompt = ""
        self.variables: dict[str, Any] = {}
        self.used: PromptUse | None = None
        self.sources: list[PromptSource] = []
        self.embedder: Embedder | None = None
        """What `embed` asks; None: as if no embedding model were installed."""
        self.settings = settings
        self.engine = engine
        self.epoch = 1
        self.answer = ""
        self.answer_later: Callable[[], Awaitable[str]] | None = None
        self.sees = False
        self.facts: dict[str, PictureFacts] = {}
        """What `look` answers, by the SHA-256 of the picture."""
        self.classifiers: dict[str, Classifier] = {}
        """Which `classify` asks, by name; others are not installed."""
        self.events: list[Event] = []
        self.verdicts: list[tuple[Literal["input", "output"], Verdict]] = []
        self._context = context

    @property
    def context(self) -> int:
        return self._context

    @property
    def info(self) -> ModelInfo:
        return ModelInfo("fake", context=self._context, context_wanted=self._context)

    async def look(self, picture: Attachment) -> PictureFacts:
        return self.facts[picture.sha256]

    async def classify(self, model: str, text: str, labels: tuple[str, ...] = ()) -> Classified:
        if model not in self.classifiers:
            raise ModelMissing(f"the model {model} is not installed")
        return await self.classifiers[model].classify(text, labels)

    async def count(self, messages: Sequence[Message]) -> int:
        return await self.engine.count(messages)

    @property
    def prompt_sources(self) -> Sequence[PromptSource]:
        return self.sources

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        if self.embedder is None:
            raise ModelMissing("no model for the task embed is installed")
        return await self.embedder.embed(texts)

    async def generate(self, request: TextRequest) -> str:
        return "".join([piece.text async for piece in self.engine.generate(request) if isinstance(piece, TextPiece)])

    def emit(self, event: Event) -> None:
        self.events.append(msgspec.structs.replace(event, turn=self.turn, epoch=self.epoch))

    def audit(self, stage: Literal["input", "output"], verdict: Verdict) -> None:
        self.verdicts.append((stage, verdict))


def draft(
    text: str = "Hello",
    *,
    history: Sequence[Message] = (),
    engine: FakeEngine | None = None,
    settings: Settings | None = None,
    context: int = 4096,
) -> FakeDraft:
    """A turn in which the user says `text` after `history` (a system message, if any, at its start)."""
    return FakeDraft([*history, user(text)], engine or FakeEngine(context=context), settings or Settings(), context)


def stream(output_filter: OutputFilter, pieces: Iterable[str]) -> list[str]:
    """What a filter delivers for each piece of an answer, and at its end what it still held back."""
    return [*(output_filter.feed(piece) for piece in pieces), output_filter.finish()]


async def stream_async(output_filter: OutputFilter | AsyncOutputFilter, pieces: Iterable[str]) -> list[str]:
    """As `stream`, of a filter that may wait; all filters of a turn, as the host opens them, are such a one."""
    shown = [await value_of(output_filter.feed(piece)) for piece in pieces]
    return [*shown, await value_of(output_filter.finish())]
