"""Opening a model, within the memory that there is."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from ...errors import BadModelFile, ModelMissing, OutOfMemory
from ..cores import thread_count
from ..memory import MemoryNeed, available_memory
from ..onnx_files import CACHE_NUMBER, Description
from ..providers import CPU, NAMES, open_session, runtime_module
from .binding import Runner
from .buffers import HOST, DeviceMemory, HostMemory, KvBuffers, Maker, Memory
from .cells import LOGITS_BYTES, OnnxCells
from .graph import Graph, read_graph
from .joined import STEP, JoinedBlocks
from .memory import KvMemory
from .options import OnnxOptions
from .shared import SharedRows

SMALLEST_CONTEXT = 512
"""Tokens; a conversation with less is of no use, so that is where shrinking ends."""

RESTING_SEQUENCES = 4
"""Conversations that stay in the KV cache between their turns; each needs a row of its own in shared buffers."""

WEIGHTS_SHARE = 1.25
"""Of the files' size, what the session takes at most: ONNX Runtime packs matrices anew for its kernels. Resident memory
of SmolLM2-135M after its first answer, less the cache, was 1.1 times its files in INT8 and 1.2 times in FP32."""

KV_DEVICES = {"cuda": "cuda", "tensorrt": "cuda"}
"""By provider, the device that keys and values lie on, where that is not the machine's memory. DirectML's memory has no
addresses, and what computes for CoreML uses the machine's."""


class Plan(msgspec.Struct, frozen=True):
    """How a model is loaded here."""

    context: int
    wanted: int
    cells: int
    """For all conversations together, at most."""
    need: MemoryNeed


class Loaded(msgspec.Struct, frozen=True):
    session: Any
    runner: Runner
    graph: Graph
    plan: Plan
    provider: str
    refused: str
    """As in `Opened`."""


def weight_bytes(files: Mapping[str, str]) -> int:
    """Bytes of the graph and of the tensors that lie beside it."""
    model = Path(files["model"])
    beside = {path for path in model.parent.glob(f"{model.name}*") if path.is_file()}
    named = {Path(path) for role, path in files.items() if role == "model" or role.startswith("weights")}
    return sum(path.stat().st_size for path in beside | named)


def plan_load(weights: int, cell_bytes: int, trained: int, options: OnnxOptions, available: int) -> Plan:
    """Choose a context that fits into `available` bytes. `weights` are the bytes of the files, `trained` the longest
    context of the model.

    Raises:
        OutOfMemory: not even `SMALLEST_CONTEXT` tokens fit; says what is needed and what there is.
    """
    wanted = min(options.context, trained) if options.context else trained
    budget = available - options.memory_reserve_mb * 1_000_000

    def need(cells: int) -> MemoryNeed:
        return MemoryNeed(round(weights * WEIGHTS_SHARE), cells * cell_bytes, LOGITS_BYTES)

    context = wanted
    while need(context).total > budget and context > SMALLEST_CONTEXT:
        context = max(SMALLEST_CONTEXT, context // 2)
    if need(context).total > budget:
        raise OutOfMemory(
            f"the model needs {need(context).total / 1e9:.2f} GB of memory with a context of {context:,} tokens, and "
            f"{max(0, budget) / 1e9:.2f} GB of {available / 1e9:.2f} GB may be used"
        )
    most = options.max_cells or 4 * context
    while most > context and need(most).total > budget:
        most //= 2
    most = max(most, context)
    return Plan(context, wanted, most, need(most))


def load_model(files: Mapping[str, str], description: Description, options: OnnxOptions) -> Loaded:
    """Open the model.

    Raises:
        ModelMissing: there is no such file.
        BadModelFile: it is no causal language model that ONNX Runtime opens.
        OutOfMemory: it does not fit.
    """
    path = Path(files.get("model", ""))
    if not path.is_file():
        raise ModelMissing(f"there is no model file {path}")
    weights = weight_bytes(files)
    # Before it is opened, by what its files say of it.
    plan_load(weights, CACHE_NUMBER * description.cell_elements, description.context, options, available_memory())
    runtime = runtime_module()
    provider = options.provider if options.gpu_layers else "cpu"
    before = available_memory()
    opened = open_session(path, threads=thread_count(options.threads), provider=provider)
    if opened.refused:
        sys.stderr.write(f"computing on {opened.provider}: {opened.refused}\n")
    graph = read_graph(opened.session, runtime, path, width=description.head_width)
    if description.vocabulary and description.vocabulary != graph.vocabulary:
        raise BadModelFile(
            f"{path.name} gives {graph.vocabulary:,} logits, and its configuration says that it knows "
            f"{description.vocabulary:,} tokens: the files are of different models"
        )
    # A step of a joining graph reads the past from one buffer and writes it into another.
    cell_bytes = graph.cell_bytes * (2 if graph.layout == "joined" else 1)
    plan = plan_load(weights, cell_bytes, description.context, options, before)
    return Loaded(opened.session, Runner(opened.session, graph, runtime), graph, plan, opened.provider, opened.refused)


def make_cells(loaded: Loaded, options: OnnxOptions) -> tuple[OnnxCells, str]:
    """The KV cache of a loaded model, and the device that it lies on: the one that computes, if that has the memory."""
    name = KV_DEVICES.get(loaded.provider)
    if name is not None:
        try:
            # TensorRT would build an engine for each length.
            memory = DeviceMemory(name, runtime_module(), list(dict.fromkeys((NAMES[name], CPU))))
            return _cells(loaded, options, memory), name
        except OutOfMemory as error:
            sys.stderr.write(f"{error.message}; they lie in the machine's memory\n")
    return _cells(loaded, options, HostMemory()), HOST


def _cells(loaded: Loaded, options: OnnxOptions, memory: Memory) -> OnnxCells:
    plan, graph = loaded.plan, loaded.graph
    make: Maker = partial(KvBuffers, memory, graph)
    # One is for work of its own (`PrefixCache`).
    sequences = options.parallel + RESTING_SEQUENCES + 1
    kept: KvMemory
    if graph.layout == "shared":
        kept = SharedRows(
            loaded.runner,
            make,
            context=plan.context,
            cells=plan.cells,
            rows=sequences,
            length=options.first_rows,
            copied=memory.device == HOST and loaded.provider not in {"cpu", "coreml"},
        )
    else:
        # Blocks are made when there is something in them; whether there is room for one shows now.
        make(1, STEP)
        kept = JoinedBlocks(loaded.runner, make, context=plan.context, cells=plan.cells)
    return OnnxCells(kept, graph, batch=options.batch, sequences=sequences)
