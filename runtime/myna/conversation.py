"""A conversation: questions and answers with one model, as a tree."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .audit.turns import TurnAudit
from .beside import Beside
from .draft import AskOptions
from .errors import BadInput, ModelMissing, UsageError
from .history import History
from .messages import Attachment, Image, Message, Part, Text
from .store.records import NO_META, MessageMeta, StoredMessage
from .turn import Turn

if TYPE_CHECKING:
    from .assistant import Assistant
    from .config import Settings
    from .engine.classify import Classified
    from .engine.clients import TextClient
    from .engine.protocols import Embeddings
    from .engine.sight import PictureFacts
    from .hookspecs import ResolvedModel
    from .host import PluginHost
    from .pressure import Cause, Step


class Conversation:
    """One at a time: a turn that is asked while another runs waits for it."""

    def __init__(
        self,
        assistant: Assistant,
        history: History,
        *,
        model: str,
        system: str,
        recorded: bool,
        client: str = "",
    ) -> None:
        self._assistant = assistant
        self._history = history
        self._lock = asyncio.Lock()
        self._pictures: dict[str, bytes] = {}
        """By SHA-256, those that are in no store."""
        self.model = model
        """What was asked for; empty for the default."""
        self.system = system
        self.recorded = recorded
        """Whether it is in the store."""
        self.client = client
        """Who asks, where that is a program on behalf of somebody else; recorded with every turn."""
        self.foreign = False
        """Whether what came before a question is from whoever asks: then it is judged with each question."""
        self.beside = Beside()
        self.epoch = 0
        """Raised by every cancel and every interruption; what carries an older one is stale."""

    @property
    def id(self) -> str:
        return self._history.conversation

    @property
    def host(self) -> PluginHost:
        return self._assistant.host

    @property
    def settings(self) -> Settings:
        return self._assistant.settings

    def ask(
        self,
        content: str | Sequence[Part],
        *,
        options: AskOptions | None = None,
        confirmed: asyncio.Event | None = None,
        delivered: asyncio.Event | None = None,
    ) -> Turn:
        """A question at the end of the active branch; iterate over the turn to have it answered.

        With `confirmed`, the turn is speculative until that is set: it is answered, and whoever iterates gets
        its events, but nothing is stored and observers see nothing. Cancelled before, nothing of it remains.
        Hooks that prepare, screen and filter are called; they must keep nothing.

        With `delivered`, the answer is kept only once that is set, which is when it was heard: after
        `TextComplete` the turn waits. `Turn.heard` ends it earlier.

        Raises:
            UsageError: there is nothing in it.
        """
        question = _question(content)
        options = options or self.default_options()
        return Turn(self, question, options=options, confirmed=confirmed, delivered=delivered)

    def regenerate(self, *, options: AskOptions | None = None) -> Turn:
        """Another answer to the last question, beside the one that is there."""
        return Turn(self, None, options=options or self.default_options())

    def edit(self, message: str, content: str | Sequence[Part], *, options: AskOptions | None = None) -> Turn:
        """The question `message` (an id) asked differently, on a branch of its own."""
        question = _question(content)
        return Turn(self, question, edited=message, options=options or self.default_options())

    async def recall(self, messages: Sequence[Message]) -> None:
        """Go on from `messages`, which whoever asks brings along: nobody here has seen them before.

        Raises:
            UsageError: there are messages already.
        """
        path = await self._history.path()
        if path:
            raise UsageError("this conversation has begun already")
        self.foreign = True
        parent: str | None = None
        for message in messages:
            parent = (await self._history.append(message, parent=parent, turn="")).id

    def default_options(self) -> AskOptions:
        """As the settings say."""
        return self._assistant.default_options()

    async def history(self) -> list[StoredMessage]:
        """The active branch, oldest first."""
        return await self._history.path()

    async def switch(self, message: str) -> None:
        """Make the branch that `message` (an id) is on the active one."""
        await self._history.switch(message)

    async def turn_messages(self, turn: str) -> list[StoredMessage]:
        """What the turn with this id has left: its question, where it had a new one, and its answer."""
        return await self._history.turn(turn)

    async def branches(self) -> list[tuple[str, ...]]:
        """Messages (ids) that are alternatives of one another, oldest first; those without any are left out."""
        return await self._history.branches()

    def use_model(self, name: str) -> None:
        """Answer with another model from the next turn on."""
        self.model = name

    def raise_epoch(self, seen: int) -> None:
        """Whatever belongs to the epoch `seen`, or to an older one, is stale from now on."""
        self.epoch = max(self.epoch, seen + 1)

    async def add_picture(self, data: bytes) -> Attachment:
        """The picture file `data`, without its metadata, for a question.

        It is in memory until a question that it belongs to is kept: what is refused, or blocked, is never on the disk.

        Raises:
            BadInput: it is no picture, too large, or damaged.
            ExtraMissing: nothing here decodes a format that has to become a PNG file.
        """
        from .store.attachments import PICTURES, described, sniff
        from .store.metadata import without_metadata

        data = await self._assistant.pictures.plain(data)
        media_type = described(data, "image/png").media_type
        data = without_metadata(data, media_type)
        if not sniff(data):
            raise BadInput(f"the picture is damaged ({media_type.partition('/')[2].upper()})", hint=PICTURES)
        attachment = described(data, "image/png")
        self._pictures[attachment.sha256] = data
        return attachment

    # for the turn

    def one_at_a_time(self) -> asyncio.Lock:
        """Held by the turn that is being answered."""
        return self._lock

    def audit_turn(self, turn: str) -> TurnAudit:
        """What `turn` (an id) is recorded with.

        Raises:
            PluginFailed: a plugin could not say what must be recorded.
        """
        log = self._assistant.audit
        return TurnAudit(log, log.policy(), turn=turn, conversation=self.id, client=self.client)

    async def step(self, name: str) -> Step:
        """What answers for the model `name`: that, or what stands in for it while this machine has no room for it.

        Raises:
            ModelMissing: there is no such model.
        """
        reduction = self._assistant.reduction
        while True:
            step = await reduction.choose(name)
            try:
                await self._assistant.resolve(step.model)
            except ModelMissing:
                if not reduction.missing(step):
                    raise
            else:
                return step

    async def engine(self, step: Step) -> TextClient:
        """The model of `step`, in its worker."""
        if self.reduced(step):
            return await self._assistant.stand_in(step)
        return await self._assistant.text_engine(step.model)

    def reduced(self, step: Step) -> Cause:
        """Why `step` is not what was asked for; empty where it is."""
        reduction = self._assistant.reduction
        return reduction.cause if step == reduction.step else ""

    def failed(self, step: Step, *, memory: bool) -> bool:
        """`step` does not load, for want of `memory` or otherwise; whether `step()` gives another one now."""
        return self._assistant.reduction.failed(step, memory=memory)

    async def route_name(self) -> str:
        """The name that was asked for, where it chooses among models; else empty."""
        return (await self._assistant.resolve(self.model)).route

    async def resolve(self, name: str) -> ResolvedModel:
        """The chat model called `name`."""
        return await self._assistant.resolve(name)

    async def embed(self, texts: Sequence[str]) -> Embeddings:
        """One vector for each text, by the installed embedding model."""
        return await (await self._assistant.embedder()).embed(texts)

    async def read_attachment(self, sha256: str) -> bytes:
        """The content of a picture or a sound of this conversation.

        Raises:
            AttachmentMissing, StoreFailed: it is not on this machine, or damaged.
        """
        if (held := self._pictures.get(sha256)) is not None:
            return held
        return await (await self._assistant.store()).read(sha256)

    async def look(self, picture: Attachment) -> PictureFacts:
        """What is found out about a picture of this conversation."""
        return await self._assistant.pictures.look(picture, self.read_attachment)

    async def printed(self, picture: Attachment) -> str:
        """The text in a picture of this conversation; empty where nothing reads it."""
        return await self._assistant.pictures.printed(picture, self.read_attachment)

    async def classify(self, model: str, text: str, labels: tuple[str, ...]) -> Classified:
        """What the classifier `model` makes of a text."""
        return await (await self._assistant.classifier(model)).classify(text, labels)

    async def messages_before(self, message: str) -> list[StoredMessage]:
        """What comes before the question `message` (an id), oldest first."""
        path = await self._history.path(message)
        if not path or path[-1].message.role != "user":
            raise UsageError("only a question can be edited")
        return path[:-1]

    async def messages_to_answer(self) -> list[StoredMessage]:
        """The active branch up to its last question."""
        path = await self._history.path()
        while path and path[-1].message.role != "user":
            path.pop()
        if not path:
            raise UsageError("there is no question to answer")
        return path

    async def model_name(self, name: str) -> str:
        """What the model is called that answers for `name`, also where that is the default."""
        return (await self._assistant.resolve((await self.step(name)).model)).name

    async def append(
        self, message: Message, *, parent: str | None, turn: str, meta: MessageMeta = NO_META
    ) -> StoredMessage:
        """Keep `message` and the pictures in it."""
        new = {
            part.attachment.sha256: part.attachment.media_type
            for part in message.parts
            if self.recorded and isinstance(part, Image) and part.attachment.sha256 in self._pictures
        }
        for sha256, media_type in new.items():
            await (await self._assistant.store()).put(self._pictures[sha256], media_type)
        stored = await self._history.append(message, parent=parent, turn=turn, meta=meta)
        for sha256 in new:
            self._pictures.pop(sha256, None)
        return stored

    async def amend(self, message: str, meta: MessageMeta) -> None:
        """Say how `message` (an id) came about, in place of what was said of it before."""
        await self._history.amend(message, meta)


def _question(content: str | Sequence[Part]) -> Message:
    parts: tuple[Part, ...] = (Text(content),) if isinstance(content, str) else tuple(content)
    if not any(not isinstance(part, Text) or part.call or part.text.strip() for part in parts):
        raise UsageError("the question is empty")
    return Message("user", parts)
