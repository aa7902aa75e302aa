"""Loading a GGUF model, within the memory that there is."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec

from ...errors import BadModelFile, ModelMissing, OutOfMemory
from ..gguf import GgufHeader, read_header
from ..memory import MemoryNeed, available_memory, estimate
from ..projector import check_projector, projector_memory
from ..protocols import EngineSpec, ModelInfo
from .attention import choose_attention
from .native import C, NativeLog, llama_errors, refused, uses_gpu
from .options import LlamaOptions

SMALLEST_CONTEXT = 512
"""Tokens; a conversation with less is of no use, so that is where shrinking ends."""


class LoadPlan(msgspec.Struct, frozen=True):
    """How a model is loaded here."""

    context: int
    """Tokens of one conversation."""
    wanted: int
    cells: int
    """KV cells at the start."""
    max_cells: int
    """KV cells for all conversations together, at most."""
    need: MemoryNeed
    """With `max_cells`, or with `cells` where no more fits."""


def plan_load(header: GgufHeader, options: LlamaOptions, available: int, *, beside: int = 0) -> LoadPlan:
    """Choose a context that fits into `available` bytes, of which `beside` are for the model's other files.

    Raises:
        OutOfMemory: not even `SMALLEST_CONTEXT` tokens fit; says what is needed and what there is.
    """
    trained = header.context or SMALLEST_CONTEXT
    wanted = min(options.context, trained) if options.context else trained
    budget = available - options.memory_reserve_mb * 1_000_000

    def need(cells: int) -> MemoryNeed:
        attention = choose_attention(
            heads=_heads(header),
            cells=cells,
            batch=options.batch,
            kv_type=options.kv_type,
            gpu=uses_gpu(options),
            ubatch=options.ubatch,
            flash=options.flash_attention,
        )
        model = estimate(
            header,
            context=cells,
            sequences=options.parallel,
            kv_type=options.kv_type,
            batch=attention.chunk,
            flash_attention=attention.flash,
        )
        return msgspec.structs.replace(model, weights=model.weights + beside)

    context = wanted
    while need(context).total > budget and context > SMALLEST_CONTEXT:
        context = max(SMALLEST_CONTEXT, context // 2)
    smallest = need(context)
    if smallest.total > budget:
        raise OutOfMemory(
            f"{Path(header.path).name} needs {_gigabytes(smallest.total)} of memory with a context of "
            f"{context:,} tokens, and {_gigabytes(max(0, budget))} of {_gigabytes(available)} may be used"
        )
    most = options.max_cells or 4 * context
    while most > context and need(most).total > budget:
        most //= 2
    most = max(most, context)
    return LoadPlan(context, wanted, min(options.initial_cells, most), most, need(most))


def load_model(spec: EngineSpec, options: LlamaOptions, log: NativeLog) -> tuple[Any, ModelInfo, LoadPlan]:
    """The loaded model (`llama_model_p`) and what is known of it.

    Raises:
        ModelMissing: there is no such file.
        BadModelFile: it is not a model that llama.cpp can run, or its projector is another model's.
        OutOfMemory: it does not fit.
    """
    started = time.perf_counter()
    path = spec.files.get("model", "")
    if not Path(path).is_file():
        raise ModelMissing(f"there is no model file {path or spec.name}")
    header = read_header(path)
    if header.kind != "model":
        raise BadModelFile(f"{Path(path).name} is a {header.kind} and no model that can answer")
    beside = 0
    if projector_path := spec.files.get("projector"):
        if not Path(projector_path).is_file():
            raise ModelMissing(f"there is no projector file {projector_path}")
        projector = read_header(projector_path)
        check_projector(projector, header)
        beside = projector_memory(projector)
    plan = plan_load(header, options, available_memory(), beside=beside)
    params = C.llama_model_default_params()
    params.n_gpu_layers = options.gpu_layers if options.gpu_layers >= 0 else 999
    with llama_errors(path):
        C.llama_backend_init()
        model = C.llama_model_load_from_file(path.encode(), params)
    if not model:
        raise refused(Path(path).name, log)
    buffer = bytes(256)
    C.llama_model_desc(model, buffer, len(buffer))
    info = ModelInfo(
        description=buffer.split(b"\0", 1)[0].decode("utf-8", "replace"),
        context=plan.context,
        context_wanted=plan.wanted,
        weights_bytes=plan.need.weights,
        cache_bytes=plan.need.cache,
        load_ms=(time.perf_counter() - started) * 1e3,
        device="gpu" if uses_gpu(options) else "cpu",
        details={
            "parameters": str(C.llama_model_n_params(model)),
            "vocabulary": str(C.llama_vocab_n_tokens(C.llama_model_get_vocab(model))),
            "trained_context": str(header.context),
        },
    )
    return model, info, plan


def _heads(header: GgufHeader) -> int:
    """Attention heads of the widest layer."""
    heads = header.metadata.get(f"{header.architecture}.attention.head_count")
    if isinstance(heads, tuple):
        return max((head for head in heads if isinstance(head, int)), default=1)
    return heads if isinstance(heads, int) else 1


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.2f} GB"
