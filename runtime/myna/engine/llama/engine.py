"""The llama.cpp engine: what a worker hosts to serve a GGUF model."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ...errors import BadInput, BadModelFile, EngineError, MynaError
from ...messages import Image
from ..bindings import C
from ..gguf import read_header
from ..protocols import EmbedRequest, EngineSpec, Reply, TextRequest
from ..text.constraint import Constraint
from ..text.gbnf import schema_to_gbnf
from ..text.grammar_limits import check_gbnf
from ..text.hosted import Handler, HostedText, prefix_store, read_options
from ..text.prefix import Adapters
from ..text.prompt import Picture
from ..text.sight import Layout
from ..text.speculation import LONGEST_GUESS
from .draft import open_draft, plan_draft
from .embedding import EmbeddingContext
from .grammar import Grammar
from .kv import KvContext
from .looking import Looking
from .model import chat_template, load_model
from .native import NativeLog
from .options import LlamaOptions
from .pictures import Pictures
from .sight import Sight
from .vocabulary import Vocabulary

RESTING_SEQUENCES = 16
"""Conversations that stay in the KV cache between their turns, as far as its cells reach."""

MAX_ADAPTERS = 8
"""LoRA adapters kept loaded."""


class LlamaEngine(HostedText):
    """Serves `embed` too, pictures where there is a projector, and LoRA adapters."""

    name = "llama.cpp"

    def __init__(self, spec: EngineSpec) -> None:
        """Load the model; see `load_model` for what can go wrong."""
        started = time.perf_counter()
        options = read_options(spec, LlamaOptions)
        self._log = NativeLog()
        draft = plan_draft(spec, options)
        self._model, info, plan = load_model(spec, options, self._log, other=draft.memory)
        # Where no layer found room on a GPU, nothing else is to use one either.
        options = self._llama_options = msgspec.structs.replace(options, gpu_layers=plan.offload.layers)
        self._words = Vocabulary(self._model)
        self._pictures: Pictures | None = None
        if projector := spec.files.get("projector"):
            sight = Sight(projector, self._model, self._words, options, self._log)
            self._pictures = Pictures(sight, options)
        self._context = KvContext(
            self._model,
            options,
            cells=plan.cells,
            max_cells=plan.max_cells,
            sequences=options.parallel + RESTING_SEQUENCES + 1,
            whole_batches=self._pictures is not None and not self._pictures.causal,
        )
        self._draft, told = open_draft(draft, self._words.pointer, options, plan, self._log)
        info.details.update(told)
        version = C.llama_version()
        super().__init__(
            info=info,
            options=options,
            vocabulary=self._words,
            cells=self._context,
            template=chat_template(self._model),
            store=prefix_store(spec, options, (options.kv_type, version.decode() if version else "")),
            rewindable=not (C.llama_model_is_recurrent(self._model) or C.llama_model_is_hybrid(self._model)),
            guesses=LONGEST_GUESS,
            draft=self._draft,
            looking=Looking(self._context, self._pictures, options),
        )
        self._embedding: EmbeddingContext | None = None
        self._embeddings: deque[tuple[int, EmbedRequest, Reply]] = deque()
        self._adapters: dict[str, Any] = {}
        self.info = msgspec.structs.replace(info, load_ms=(time.perf_counter() - started) * 1e3)

    # HostedEngine

    def cancel(self, request: int) -> None:
        super().cancel(request)
        self._embeddings = deque(item for item in self._embeddings if item[0] != request)

    def step(self) -> bool:
        if self._embeddings:
            _, body, reply = self._embeddings.popleft()
            try:
                if self._embedding is None:
                    self._embedding = EmbeddingContext(self._model, self._words, self._llama_options)
                reply.item(self._embedding.embed(body))
                reply.done()
            except MynaError as error:
                reply.fail(error)
        return super().step() or bool(self._embeddings)

    def close(self) -> None:
        """Ends what is under way and frees the model. May be called again."""
        if self._model is None:
            return
        super().close()
        if self._embedding is not None:
            self._embedding.close()
        if self._pictures is not None:
            self._pictures.close()
        if self._draft is not None:
            self._draft.close()
        self._context.close()
        C.llama_model_free(self._model)
        self._model = None
        self._log.close()

    # operations

    def _handlers(self) -> dict[str, Handler]:
        return {**super()._handlers(), "embed": self._embed}

    def _embed(self, number: int, body: msgspec.Raw, reply: Reply) -> None:
        self._embeddings.append((number, msgspec.msgpack.decode(body, type=EmbedRequest), reply))

    def _clear(self, number: int, body: msgspec.Raw, reply: Reply) -> None:
        if self._pictures is not None:
            self._pictures.forget()
        super()._clear(number, body, reply)

    def _constrain(self, request: TextRequest) -> Constraint | None:
        grammar = check_gbnf(schema_to_gbnf(request.schema) if request.schema else request.grammar)
        return Grammar(self._words, grammar) if grammar else None

    def _picture_of(self, images: dict[str, bytes], unseen: dict[str, None] | None = None) -> Picture | None:
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
