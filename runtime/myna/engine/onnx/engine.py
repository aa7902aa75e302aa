"""The engine for causal language models in ONNX files: what a worker hosts to serve one."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ...errors import BadInput
from ..onnx_files import describe
from ..protocols import EngineSpec, ModelInfo, TextRequest
from ..providers import runtime_module
from ..text.constraint import Constraint
from ..text.hosted import HostedText, prefix_store, read_options
from ..text.prefix import Adapters
from ..text.speculation import LONGEST_GUESS
from .guidance import Guide
from .load import load_model, make_cells
from .options import OnnxOptions
from .vocabulary import TokenizerVocabulary


class OnnxTextEngine(HostedText):
    """Serves `generate`, `count`, `tokenize` and `clear`; see `HostedText`."""

    name = "ONNX text"

    def __init__(self, spec: EngineSpec) -> None:
        """Load the model; see `describe`, `load_model` and `TokenizerVocabulary` for what can go wrong."""
        started = time.perf_counter()
        options = read_options(spec, OnnxOptions)
        description = describe(spec.files, spec.name)
        loaded = load_model(spec.files, description, options)
        self._words = TokenizerVocabulary(
            description.tokenizer,
            size=loaded.graph.vocabulary,
            ends=description.ends,
            bos=description.bos,
            eos=description.eos,
            add_bos=description.add_bos,
        )
        self._cells, kv_device = make_cells(loaded, options)
        self._runner = loaded.runner
        self._guide: Guide | None = None
        plan, graph = loaded.plan, loaded.graph
        details = {
            "provider": loaded.provider,
            "layout": graph.layout,
            "kv_device": kv_device,
            "vocabulary": str(graph.vocabulary),
            "trained_context": str(description.context),
        }
        if loaded.refused:
            details["fallback"] = loaded.refused
        info = ModelInfo(
            description=f"{description.kind or Path(spec.files['model']).stem} ONNX",
            context=plan.context,
            context_wanted=plan.wanted,
            weights_bytes=plan.need.weights,
            cache_bytes=plan.need.cache,
            device="cpu" if loaded.provider == "cpu" else "gpu",
            details=details,
        )
        version = str(runtime_module().__version__)
        super().__init__(
            info=info,
            options=options,
            vocabulary=self._words,
            cells=self._cells,
            template=description.template,
            store=prefix_store(spec, options, ("onnx", graph.kv_type.name, version)),
            guesses=graph.logits_of(1 + LONGEST_GUESS) - 1,
        )
        self.info = msgspec.structs.replace(info, load_ms=(time.perf_counter() - started) * 1e3)

    def close(self) -> None:
        """Ends what is under way and frees the model. May be called again."""
        super().close()
        self._cells.close()
        self._runner.close()

    def _constrain(self, request: TextRequest) -> Constraint | None:
        if not request.schema and not request.grammar:
            return None
        if self._guide is None:
            self._guide = Guide(self._words)
        return self._guide.schema(request.schema) if request.schema else self._guide.gbnf(request.grammar)

    def _load_adapters(self, wanted: Adapters) -> Sequence[tuple[Any, float]]:
        if wanted:
            raise BadInput("LoRA adapters can be used with GGUF models alone")
        return []
