"""A turn before it is generated: what `myna_prepare_turn` sees and may change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from .attached import ReadAttachment, pictures_in, with_pictures
from .config import Settings
from .engine.protocols import Embeddings, Lora, ModelInfo, Sampling, TextEnd, TextEngine, TextRequest
from .events import Event
from .hookspecs import PromptSource, PromptUse, Verdict
from .messages import Attachment, Image, Message, Text
from .tools import NO_TOOLS, ToolUse

if TYPE_CHECKING:
    from .engine.classify import Classified
    from .engine.sight import PictureFacts

Look = Callable[[Attachment], "Awaitable[PictureFacts]"]
"""What is found out about a picture."""
Printed = Callable[[Attachment], Awaitable[str]]
"""The text that is printed in a picture."""
Classify = Callable[[str, str, tuple[str, ...]], "Awaitable[Classified]"]
"""What a classifier (by name) makes of a text, by labels."""


class AskOptions(msgspec.Struct, frozen=True):
    """What whoever asks may choose for one answer."""

    sampling: Sampling = Sampling()
    max_tokens: int = 0
    """0: as in the settings."""
    stop: tuple[str, ...] = ()
    schema: str = ""
    """A JSON schema as text."""
    grammar: str = ""
    tools: ToolUse = NO_TOOLS
    """What the model may call; calls are text of the answer, in the form of `myna.calls`."""
    loras: tuple[Lora, ...] = ()
    logprobs: int | None = None
    answer: str = ""
    """Known already: given in the place of the model's, past the same screens and filters."""
    prompt: str = ""
    """Name of the prompt template that the question is put into; empty for none."""
    variables: dict[str, Any] = {}
    """Values for the template: texts as a person types them, or the data itself."""
    spare_cores: int = 0
    """Cores that the model leaves to others, where there are enough of them: for sound that must not stutter."""


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
        read: ReadAttachment,
        look: Look,
        printed: Printed,
        classify: Classify,
        sees: bool,
        audit: Callable[[Literal["input", "output"], Verdict], None],
    ) -> None:
        """`read` brings the content of pictures in messages; `sees`: the model looks at them itself."""
        self.turn = turn
        self.conversation = conversation
        self.model = model
        self.messages = list(messages)
        self.sampling = options.sampling
        self.max_tokens = options.max_tokens or settings.chat.max_tokens
        self.schema = options.schema
        self.tools = options.tools
        self.prompt = options.prompt
        self.variables = dict(options.variables)
        self.used: PromptUse | None = None
        self.answer = options.answer
        self.answer_later: Callable[[], Awaitable[str]] | None = None
        self.settings = settings
        self._options = options
        self._engine = engine
        self._info = info
        self._emit = emit
        self._prompt_sources = prompt_sources
        self._embed = embed
        self._read = read
        self._look = look
        self._printed = printed
        self._classify = classify
        self._sees = sees
        self._audit = audit

    @property
    def sees(self) -> bool:
        return self._sees

    @property
    def info(self) -> ModelInfo:
        return self._info

    @property
    def context(self) -> int:
        return self._info.context

    async def count(self, messages: Sequence[Message]) -> int:
        if pictures_in(messages):
            return await self._engine.count(messages, tools=self.tools, read=self._read)
        return await self._engine.count(messages, tools=self.tools)

    @property
    def prompt_sources(self) -> Sequence[PromptSource]:
        return self._prompt_sources

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        return await self._embed(texts)

    async def generate(self, request: TextRequest) -> str:
        answer = self._engine.generate(await with_pictures(request, self._read))
        pieces = [piece.text async for piece in answer if not isinstance(piece, TextEnd)]
        return "".join(pieces)

    async def look(self, picture: Attachment) -> PictureFacts:
        return await self._look(picture)

    async def classify(self, model: str, text: str, labels: tuple[str, ...] = ()) -> Classified:
        return await self._classify(model, text, labels)

    async def printed(self) -> list[str]:
        """The text in each picture of the new message, where the model looks at them itself."""
        last = next((message for message in reversed(self.messages) if message.role == "user"), None)
        if last is None or not self._sees:
            return []
        pictures = {part.attachment.sha256: part.attachment for part in last.parts if isinstance(part, Image)}
        return [text for picture in pictures.values() if (text := await self._printed(picture))]

    async def make_answer(self) -> None:
        """Make the answer that waited for the screens."""
        if self.answer_later is not None:
            self.answer = await self.answer_later()

    def emit(self, event: Event) -> None:
        self._emit(event)

    def audit(self, stage: Literal["input", "output"], verdict: Verdict) -> None:
        self._audit(stage, verdict)

    def replace(self, question: Message, replaced: Message) -> None:
        """Put `replaced` in the place of `question`, also inside what a plugin has made of it."""
        messages = self.messages
        at = max((at for at, message in enumerate(messages) if message.role == "user"), default=None)
        if at is None:
            return
        found = messages[at]
        old, new = question.typed().text, replaced.typed().text
        if found is not question and old and old in found.typed().text:
            messages[at] = found.with_text(found.typed().text.replace(old, new))
        else:
            messages[at] = replaced

    def correct(self, correction: str) -> None:
        """Add to the question what the answer must heed; the model does not see the answer that did not pass."""
        at = max((at for at, message in enumerate(self.messages) if message.role == "user"), default=None)
        if at is not None and correction and not self.messages[at].text.endswith(correction):
            asked = self.messages[at]
            added = f"\n\n{correction}" if asked.text else correction
            self.messages[at] = Message(asked.role, (*asked.parts, Text(added)))

    async def request(self) -> TextRequest:
        """What is finally asked of the engine.

        Raises:
            AttachmentMissing, StoreFailed, BadInput: a picture cannot be brought to it.
        """
        options = self._options
        request = TextRequest(
            messages=tuple(self.messages),
            sampling=self.sampling,
            max_tokens=self.max_tokens,
            stop=options.stop,
            schema=self.schema,
            grammar=options.grammar,
            tools=self.tools,
            loras=options.loras,
            logprobs=options.logprobs,
            spare_cores=options.spare_cores,
        )
        return await with_pictures(request, self._read)
