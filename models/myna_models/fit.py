"""Will a model run here, and how fast about: from its header or manifest, the memory and a measurement.

Decoding one token reads all weights that it uses once, so it takes bytes / bandwidth, and a little for
every layer. Prefill multiplies: 2 operations for each parameter and token. Both are estimates, good for
choosing between models; `myna bench` measures.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from myna.engine.gguf import GgufHeader, read_header
from myna.engine.memory import cache_bytes_per_token, estimate
from myna.engine.onnx_files import CACHE_NUMBER, describe
from myna.engine.projector import projector_memory

from .beside import projector_of
from .installed import Installed, Store
from .machine import Machine
from .manifest import Manifest

FitVerdict = Literal["runs well", "slow", "too large"]

MIN_CONTEXT = 2048
"""Tokens without which a chat is of no use: a system prompt, some history and an answer."""
READING_TPS = 6.0
"""Slower than this one waits for words: 238 words a minute (Brysbaert 2019) are about 5.3 tokens a second."""
BANDWIDTH_SHARE = 0.7
"""Of the measured bandwidth, what llama.cpp reaches while decoding; SmolLM2-135M at about 110 tokens/s on 2 cores."""
LAYER_S = 8e-5
"""For every layer and token beside the reading: starting threads and waiting for the last one."""
BITS = {
    "F32": 32.0, "FLOAT32": 32.0, "F16": 16.0, "BF16": 16.0, "FLOAT16": 16.0, "INT8": 8.5, "Q8_0": 8.5, "Q6_K": 6.6,
    "Q5_K_M": 5.7, "INT4": 5.0, "Q4_K_M": 4.9, "Q4_1": 5.9, "Q4_0": 4.6, "IQ4_XS": 4.3, "Q3_K_M": 3.9, "Q2_K": 3.2,
}  # fmt: skip
"""Bits of a weight on average over a whole file, by the name of the quantization: file size over parameters of
llama.cpp's own table, and more for Q4_1, whose only file in the catalog keeps its embedding in Q8_0. INT4 is of ONNX
files: 4 bits, and a float for each block of 32."""
_GUESSED_VOCABULARY = 150_000
_GUESSED_LAYERS = 32


class Demand(msgspec.Struct, frozen=True):
    """What a model asks of a machine."""

    weights: int
    """Bytes."""
    read_per_token: int
    """Bytes of weights that one token uses."""
    parameters_per_token: int
    layers: int
    cache_per_token: int
    """Bytes."""
    compute: int
    """Bytes of scratch space."""
    trained_context: int
    """Tokens; 0 when unknown."""
    basis: Literal["file", "manifest"]


class Fit(msgspec.Struct, frozen=True):
    model: str
    verdict: FitVerdict
    memory_needed: int
    """Bytes with `context` tokens."""
    memory_free: int
    context: int
    """Tokens that were counted with."""
    longest_context: int
    """Tokens that fit at most; 0 when not even the weights do, or when the model has no context."""
    decode_tps: float
    """Tokens a second, about; 0 for models that do not write text."""
    prefill_tps: float
    basis: Literal["file", "manifest"]


def of_header(header: GgufHeader, extra: int = 0) -> Demand:
    """The demand of a GGUF file; `extra` bytes are other files of the model, such as a projector."""
    arch = header.architecture
    need = estimate(header, context=MIN_CONTEXT)
    experts = header.integer(f"{arch}.expert_count")
    share = header.integer(f"{arch}.expert_used_count") / experts if experts else 1.0
    tied = not any(tensor.name == "output.weight" for tensor in header.tensors)
    read = parameters = 0.0
    for tensor in header.tensors:
        # An embedding is looked up, not read through, unless it is the output matrix as well.
        if tensor.name == "token_embd.weight" and not tied:
            continue
        part = share if "_exps" in tensor.name else 1.0
        elements = 1
        for length in tensor.shape:
            elements *= length
        read += tensor.size * part
        parameters += elements * part
    return Demand(
        weights=need.weights + extra,
        read_per_token=round(read),
        parameters_per_token=round(parameters),
        layers=header.integer(f"{arch}.block_count"),
        cache_per_token=cache_bytes_per_token(header),
        compute=need.compute,
        trained_context=header.context,
        basis="file",
    )


def of_manifest(manifest: Manifest) -> Demand:
    """The demand of a model that is not here, from what its manifest says."""
    bits = BITS.get(manifest.quantization.upper(), 16.0)
    guessed = round(manifest.parameters * bits / 8)
    weights = sum(file.size or (guessed if file.role == "model" else 0) for file in manifest.files)
    # Of an imported model nobody may have said how many it has.
    active = manifest.active_parameters or manifest.parameters or round(weights * 8 / bits)
    share = active / manifest.parameters if manifest.parameters else 1.0
    chat = manifest.task == "chat"
    return Demand(
        weights=weights,
        read_per_token=round(weights * share),
        parameters_per_token=active,
        layers=_GUESSED_LAYERS,
        cache_per_token=manifest.cache_bytes_per_token,
        compute=512 * 4 * _GUESSED_VOCABULARY if chat else weights // 2,
        trained_context=manifest.context,
        basis="manifest",
    )


def of_installed(model: Installed, store: Store) -> Demand | None:
    """The demand of an installed GGUF model, or of a text model in ONNX; None for others."""
    main = model.file("model")
    if model.format == ".onnx" and model.task == "chat":
        return _of_onnx(model, store)
    if model.format != ".gguf" or main is None:
        return None
    beside = model.size - main.size
    if (projector := model.file("projector")) is not None:
        beside += projector_memory(read_header(store.path(model.id, projector))) - projector.size
    return of_header(read_header(store.path(model.id, main)), beside)


def _of_onnx(model: Installed, store: Store) -> Demand:
    """What the files say that stand beside the graph, which itself is not opened."""
    said = describe({file.role: str(store.path(model.id, file)) for file in model.files}, model.id)
    weights = sum(file.size for file in model.files if file.role.partition("-")[0] in {"model", "weights"})
    bits = BITS.get(model.quantization.upper(), 16.0)
    return Demand(
        weights=weights,
        read_per_token=weights,
        parameters_per_token=model.parameters or round(weights * 8 / bits),
        layers=_GUESSED_LAYERS,
        cache_per_token=CACHE_NUMBER * said.cell_elements,
        compute=512 * 4 * (said.vocabulary or _GUESSED_VOCABULARY),
        trained_context=said.context,
        basis="file",
    )


def of_path(path: Path) -> Demand:
    """The demand of a GGUF file, and of the picture encoder beside it.

    Raises:
        BadModelFile: it cannot be used.
    """
    projector = projector_of(path)
    return of_header(read_header(path), projector_memory(read_header(projector)) if projector else 0)


def judge(name: str, demand: Demand, machine: Machine, context: int, *, writes: bool = True) -> Fit:
    """Compare a demand with a machine. `context` 0 means what the model was trained for.

    `writes`: the model generates text, so that its speed and context count.
    """
    wanted = min(context, demand.trained_context) if context and demand.trained_context else context
    wanted = wanted or demand.trained_context or MIN_CONTEXT
    left = machine.memory - demand.weights - demand.compute
    longest = 0
    if left > 0 and writes:
        longest = left // demand.cache_per_token if demand.cache_per_token else wanted
        longest = min(longest, demand.trained_context or longest)
    used = min(wanted, max(longest, MIN_CONTEXT)) if writes else 0
    needed = demand.weights + demand.compute + used * demand.cache_per_token
    decode = prefill = 0.0
    if writes:
        reading = demand.read_per_token / (machine.speed.bandwidth * BANDWIDTH_SHARE)
        decode = 1 / (reading + demand.layers * LAYER_S)
        prefill = machine.speed.compute / (2 * max(1, demand.parameters_per_token))
    verdict: FitVerdict = "runs well"
    if needed > machine.memory:
        verdict = "too large"
    elif writes and decode < READING_TPS:
        verdict = "slow"
    return Fit(
        model=name,
        verdict=verdict,
        memory_needed=needed,
        memory_free=machine.memory,
        context=used,
        longest_context=longest,
        decode_tps=round(decode, 1),
        prefill_tps=round(prefill, 1),
        basis=demand.basis,
    )
