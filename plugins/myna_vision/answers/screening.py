"""A question about a picture outside of conversations, shown to the plugins that judge turns, and recorded as one."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from hashlib import sha256
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec

from myna.audit.turns import TurnAudit
from myna.engine.protocols import Embeddings, ModelInfo, TextEnd, TextRequest
from myna.engine.sight import LookRequest, PictureFacts
from myna.errors import Blocked, MynaError, from_info
from myna.events import Usage
from myna.hookspecs import PromptSource, PromptUse, Verdict
from myna.messages import Attachment, Image, Message, Text
from myna.outcome import Outcome
from myna.store.attachments import checked_type

from .quoting import facts_left, quoted

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.cli.language import Language
    from myna.engine.classify import Classified
    from myna.events import Event

Tell = Callable[["Event"], None]

GROUP = "see"
"""What texts in the audit log belong to: there is no conversation."""


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
        self.prompt = ""
        self.variables: dict[str, Any] = {}
        self.used: PromptUse | None = None
        self.answer = ""
        self.answer_later: Callable[[], Awaitable[str]] | None = None
        self.settings = settings
        self.sees = False
        self._assistant = assistant
        self._picture = picture
        self._tell = tell
        self._facts: PictureFacts | None = None
        self.recorded = TurnAudit(assistant.audit, assistant.audit.policy(), turn=self.turn, conversation=GROUP)

    @property
    def info(self) -> ModelInfo:
        """Of no model: none was loaded."""
        return ModelInfo("facts about pictures")

    @property
    def context(self) -> int:
        return self.info.context

    @property
    def prompt_sources(self) -> Sequence[PromptSource]:
        return self._assistant.host.prompt_sources()

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        return await (await self._assistant.embedder()).embed(texts)

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

    async def classify(self, model: str, text: str, labels: tuple[str, ...] = ()) -> Classified:
        return await (await self._assistant.classifier(model)).classify(text, labels)

    def emit(self, event: Event) -> None:
        self.recorded.told(event)
        event = msgspec.structs.replace(event, turn=self.turn, epoch=0)
        if self._tell is not None:
            self._tell(event)
        self._assistant.host.observe(event)

    def audit(self, stage: Literal["input", "output"], verdict: Verdict) -> None:
        self.recorded.verdict(stage, verdict)


class Screens:
    """Of one question, in the order of a turn: the question, what was found in the picture, the answer.

    Used in an `async with`, at whose end the audit log has what it came to, whichever way it ended.
    """

    def __init__(
        self, assistant: Assistant, picture: bytes, text: str, *, model: str = "", tell: Tell | None = None
    ) -> None:
        self._host = assistant.host
        self._draft = PictureDraft(assistant, picture, text, model, tell)
        self._audit = self._draft.recorded
        self._outcome = Outcome()

    async def __aenter__(self) -> Self:
        self._audit.asked(self._draft.messages[0], self._draft.model, {})
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        outcome = self._outcome
        if isinstance(error, Blocked):
            self._audit.blocked(error)
            outcome.reason = "blocked"
        elif error is not None:
            outcome.reason = "error" if isinstance(error, Exception) else "cancelled"
        outcome.error = error.info() if isinstance(error, MynaError) else None
        failed = await self._audit.finish(outcome, counts=True)
        if failed is not None and error is None:
            raise from_info(failed)

    async def question(self) -> str:
        """The question as it may be answered.

        Raises:
            Blocked: it may not.
        """
        question = await self._judged(self._draft.messages[0])
        self._draft.messages = [question]
        self._audit.asked(question, self._draft.model, {})
        return question.text

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

    async def answer(self, text: str) -> str:
        """The answer as it may be shown; recorded first, where a policy says so.

        Raises:
            Blocked: it may not.
            DiskFull, AuditFailed, AuditBroken: it cannot be recorded, and the policy closes.
        """
        self._audit.begin(_at_once)
        output = self._host.open_output_filter(self._draft)
        if output is not None:
            text = await output.feed(text) + await output.finish()
            self._audit.filtered(output.changed())
        if self._audit.holds:
            await self._audit.answered(text, "stop", Usage())
        else:
            await self._audit.before_release()
        self._outcome.text, self._outcome.reason = text, "stop"
        return text

    async def _judged(self, message: Message) -> Message:
        verdict = await self._host.screen_input(message, self._draft)
        self._audit.verdict("input", verdict)
        if verdict.action == "block":
            raise Blocked(verdict.text or "this question is not answered here", hint=verdict.rule)
        return message.with_text(verdict.text) if verdict.action == "replace" else message


async def _at_once() -> None:
    """Such a question counts from the start."""
