"""How much memory a GGUF model needs, estimated from its header, and how much there is.

The formulas follow llama.cpp's allocation. Measured on llama.cpp of 2026 with SmolLM2-135M (Q4_1), context
2,048 and 8,192, batches 128 and 512, with and without flash attention: weights and cache agree to the
byte, and the compute buffer is never under-estimated and at most 27 % over.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from .gguf import TENSOR_TYPES, GgufHeader

CACHE_TYPES = {
    name.lower(): size / block for name, block, size in TENSOR_TYPES.values() if name in ("F32", "F16", "Q8_0", "Q4_0")
}
"""Bytes of one element of the KV cache."""
_WINDOW_PERIOD = {"gemma2": 2, "gemma3": 6, "gemma3n": 5, "cohere2": 4, "gpt-oss": 2, "llama4": 4, "exaone4": 4}
"""Every n-th layer sees the whole context and the others a sliding window (llama.cpp's defaults)."""
_CACHE_PAD = 256
"""llama.cpp rounds the cells of a cache up to this."""


class MemoryNeed(msgspec.Struct, frozen=True):
    """Bytes."""

    weights: int
    cache: int
    """KV cache, and the state of recurrent layers."""
    compute: int
    """Scratch space of one batch, and the logits."""

    @property
    def total(self) -> int:
        return self.weights + self.cache + self.compute


def estimate(
    header: GgufHeader,
    *,
    context: int,
    sequences: int = 1,
    kv_type: str = "f16",
    batch: int = 512,
    flash_attention: bool = True,
    full_window: bool = True,
) -> MemoryNeed:
    """What loading the model of `header` takes.

    `context` counts the cells of the cache in all, which `sequences` share; `batch` is the number of
    tokens computed at once (n_ubatch). `full_window` keeps all cells for sliding-window layers too,
    which prefix reuse needs.

    Raises:
        BadModelFile: a part of a split model is not there.
    """
    weights = header.tensor_bytes
    weights += sum(part.stat().st_size for part in header.shards() if part != Path(header.path))
    return MemoryNeed(
        weights=weights,
        cache=_attention_cache(header, context, sequences, kv_type, batch=batch, full_window=full_window)
        + _recurrent(header, sequences),
        compute=_compute(header, context, sequences, batch, flash_attention),
    )


def cache_bytes_per_token(header: GgufHeader, kv_type: str = "f16") -> int:
    """Bytes of KV cache that each cell adds when all layers keep the whole context."""
    size = CACHE_TYPES[kv_type]
    return round(sum(cells * size for cells, _ in _layers(header)))


def _layers(header: GgufHeader) -> list[tuple[int, bool]]:
    """For each layer: elements of K and V for a cell, and whether it only sees a sliding window."""
    arch = header.architecture
    layers = header.integer(f"{arch}.block_count")
    heads = _per_layer(header, f"{arch}.attention.head_count", layers, 0)
    kv_heads = _per_layer(header, f"{arch}.attention.head_count_kv", layers, None)
    embedding = header.integer(f"{arch}.embedding_length")
    period = _WINDOW_PERIOD.get(arch, 1) if header.integer(f"{arch}.attention.sliding_window") else 1
    flags = header.metadata.get(f"{arch}.attention.sliding_window_pattern")
    if isinstance(flags, int) and not isinstance(flags, bool) and flags > 0:
        period = flags
    latent = header.integer(f"{arch}.attention.key_length_mla") > 0
    rows = []
    for layer in range(layers):
        of_layer = kv_heads[layer] if kv_heads else heads[layer]
        head = embedding // heads[layer] if heads[layer] else 0
        key = header.integer(f"{arch}.attention.key_length", head)
        # With multi-head latent attention V is a view of K, and llama.cpp keeps one of them.
        value = 0 if latent else header.integer(f"{arch}.attention.value_length", head)
        if isinstance(flags, tuple):
            windowed = bool(flags[layer]) if layer < len(flags) else False
        else:
            windowed = layer % period < period - 1
        rows.append((of_layer * (key + value), windowed))
    return rows


def _per_layer(header: GgufHeader, key: str, layers: int, default: int | None) -> list[int]:
    """A value that is one number for all layers or an array with one for each; [] when it is absent."""
    value = header.metadata.get(key)
    if isinstance(value, tuple):
        numbers = [item if isinstance(item, int) else 0 for item in value[:layers]]
        return numbers + [0] * (layers - len(numbers))
    if isinstance(value, int):
        return [value] * layers
    return [] if default is None else [default] * layers


def _attention_cache(
    header: GgufHeader, context: int, sequences: int, kv_type: str, *, batch: int, full_window: bool
) -> int:
    cells = _padded(context)
    window = header.integer(f"{header.architecture}.attention.sliding_window")
    short = cells if full_window or not window else min(cells, _padded(window * sequences + batch))
    size = CACHE_TYPES[kv_type]
    return round(sum(elements * size * (short if windowed else cells) for elements, windowed in _layers(header)))


def _recurrent(header: GgufHeader, sequences: int) -> int:
    """State of Mamba-like layers, float32 for every sequence (llama_hparams::n_embd_r and n_embd_s)."""
    arch = header.architecture
    state, inner = header.integer(f"{arch}.ssm.state_size"), header.integer(f"{arch}.ssm.inner_size")
    if not state or not inner:
        return 0
    convolution = header.integer(f"{arch}.ssm.conv_kernel", 1) - 1
    groups = header.integer(f"{arch}.ssm.group_count")
    layers = header.integer(f"{arch}.block_count")
    kv_heads = header.metadata.get(f"{arch}.attention.head_count_kv")
    if isinstance(kv_heads, tuple):
        layers = sum(1 for heads in kv_heads if heads == 0)
    return layers * sequences * 4 * (convolution * (inner + 2 * groups * state) + state * inner)


def _compute(header: GgufHeader, context: int, sequences: int, batch: int, flash_attention: bool) -> int:
    """The largest of logits, attention scores and feed-forward, with what lives beside it; float32."""
    arch = header.architecture
    layers = header.integer(f"{arch}.block_count")
    vocabulary = header.vocabulary
    embedding = header.integer(f"{arch}.embedding_length")
    feed_forward = max(_per_layer(header, f"{arch}.feed_forward_length", layers, 0), default=0)
    heads = max(_per_layer(header, f"{arch}.attention.head_count", layers, 0), default=0)
    cells = _padded(context)
    peak = max(vocabulary, 3 * feed_forward, 0 if flash_attention else heads * cells)
    return 4 * (batch * (peak + 6 * embedding + cells) + vocabulary * sequences)


def _padded(cells: int) -> int:
    return -(-cells // _CACHE_PAD) * _CACHE_PAD


def available_memory() -> int:
    """Bytes that this process can still take without swapping, within its control group's limit."""
    import psutil

    free = int(psutil.virtual_memory().available)
    left = _cgroup_left(Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"))
    return free if left is None else max(0, min(free, left))


def _cgroup_left(membership: Path, root: Path) -> int | None:
    """The least memory that any control group above this process leaves; None where there is no limit."""
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return None
    left: list[int] = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            left += _levels(root, path, ("memory.max", "memory.current"), "inactive_file")
        elif "memory" in controllers.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes")
            left += _levels(root / "memory", path, names, "total_inactive_file")
    return min(left, default=None)


def _levels(mount: Path, path: str, names: Sequence[str], reclaimable: str) -> list[int]:
    """What is left at every level from `path` up to the mount; in a container the mount is the group itself."""
    inside = Path(path.lstrip("/"))
    left = []
    for level in (inside, *inside.parents):
        folder = mount / level
        try:
            limit, used = ((folder / name).read_text().strip() for name in names)
            cached = dict(line.split(" ", 1) for line in (folder / "memory.stat").read_text().splitlines())
        except (OSError, ValueError):
            continue
        # Version 2 writes "max", version 1 a number near 2^63, where there is no limit.
        if limit.isdigit() and int(limit) < 1 << 60:
            left.append(int(limit) - int(used) + int(cached.get(reclaimable, "0")))
    return left
