"""The llama.cpp engine: what a worker hosts to serve a GGUF model."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ...errors import BadInput, BadModelFile, EngineError, MynaError, UsageError
from ...messages import Image
from ..gguf import read_header
from ..protocols import Count, CountRequest, EmbedRequest, EngineSpec, Reply, TextRequest, TokenizeRequest, Tokens
from .embedding import EmbeddingContext
from .job import Job
from .kv import KvContext
from .looking import Looking
from .model import load_model
from .native import C, NativeLog
from .options import LlamaOptions
from .pictures import Pictures
from .prefix import Adapters, PrefixCache
from .prefix_states import PrefixStates
from .prefix_store import PrefixStore
from .prompt import Picture, Prompt, PromptBuilder, chat_template
from .scheduler import Scheduler
from .sight import Layout, Sight
from .vocabulary import Vocabulary

RESTING_SEQUENCES = 16
"""Conversations that stay in the KV cache between their turns, as far as its cells reach."""

MAX_ADAPTERS = 8
"""LoRA adapters kept loaded."""


class LlamaEngine:
    """Serves the operations `generate`, `count`, `tokenize`, `embed` and `clear` for one model."""

    def __init__(self, spec: EngineSpec) -> None:
        """Load the model; see `load_model` for what can go wrong."""
        started = time.perf_counter()
        try:
            self._options = msgspec.convert(spec.options, LlamaOptions)
        except msgspec.ValidationError as error:
            raise UsageError(f"the engine options are not valid: {error}") from error
        self._log = NativeLog()
        self._model, info, plan = load_model(spec, self._options, self._log)
        # Where no layer found room on a GPU, nothing else is to use one either.
        self._options = msgspec.structs.replace(self._options, gpu_layers=plan.offload.layers)
        self._vocabulary = Vocabulary(self._model)
        self._pictures: Pictures | None = None
        if projector := spec.files.get("projector"):
            sight = Sight(projector, self._model, self._vocabulary, self._options, self._log)
            self._pictures = Pictures(sight, self._options)
        self._kv = KvContext(
            self._model,
            self._options,
            cells=plan.cells,
            max_cells=plan.max_cells,
            sequences=self._options.parallel + RESTING_SEQUENCES + 1,
            whole_batches=self._pictures is not None and not self._pictures.causal,
        )
        self._cache = PrefixCache(
            self._kv,
            parked_bytes=self._options.parked_mb * 1_000_000,
            resting_cells=self._options.resting_cells,
            rewindable=not (C.llama_model_is_recurrent(self._model) or C.llama_model_is_hybrid(self._model)),
        )
        self._states = PrefixStates(self._kv, self._cache, self._prefix_store(spec))
        looking = Looking(self._kv, self._pictures, self._options)
        self._scheduler = Scheduler(
            self._kv,
            self._cache,
            self._states,
            self._options,
            adapters=self._load_adapters,
            looking=looking,
        )
        self._prompts = PromptBuilder(self._vocabulary, chat_template(self._model), context=plan.context)
        self._embedding: EmbeddingContext | None = None
        self._embeddings: deque[tuple[int, EmbedRequest, Reply]] = deque()
        self._adapters: dict[str, Any] = {}
        self.info = msgspec.structs.replace(info, load_ms=(time.perf_counter() - started) * 1e3)

    def _prefix_store(self, spec: EngineSpec) -> PrefixStore | None:
        if not spec.cache_dir or not self._options.prefix_cache_mb:
            return None
        path = Path(spec.files["model"])
        status = path.stat()
        version = C.llama_version()
        key = (
            spec.fingerprint or f"{path} {status.st_size} {status.st_mtime_ns}",
            self._options.kv_type,
            version.decode() if version else "",
        )
        folder = Path(spec.cache_dir) / "prefixes"
        return PrefixStore(folder, context_key=repr(key), limit_bytes=self._options.prefix_cache_mb * 1_000_000)

    # HostedEngine

    def submit(self, request: int, operation: str, body: msgspec.Raw, reply: Reply) -> None:
        """Raises `UsageError` for an unknown operation and `BadInput` for a body that does not fit it."""
        handlers: dict[str, Callable[[int, msgspec.Raw, Reply], None]] = {
            "generate": self._generate,
            "count": self._count,
            "tokenize": self._tokenize,
            "embed": self._embed,
            "clear": self._clear,
        }
        handler = handlers.get(operation)
        if handler is None:
            raise UsageError(f"the llama.cpp engine has no operation {operation!r}")
        try:
            handler(request, body, reply)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            raise BadInput(f"the request is not valid: {error}") from error

    def cancel(self, request: int) -> None:
        self._scheduler.cancel(request)
        self._embeddings = deque(item for item in self._embeddings if item[0] != request)

    def pause(self, request: int) -> None:
        self._scheduler.pause(request, paused=True)

    def resume(self, request: int) -> None:
        self._scheduler.pause(request, paused=False)

    def step(self) -> bool:
        if self._embeddings:
            _, body, reply = self._embeddings.popleft()
            try:
                if self._embedding is None:
                    self._embedding = EmbeddingContext(self._model, self._vocabulary, self._options)
                reply.item(self._embedding.embed(body))
                reply.done()
            except MynaError as error:
                reply.fail(error)
        return self._scheduler.step() or bool(self._embeddings)

    def close(self) -> None:
        """Ends what is under way and frees the model. May be called again."""
        if self._model is None:
            return
        self._scheduler.fail_all(EngineError("the engine was closed"))
        self._states.finish()
        if self._embedding is not None:
            self._embedding.close()
        if self._pictures is not None:
            self._pictures.close()
        self._kv.close()
        C.llama_model_free(self._model)
        self._model = None
        self._log.close()

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
            Job(number, request, prompt, reply, vocabulary=self._vocabulary, context=self.info.context)
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

    def _picture_of(self, images: dict[str, bytes], unseen: dict[str, None] | None = None) -> Picture | None:
        """What pictures with these contents become. Others are noted in `unseen` and become nothing."""
        if self._pictures is None:
            return None
        pictures = self._pictures

        def picture(image: Image) -> Layout:
            sha256 = image.attachment.sha256
            layout = pictures.layout(sha256, images.get(sha256))
            if layout is not None:
                return layout
            if unseen is None:
                raise BadInput("the content of a picture is missing from the request")
            unseen[sha256] = None
            return Layout(())

        return picture

    def _tokenize(self, _: int, body: msgspec.Raw, reply: Reply) -> None:
        request = msgspec.msgpack.decode(body, type=TokenizeRequest)
        reply.item(Tokens(tuple(self._vocabulary.tokenize(request.text, special=request.special))))
        reply.done()

    def _embed(self, number: int, body: msgspec.Raw, reply: Reply) -> None:
        self._embeddings.append((number, msgspec.msgpack.decode(body, type=EmbedRequest), reply))

    def _clear(self, _: int, __: msgspec.Raw, reply: Reply) -> None:
        """Forget all conversations at rest, for a machine that many people use."""
        self._cache.clear()
        if self._pictures is not None:
            self._pictures.forget()
        reply.done()

    def _load_adapters(self, wanted: Adapters) -> Sequence[tuple[Any, float]]:
        return [(self._adapter(path), scale) for path, scale in wanted]

    def _adapter(self, path: str) -> Any:
        known = self._adapters.get(path)
        if known is not None:
            return known
        header = read_header(path)
        if header.kind != "adapter":
            raise BadModelFile(f"{Path(path).name} is no LoRA adapter")
        if len(self._adapters) >= MAX_ADAPTERS:
            raise EngineError(f"more than {MAX_ADAPTERS} LoRA adapters at once")
        adapter = C.llama_adapter_lora_init(self._model, path.encode())
        if not adapter:
            raise BadModelFile(f"the LoRA adapter {Path(path).name} does not fit this model: {self._log.last_error()}")
        self._adapters[path] = adapter
        return adapter
