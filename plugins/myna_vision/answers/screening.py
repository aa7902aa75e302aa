"""A question about a picture outside of conversations, shown to the plugins that judge turns."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec

from myna.engine.protocols import ModelInfo, TextEnd, TextRequest
from myna.engine.sight import LookRequest, PictureFacts
from myna.errors import Blocked
from myna.messages import Attachment, Image, Message, Text
from myna.store.attachments import checked_type

from .quoting import facts_left, quoted

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.cli.language import Language
    from myna.events import Event

Tell = Callable[["Event"], None]


class PictureDraft:
    """A `TurnDraft`. The chat model is loaded when a plugin asks it, and may not be there at all."""

    def __init__(self, assistant: Assistant, picture: bytes, text: str, model: str, tell: Tell | None) -> None:
        """`tell` gets what plugins have to say, besides the observers."""
        settings = assistant.settings
        kept = Attachment(sha256(picture).hexdigest(), checked_type(picture, "image/png"), len(picture))
        self.turn = uuid.uuid4().hex
        self.conversation = ""
        self.model = model
        self.messages = [Message("user", (Image(kept), Text(text)) if text else (Image(kept),))]
        self.sampling = assistant.default_options().sampling
        self.max_tokens = settings.chat.max_tokens
        self.schema = ""
        self.answer = ""
        self.answer_later: Callable[[], Awaitable[str]] | None = None
        self.settings = settings
        self.sees = False
        self._assistant = assistant
        self._picture = picture
        self._tell = tell
        self._facts: PictureFacts | None = None

    @property
    def info(self) -> ModelInfo:
        """Of no model: none was loaded."""
        return ModelInfo("facts about pictures")

    @property
    def context(self) -> int:
        return self.info.context

    async def count(self, messages: Sequence[Message]) -> int:
        return await (await self._assistant.text_engine(self.model)).count(messages)

    async def generate(self, request: TextRequest) -> str:
        engine = await self._assistant.text_engine(self.model)
        async with aclosing(engine.generate(request)) as pieces:
            return "".join([piece.text async for piece in pieces if not isinstance(piece, TextEnd)])

    async def look(self, picture: Attachment) -> PictureFacts:
        del picture  # there is only one
        if self._facts is None:
            self._facts = await (await self._assistant.picture_reader()).look(LookRequest(self._picture))
        return self._facts

    def emit(self, event: Event) -> None:
        event = msgspec.structs.replace(event, turn=self.turn, epoch=0)
        if self._tell is not None:
            self._tell(event)
        self._assistant.host.observe(event)


class Screens:
    """Of one question, in the order of a turn: the question, what was found in the picture, the answer."""

    def __init__(
        self, assistant: Assistant, picture: bytes, text: str, *, model: str = "", tell: Tell | None = None
    ) -> None:
        self._host = assistant.host
        self._draft = PictureDraft(assistant, picture, text, model, tell)

    async def question(self) -> str:
        """The question as it may be answered.

        Raises:
            Blocked: it may not.
        """
        self._draft.messages = [await self._judged(self._draft.messages[0])]
        return self._draft.messages[0].text

    async def found(self, facts: PictureFacts, language: Language) -> PictureFacts:
        """The facts that may be told.

        Raises:
            Blocked: none may.
        """
        text = quoted(facts, language)
        judged = await self._judged(Message("user", (Text(text, "picture"),)))
        typed = [part for part in self._draft.messages[0].parts if isinstance(part, Text)]
        self._draft.messages = [Message("user", (*judged.parts, *typed))]
        return facts_left(facts, judged.text, language)

    def answer(self, text: str) -> str:
        """The answer as it may be shown.

        Raises:
            Blocked: it may not.
        """
        output = self._host.open_output_filter(self._draft)
        return text if output is None else output.feed(text) + output.finish()

    async def _judged(self, message: Message) -> Message:
        verdict = await self._host.screen_input(message, self._draft)
        if verdict.action == "block":
            raise Blocked(verdict.text or "this question is not answered here", hint=verdict.rule)
        return message.with_text(verdict.text) if verdict.action == "replace" else message
