"""The one way in: an assistant on this machine, for the terminal, the desktop, the server and voice alike."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import uuid
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .audit.edits import Edits
from .audit.journal import Journal
from .audit.log import AuditLog
from .audit.places import Places
from .audit.records import Entry
from .config import Settings
from .conversation import Conversation
from .draft import AskOptions
from .engine.chosen import can_be_drafted, drafted, options_of
from .engine.clients import TextClient
from .engine.protocols import EngineInfo, EngineSpec, Sampling, Task
from .errors import BadModelFile, ExtraMissing, ModelMissing, MynaError
from .history import History, MemoryHistory, NewConversation, StoredHistory
from .hookspecs import ResolvedModel
from .host import PluginHost
from .paths import Paths
from .pictures import Pictures
from .pressure import Step
from .reduction import Reduction
from .store import ConversationStore
from .store.ids import IdClock
from .worker.handle import EngineHandle
from .worker.pool import WorkerPool
from .worker.status import WorkerEvent

if TYPE_CHECKING:
    from .engine.classify_clients import ClassifierClient
    from .engine.encode import EncoderClient, SoundForm
    from .engine.kept_embeddings import VectorCache
    from .engine.protocols import Embedder
    from .engine.sight_clients import MatcherClient, PictureReaderClient
    from .engine.speech_clients import SynthesizerClient, TranscriberClient

log = logging.getLogger(__name__)

DEFAULT_SYSTEM = "Be helpful and concise."
"""Short on purpose. The smallest models are led astray by a persona: SmolLM2-135M misses the capital of France
with the prompt of its own template, and finds it and does sums with this one."""


class Assistant:
    """Holds the plugins, the workers and the store. Open one, and close it."""

    def __init__(self, paths: Paths, settings: Settings, host: PluginHost) -> None:
        self.paths = paths
        self.settings = settings
        self.host = host
        journal = Journal(Places.find(paths, settings.audit), lasting=True)
        self.audit = AuditLog(
            journal,
            lambda: host.audit_policy(self.settings),
            retention_days=settings.audit.retention_days,
            edits=Edits(journal, paths),
        )
        self.pool = WorkerPool(settings.workers, log_dir=paths.logs, observe=self._record_worker)
        self.reduction = Reduction(settings)
        self._fingerprints: dict[str, str] = {}
        self._resolved: dict[tuple[str, Task], asyncio.Task[ResolvedModel]] = {}
        self._undrafted = ""
        """Why no smaller model writes ahead, as it was told last."""
        self.pictures = Pictures(self)
        self._vectors: VectorCache | None = None
        self._store: asyncio.Task[ConversationStore] | None = None
        self._background: set[asyncio.Task[None]] = set()
        self._ids = IdClock()

    @classmethod
    async def open(cls, paths: Paths, settings: Settings, *, host: PluginHost | None = None) -> Self:
        """Nothing is loaded yet; `host` is loaded from `settings` unless one is given."""
        return cls(paths, settings, host or PluginHost.load(settings.plugins))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def use_settings(self, settings: Settings) -> None:
        """What is asked from now on follows `settings`; models that are loaded stay as they are."""
        before = self.settings
        if (settings.pressure, settings.chat.model) != (before.pressure, before.chat.model) or (
            settings.remote.routes != before.remote.routes
        ):
            self._keep(self.reduction.looking)
            self.reduction = Reduction(settings)
        self.settings = settings
        self.forget_models()

    async def close(self) -> None:
        """End the workers and finish what is being written."""
        for task in self._background:
            task.cancel()
        await asyncio.gather(*self._background, return_exceptions=True)
        await self.reduction.close()
        await self.pool.close()
        await self.audit.close()
        if self._store is not None:
            store, self._store = self._store, None
            try:
                opened = await store
            except (asyncio.CancelledError, MynaError, OSError):
                # It does not open, which whoever asked for it is told; there is nothing to close.
                return
            await opened.close()

    # models

    async def resolve(self, name: str = "", task: Task = "chat") -> ResolvedModel:
        """The installed model called `name`, or the default for `task`.

        Raises:
            ModelMissing: it is not installed, or nobody knows it.
            BadModelFile: a file was given by path and is no model.
        """
        found = await self._found(name, task)
        draft = self.settings.engine.draft
        if not draft or not can_be_drafted(found):
            return found
        try:
            return drafted(found, await self._found(draft, "chat"))
        except (ModelMissing, BadModelFile) as error:
            # It would only make answers faster, so they are given without; `myna doctor` says so too.
            if error.message != self._undrafted:
                self._undrafted = error.message
                log.warning("answers are given without engine.draft: %s", error.message)
            return found

    async def _found(self, name: str, task: Task) -> ResolvedModel:
        key = (name, task)
        asked = self._resolved.get(key)
        if asked is None:
            # Whoever asks meanwhile waits for the same answer: files are checked once.
            asked = asyncio.create_task(asyncio.to_thread(self.host.resolve_model, name, task, self.settings))
            self._resolved[key] = asked
            asked.add_done_callback(lambda done: self._forget_failure(key, done))
        return await asyncio.shield(asked)

    def _forget_failure(self, key: tuple[str, Task], done: asyncio.Task[ResolvedModel]) -> None:
        """What could not be found may be there when it is asked for again."""
        if (done.cancelled() or done.exception() is not None) and self._resolved.get(key) is done:
            del self._resolved[key]

    def forget_models(self) -> None:
        """Look models up again; something was installed or removed."""
        self._resolved.clear()
        self.pictures.forget()

    async def text_engine(self, name: str = "") -> TextClient:
        """The chat model `name`, in its worker; loaded when it is first used."""
        return TextClient(await self.engine(name, "chat"))

    async def stand_in(self, step: Step) -> TextClient:
        """The chat model that answers on `step` of `self.reduction`; the models of other steps make room for it."""
        handle = await self._engine_of(step)
        for other in self.reduction.steps:
            # One that is not installed has nothing to give back.
            with contextlib.suppress(ModelMissing):
                if (loaded := await self._engine_of(other)) is not handle:
                    await self.pool.retire(loaded)
        return TextClient(handle)

    async def _engine_of(self, step: Step) -> EngineHandle:
        return self.pool.engine(self.engine_spec(await self.resolve(step.model), context=step.context))

    async def embedder(self, name: str = "") -> Embedder:
        """The embedding model `name`, in its worker; a text that it has seen is not computed again."""
        from .engine.kept_embeddings import KeptEmbedder, VectorCache

        handle = await self.engine(name, "embed")
        if self._vectors is None:
            self._vectors = VectorCache()
        return KeptEmbedder(TextClient(handle), self._vectors, handle.spec.key())

    async def transcriber(self, name: str = "") -> TranscriberClient:
        """The speech-to-text model `name`, in its worker."""
        from .engine.speech_clients import TranscriberClient

        return TranscriberClient(await self.engine(name, "transcribe"))

    async def synthesizer(self, name: str = "") -> SynthesizerClient:
        """The voice `name`, in its worker."""
        from .engine.speech_clients import SynthesizerClient

        return SynthesizerClient(await self.engine(name, "synthesize"))

    async def classifier(self, name: str) -> ClassifierClient:
        """The text classifier `name`, in its worker."""
        from .engine.classify_clients import ClassifierClient

        return ClassifierClient(await self.engine(name, "classify"))

    async def picture_reader(self) -> PictureReaderClient:
        """What finds facts in pictures, with the models for it that are installed, in one worker.

        Raises:
            ExtraMissing: no plugin offers it.
        """
        from .engine.sight_clients import PictureReaderClient

        if not any("look" in engine.tasks for engine in self.host.engines()):
            raise ExtraMissing("nothing here looks at pictures", hint="pip install 'myna[vision]'")
        return PictureReaderClient(await self.engine("", "look"))

    async def encoder(self, form: SoundForm) -> EncoderClient:
        """What makes one stream of sound small for sending, in its worker.

        Raises:
            ExtraMissing: no plugin offers it.
        """
        from .engine.encode import EncoderClient

        if not any("encode" in engine.tasks for engine in self.host.engines()):
            raise ExtraMissing("nothing here encodes sound", hint="pip install 'myna[speech]'")
        return EncoderClient(await self.engine("", "encode"), uuid.uuid4().hex, form)

    async def matcher(self, name: str = "") -> MatcherClient:
        """The model `name` that compares pictures and texts, in its worker."""
        from .engine.sight_clients import MatcherClient

        return MatcherClient(await self.engine(name, "match"))

    def preload(self, name: str = "") -> None:
        """Start loading the chat model `name` now, and do not wait. A failure shows when it is used."""

        async def load() -> None:
            (await self.engine(name, "chat")).preload()

        self.reduction.begin()
        self._in_background(load)

    def _in_background(self, work: Callable[[], Awaitable[object]]) -> None:
        async def run() -> None:
            # The same error comes again to whoever needs the result, with the question in hand.
            with contextlib.suppress(MynaError):
                await work()

        self._keep(asyncio.create_task(run()))

    def _keep(self, task: asyncio.Task[None] | None) -> None:
        """Until it is done: the loop itself does not hold it."""
        if task is not None and not task.done():
            self._background.add(task)
            task.add_done_callback(self._background.discard)

    async def engine(self, name: str, task: Task) -> EngineHandle:
        """The model `name` (empty: the default for `task`), in its worker; nothing is loaded yet.

        Raises:
            ModelMissing: it is not installed, or nobody knows it.
            ExtraMissing: no engine opens its format.
        """
        model = await self.resolve(name, task)
        return self.pool.engine(self.engine_spec(model))

    def engine_spec(self, model: ResolvedModel, *, context: int = 0) -> EngineSpec:
        """How `model` is loaded here, with `context` tokens for a conversation (0: as the settings and the model say).

        Raises:
            ExtraMissing: no engine opens its format.
        """
        engine = self._engine_for(model)
        self._fingerprints[model.name] = model.sha256
        options = options_of(model, self.settings)
        if context:
            options["context"] = context
        return EngineSpec(
            name=model.name,
            factory=engine.factory,
            extra=engine.extra,
            files=model.files,
            options=options,
            fingerprint=model.sha256,
            cache_dir=str(self.paths.cache),
        )

    def _record_worker(self, event: WorkerEvent) -> None:
        """A model was loaded or unloaded, or failed."""
        data = {"event": event.kind, "model": event.name, "worker": event.pid or 0}
        if sha256 := self._fingerprints.get(event.name):
            data["sha256"] = sha256
        if event.error is not None:
            data["error"] = event.error.code
        if event.kind != "starting":
            self.audit.soon([Entry("model", data)])

    def _engine_for(self, model: ResolvedModel) -> EngineInfo:
        for engine in self.host.engines():
            if model.task in engine.tasks and model.format in engine.formats:
                return engine
        raise ExtraMissing(f"no engine opens {model.format} files for the task {model.task}", hint="myna plugins list")

    # conversations

    async def close_store(self) -> None:
        """Close the database, and let go of all that was read of it; whoever needs it next opens it anew.

        Raises `StoreFailed`.
        """
        if self._store is not None:
            store, self._store = self._store, None
            await (await store).close()

    async def store(self) -> ConversationStore:
        """The conversations that were kept; opened when first asked for.

        Raises:
            StoreFailed, DiskFull: it cannot be opened.
        """
        if self._store is None:
            url = self.settings.store.url or self.paths.database
            opening = ConversationStore.open(
                url, attachments=self.paths.data / "attachments", deleting=self._forget_conversation
            )
            self._store = asyncio.create_task(opening)
        try:
            return await asyncio.shield(self._store)
        except (MynaError, OSError):
            self._store = None
            raise

    def _forget_conversation(self, conversation: str) -> None:
        """Its texts must not survive in the audit log, whether that is switched on now or was once."""
        self.audit.journal.forget(conversation, "conversation deleted")

    async def conversation(
        self,
        conversation: str | None = None,
        *,
        model: str = "",
        system: str | None = None,
        record: bool | None = None,
        client: str = "",
    ) -> Conversation:
        """A new conversation, or the stored one with this id (or a beginning of it).

        `system` None means the configured system prompt; `record` None, as configured. `client` is who asks, where
        that is a program on behalf of somebody else.

        Raises:
            ConversationMissing: there is none with this id.
        """
        if conversation is not None:
            store = await self.store()
            known = await store.get(conversation)
            return self._conversation(
                StoredHistory(self.store, known.id),
                model or known.model,
                known.system if system is None else system,
                client,
            )
        chosen = system if system is not None else self.settings.chat.system or DEFAULT_SYSTEM
        model = model or self.settings.chat.model
        if not (self.settings.chat.record if record is None else record):
            return self._conversation(MemoryHistory(), model, chosen, client)
        # The database opens while the model loads.
        self._in_background(self.store)
        history = StoredHistory(self.store, self._ids.next(), new=NewConversation(model, chosen))
        return self._conversation(history, model, chosen, client)

    def _conversation(self, history: History, model: str, system: str, client: str) -> Conversation:
        recorded = not isinstance(history, MemoryHistory)
        return Conversation(self, history, model=model, system=system, recorded=recorded, client=client)

    def default_options(self) -> AskOptions:
        """What a turn uses when whoever asks chooses nothing."""
        return AskOptions(sampling=Sampling(temperature=self.settings.chat.temperature))
