"""Settings of the llama.cpp engine, as they arrive in `EngineSpec.options`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec


class LlamaOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    context: int = 8192
    """Tokens for one conversation; 0 or more than the model was trained on: what it was trained on."""
    parallel: int = 8
    """Requests that are decoded together."""
    threads: int = 0
    """Compute threads at most; 0: the physical cores. While other programs are busy, fewer: see `threads.py`."""
    batch: int = 512
    """Tokens of one prefill chunk when nothing else is decoded."""
    shared_batch: int = 128
    """Tokens of one prefill chunk while others are decoded: what a running answer waits for."""
    gpu_layers: int = -1
    ubatch: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Tokens computed at once (llama.cpp's n_ubatch), at most `batch`; 0: see `attention.py`."""
    flash_attention: Literal["auto", "on", "off"] = "auto"
    """`auto`: see `attention.py`."""
    kv_type: Literal["f16", "q8_0", "q4_0"] = "f16"
    initial_cells: int = 4096
    """KV cells at the start; the cache doubles when it is needed, up to `max_cells`."""
    max_cells: int = 0
    """KV cells for all requests together; 0: four contexts."""
    resting_cells: int = 512
    """KV cells of conversations that stay between their turns, besides the newest; others move to memory, and so do
    all soon after somebody else is answered. Every
    1,000 occupied cells make a decode step of SmolLM2-135M a third to a half longer on 2 cores; bringing as
    many back from memory takes about 20 ms."""
    prefix_cache_mb: int = 1024
    parked_mb: int = 256
    """Memory for the states of conversations that were moved out of the KV cache."""
    picture_cache_mb: int = 256
    """Memory for what the encoder made of pictures. A picture of SmolVLM takes 4 MB at most, of Gemma 3 4B 2.6 MB."""
    memory_reserve_mb: int = 512
    lora_folder: str = ""
    temperature: Annotated[float, msgspec.Meta(ge=0)] = 0.7
    """Of requests that leave it to the model."""
