"""What a worker hosts to serve a model that writes text, whatever computes it."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ...errors import BadInput, EngineError, UsageError
from ..protocols import (
    Count,
    CountRequest,
    EngineSpec,
    ModelInfo,
    Reply,
    TextRequest,
    TokenizeRequest,
    Tokens,
)
from .cells import Cells
from .constraint import Constraint
from .guessing import DraftModel, Guesser
from .job import Job
from .likelihood import likelihood
from .options import TextOptions
from .prefix import Adapters, PrefixCache
from .prefix_states import PrefixStates
from .prefix_store import PrefixStore
from .prompt import Picture, Prompt, PromptBuilder
from .scheduler import Looking, Scheduler
from .vocabulary import Vocabulary

_Options = TypeVar("_Options", bound=TextOptions)
Handler = Callable[[int, msgspec.Raw, Reply], None]


def read_options(spec: EngineSpec, kind: type[_Options]) -> _Options:
    """The engine's settings.

    Raises:
        UsageError: one is unknown or has a wrong value.
    """
    try:
        return msgspec.convert(spec.options, kind)
    except msgspec.ValidationError as error:
        raise UsageError(f"the engine options are not valid: {error}") from error


def prefix_store(spec: EngineSpec, options: TextOptions, context_key: Sequence[str]) -> PrefixStore | None:
    """Where states of system prompts are kept, if they are. `context_key`: all but the model that a state hangs on."""
    if not spec.cache_dir or not options.prefix_cache_mb:
        return None
    path = Path(spec.files["model"])
    status = path.stat()
    key = (spec.fingerprint or f"{path} {status.st_size} {status.st_mtime_ns}", *context_key)
    folder = Path(spec.cache_dir) / "prefixes"
    return PrefixStore(folder, context_key=repr(key), limit_bytes=options.prefix_cache_mb * 1_000_000)


class HostedText(ABC):
    """Serves the operations `generate`, `count`, `tokenize` and `clear` for one model; a `PausableEngine`."""

    name: str
    """Of the engine, for people."""

    def __init__(
        self,
        *,
        info: ModelInfo,
        options: TextOptions,
        vocabulary: Vocabulary,
        cells: Cells,
        template: str,
        store: PrefixStore | None,
        rewindable: bool = True,
        looking: Looking | None = None,
        guesses: int = 0,
        draft: DraftModel | None = None,
    ) -> None:
        """`template` is the model's chat template, or empty; `rewindable` and `looking` as in `PrefixCache` and
        `Scheduler`. `guesses`: for so many tokens of a sequence behind the next one the cells give
        logits in one batch; `draft` makes some."""
        self.info = info
        self._options = options
        self._vocabulary = vocabulary
        self._kv = cells
        self._cache = PrefixCache(
            cells,
            parked_bytes=options.parked_mb * 1_000_000,
            resting_cells=options.resting_cells,
            rewindable=rewindable,
        )
        self._states = PrefixStates(cells, self._cache, store)
        self._scheduler = Scheduler(
            cells,
            self._cache,
            self._states,
            options,
            adapters=self._load_adapters,
            looking=looking,
            guesser=Guesser(guesses, draft) if guesses and rewindable and options.speculate else None,
        )
        self._prompts = PromptBuilder(vocabulary, template, context=info.context)

    # what an engine brings

    @abstractmethod
    def _constrain(self, request: TextRequest) -> Constraint | None:
        """What the answer must fit; see `Constrain`."""

    @abstractmethod
    def _load_adapters(self, wanted: Adapters) -> Sequence[tuple[Any, float]]:
        """LoRA adapters by path, loaded, with their scales."""

    def _picture_of(self, images: dict[str, bytes], unseen: dict[str, None] | None = None) -> Picture | None:
        """What pictures with these contents become; None for a model that cannot see. Others are noted in `unseen` and
        become nothing."""
        del images, unseen
        return None

    def _handlers(self) -> dict[str, Handler]:
        return {"generate": self._generate, "count": self._count, "tokenize": self._tokenize, "clear": self._clear}

    def perplexity(self, texts: Sequence[str]) -> float:
        """Of the model on `texts`, token by token. For measurements, while nobody asks anything."""
        self._cache.clear()
        rows = [self._vocabulary.tokenize(text, special=False, add_special=True) for text in texts]
        total, count = likelihood(self._kv, rows)
        return math.exp(-total / max(1, count))

    # HostedEngine

    def submit(self, request: int, operation: str, body: msgspec.Raw, reply: Reply) -> None:
        """Raises `UsageError` for an unknown operation and `BadInput` for a body that does not fit it."""
        handler = self._handlers().get(operation)
        if handler is None:
            raise UsageError(f"the {self.name} engine has no operation {operation!r}")
        try:
            handler(request, body, reply)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise BadInput(f"the request is not valid: {error}") from error

    def cancel(self, request: int) -> None:
        self._scheduler.cancel(request)

    def pause(self, request: int) -> None:
        self._scheduler.pause(request, paused=True)

    def resume(self, request: int) -> None:
        self._scheduler.pause(request, paused=False)

    def step(self) -> bool:
        return self._scheduler.step()

    def close(self) -> None:
        """Ends what is under way, and writes what is to be kept on disk."""
        self._scheduler.fail_all(EngineError("the engine was closed"))
        self._states.finish()

    # operations

    def _generate(self, number: int, body: msgspec.Raw, reply: Reply) -> None:
        request = msgspec.msgpack.decode(body, type=TextRequest)
        if request.sampling.temperature < 0:
            sampling = msgspec.structs.replace(request.sampling, temperature=self._options.temperature)
            request = msgspec.structs.replace(request, sampling=sampling)
        if sum(map(bool, (request.messages, request.prompt, request.tokens))) != 1:
            raise BadInput("give exactly one of messages, prompt and tokens")
        if request.messages:
            prompt = self._prompts.from_messages(
                request.messages,
                tools=request.tools,
                options=request.template_options,
                picture=self._picture_of(request.images),
            )
        elif request.prompt:
            prompt = self._prompts.from_text(request.prompt)
        else:
            prompt = Prompt(list(request.tokens))
        self._scheduler.submit(
            Job(
                number,
                request,
                prompt,
                reply,
                vocabulary=self._vocabulary,
                context=self.info.context,
                constrain=self._constrain,
            )
        )

    def _count(self, _: int, body: msgspec.Raw, reply: Reply) -> None:
        request = msgspec.msgpack.decode(body, type=CountRequest)
        unseen: dict[str, None] = {}
        prompt = self._prompts.from_messages(
            request.messages,
            tools=request.tools,
            options=request.template_options,
            picture=self._picture_of(request.images, unseen),
        )
        reply.item(Count(len(prompt.tokens), tuple(unseen)))
        reply.done()

    def _tokenize(self, _: int, body: msgspec.Raw, reply: Reply) -> None:
        request = msgspec.msgpack.decode(body, type=TokenizeRequest)
        reply.item(Tokens(tuple(self._vocabulary.tokenize(request.text, special=request.special))))
        reply.done()

    def _clear(self, _: int, __: msgspec.Raw, reply: Reply) -> None:
        """Forget all conversations at rest, for a machine that many people use."""
        self._cache.clear()
        reply.done()
