"""What is asked outside of a turn: shown to the plugins that screen, and recorded with who asked."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from myna.audit.records import Entry
from myna.engine.protocols import Embeddings, ModelInfo, TextEnd, TextRequest
from myna.errors import MynaError
from myna.events import GuardFailed, GuardFinding
from myna.hookspecs import PromptSource, PromptUse, Verdict
from myna.messages import Attachment, Image, Message, Part, Text

from .faults import fault_of

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.engine.classify import Classified
    from myna.engine.sight import PictureFacts
    from myna.events import Event

    from .access.identity import Identity
    from .service import Service

GROUP = "serve"
"""What texts in the audit log belong to: there is no conversation."""


class AsideDraft:
    """A `TurnDraft` without a model: one is loaded when a plugin asks for it."""

    def __init__(
        self, assistant: Assistant, message: Message, pictures: dict[str, bytes], *, observed: bool = True
    ) -> None:
        """`pictures`: what is in `message`, by SHA-256. `observed`: whoever observes is told of findings."""
        settings = assistant.settings
        self.turn = uuid.uuid4().hex
        self.conversation = ""
        self.model = ""
        self.messages = [message]
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
        self.findings: list[GuardFinding] = []
        self.failures: list[GuardFailed] = []
        self._assistant = assistant
        self._pictures = pictures
        self._observed = observed

    @property
    def info(self) -> ModelInfo:
        """Of no model: none was loaded."""
        return ModelInfo("texts alone")

    @property
    def context(self) -> int:
        return self.info.context

    @property
    def prompt_sources(self) -> Sequence[PromptSource]:
        return self._assistant.host.prompt_sources()

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        return await (await self._assistant.embedder()).embed(texts)

    async def count(self, messages: Sequence[Message]) -> int:
        return await (await self._assistant.text_engine(self.settings.chat.model)).count(messages)

    async def generate(self, request: TextRequest) -> str:
        engine = await self._assistant.text_engine(self.settings.chat.model)
        async with aclosing(engine.generate(request)) as pieces:
            return "".join([piece.text async for piece in pieces if not isinstance(piece, TextEnd)])

    async def look(self, picture: Attachment) -> PictureFacts:
        return await self._assistant.pictures.look(picture, self._read)

    async def classify(self, model: str, text: str, labels: tuple[str, ...] = ()) -> Classified:
        return await (await self._assistant.classifier(model)).classify(text, labels)

    def emit(self, event: Event) -> None:
        if isinstance(event, GuardFinding):
            self.findings.append(event)
        elif isinstance(event, GuardFailed):
            self.failures.append(event)
        if self._observed:
            self._assistant.host.observe(msgspec.structs.replace(event, turn=self.turn, epoch=0))

    def audit(self, stage: Literal["input", "output"], verdict: Verdict) -> None:
        """Nothing: the request is recorded with what it came to."""

    async def _read(self, sha256: str) -> bytes:
        return self._pictures[sha256]


class Judged(msgspec.Struct, frozen=True):
    """What the guard makes of a text."""

    verdict: Verdict
    findings: tuple[GuardFinding, ...]


async def judge(service: Service, parts: Sequence[str | bytes], *, counted: bool = True) -> Judged:
    """What the plugins that screen make of texts and pictures that belong together. Raises `Fault`.

    `counted`: findings are told to observers, and in the metrics; not for what was judged before.
    """
    from myna.store.attachments import described

    assistant = service.assistant
    pictures: dict[str, bytes] = {}
    shown: list[Part] = []
    try:
        for part in parts:
            if isinstance(part, str):
                shown.append(Text(part))
            else:
                data = await assistant.pictures.plain(part)
                attachment = described(data, "image/png")
                pictures[attachment.sha256] = data
                shown.append(Image(attachment))
        draft = AsideDraft(assistant, Message("user", tuple(shown)), pictures, observed=counted)
        verdict = await assistant.host.screen_input(draft.messages[0], draft)
    except MynaError as error:
        raise fault_of(error) from error
    for finding in draft.findings if counted else ():
        service.metrics.found(finding)
    return Judged(verdict, tuple(draft.findings))


async def record(service: Service, who: Identity, endpoint: str, *, content: dict[str, str], **data: Any) -> None:
    """Put a request on the audit record before it is answered. `data` holds nothing that anybody said.

    Raises:
        Fault: it cannot be recorded, and the policy closes.
    """
    log = service.assistant.audit
    entry = Entry("request", {"client": who.name, "endpoint": endpoint, **data}, GROUP, content)
    try:
        await log.write([entry], log.policy())
    except MynaError as error:
        raise fault_of(error) from error
