"""Loading a GGUF model, within the memory that there is."""

from __future__ import annotations

import ctypes
import logging
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from ...errors import BadModelFile, ExtraMissing, ModelMissing, OutOfMemory
from ..bindings import C
from ..gguf import GgufHeader, read_header
from ..memory import MemoryNeed, available_memory, estimate
from ..projector import check_projector, projector_memory
from ..protocols import EngineSpec, ModelInfo
from .attention import choose_attention
from .devices import Device, devices, graphics
from .native import NativeLog, llama_errors, refused, uses_gpu
from .offload import Offload, plan_offload
from .options import LlamaOptions

native_log = logging.getLogger(__name__)

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
    offload: Offload = Offload()
    """What of it is not the machine's own memory."""
    beside: int = 0
    """Bytes that are left to another model, of those that were asked for."""


def plan_load(
    header: GgufHeader, options: LlamaOptions, available: int, *, beside: int = 0, gpus: Sequence[Device] = ()
) -> LoadPlan:
    """Choose a context that fits into `available` bytes, of which `beside` are for the model's other files, and into
    what `gpus` have.

    Raises:
        OutOfMemory: not even `SMALLEST_CONTEXT` tokens fit; says what is needed and what there is.
    """
    trained = header.context or SMALLEST_CONTEXT
    wanted = min(options.context, trained) if options.context else trained
    budget = available - options.memory_reserve_mb * 1_000_000

    def offload(cells: int) -> Offload:
        of = need(cells)
        return plan_offload(header, gpus, cache=of.cache, compute=of.compute + beside, wanted=options.gpu_layers)

    def of_machine(cells: int) -> int:
        return need(cells).total - offload(cells).size

    def need(cells: int) -> MemoryNeed:
        attention = choose_attention(
            heads=_heads(header),
            cells=cells,
            batch=options.batch,
            kv_type=options.kv_type,
            gpu=bool(gpus),
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
    while of_machine(context) > budget and context > SMALLEST_CONTEXT:
        context = max(SMALLEST_CONTEXT, context // 2)
    smallest = of_machine(context)
    if smallest > budget:
        raise OutOfMemory(
            f"{Path(header.path).name} needs {_gigabytes(smallest)} of memory with a context of "
            f"{context:,} tokens, and {_gigabytes(max(0, budget))} of {_gigabytes(available)} may be used"
        )
    most = options.max_cells or 4 * context
    while most > context and (of_machine(most) > budget or offload(most).layers < offload(context).layers):
        most //= 2
    most = max(most, context)
    if gpus and not offload(most).layers:
        # The processor computes all, and attends in its own way, which takes other buffers.
        return plan_load(header, options, available, beside=beside)
    return LoadPlan(context, wanted, min(options.initial_cells, most), most, need(most), offload(most))


def plan_beside(
    header: GgufHeader,
    options: LlamaOptions,
    available: int,
    other: int,
    *,
    beside: int = 0,
    gpus: Sequence[Device] = (),
) -> LoadPlan:
    """As `plan_load`, with `other` bytes left to another model where that costs this one neither context nor layers on
    a GPU."""
    alone = plan_load(header, options, available, beside=beside, gpus=gpus)
    if not other:
        return alone
    try:
        both = plan_load(header, options, available, beside=beside + other, gpus=gpus)
    except OutOfMemory:
        return alone
    if both.context < alone.context or both.offload.layers < alone.offload.layers:
        return alone
    return msgspec.structs.replace(both, beside=other)


def load_model(
    spec: EngineSpec, options: LlamaOptions, log: NativeLog, *, other: int = 0
) -> tuple[Any, ModelInfo, LoadPlan]:
    """The loaded model (`llama_model_p`) and what is known of it. `other` as in `plan_beside`.

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
    with llama_errors(path):
        gpus = _gpus(options)
        plan = plan_beside(header, options, available_memory(), other, beside=beside, gpus=gpus)
        model = open_model(path, plan.offload)
        if not model and plan.offload.layers:
            native_log.warning("%s is not loaded on the GPU (%s): the processor computes", path, log.last_error())
            plan = plan_beside(header, options, available_memory(), other, beside=beside)
            model = open_model(path, plan.offload)
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
        device="gpu" if plan.offload.layers else "cpu",
        details={
            "parameters": str(C.llama_model_n_params(model)),
            "vocabulary": str(C.llama_vocab_n_tokens(C.llama_model_get_vocab(model))),
            "trained_context": str(header.context),
            **({"offload": plan.offload.words()} if gpus else {}),
        },
    )
    return model, info, plan


def _gpus(options: LlamaOptions) -> list[Device]:
    """Those that layers may go to; none where they cannot be told."""
    if not uses_gpu(options):
        return []
    try:
        return graphics(devices())
    except ExtraMissing as error:
        native_log.warning("the GPUs cannot be told, so the processor computes: %s", error.message)
        return []


def open_model(path: str, offload: Offload) -> Any:
    """The model (`llama_model_p`); null where llama.cpp does not load it."""
    params = C.llama_model_default_params()
    params.n_gpu_layers = offload.layers
    used = [(one, count) for one, count in zip(offload.devices, offload.split, strict=True) if count]
    # Both are read while the model is loaded, the first up to its null.
    chosen = (ctypes.c_void_p * (len(used) + 1))(*[one.handle for one, _ in used])
    split = (ctypes.c_float * C.llama_max_devices())(*[count for _, count in used])
    if used:
        params.devices = ctypes.addressof(chosen)
        params.tensor_split = ctypes.cast(split, ctypes.POINTER(ctypes.c_float))
    return C.llama_model_load_from_file(path.encode(), params)


def chat_template(model: Any) -> str:
    """The template in the model file; empty when it has none."""
    template = C.llama_model_chat_template(model, None)
    return template.decode("utf-8", "replace") if template else ""


def _heads(header: GgufHeader) -> int:
    """Attention heads of the widest layer."""
    heads = header.metadata.get(f"{header.architecture}.attention.head_count")
    if isinstance(heads, tuple):
        return max((head for head in heads if isinstance(head, int)), default=1)
    return heads if isinstance(heads, int) else 1


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.2f} GB"
