"""Settings of the llama.cpp engine, as they arrive in `EngineSpec.options`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ..text.options import TextOptions


class LlamaOptions(TextOptions, frozen=True, forbid_unknown_fields=True):
    """`threads` is the most that are used: while other programs are busy, fewer; see `threads.py`."""

    gpu_layers: int = -1
    ubatch: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Tokens computed at once (llama.cpp's n_ubatch), at most `batch`; 0: see `attention.py`."""
    flash_attention: Literal["auto", "on", "off"] = "auto"
    """`auto`: see `attention.py`."""
    kv_type: Literal["f16", "q8_0", "q4_0"] = "f16"
    initial_cells: int = 4096
    """KV cells at the start; the cache doubles when it is needed, up to `max_cells`."""
    picture_cache_mb: int = 256
    """Memory for what the encoder made of pictures. A picture of SmolVLM takes 4 MB at most, of Gemma 3 4B 2.6 MB."""
    lora_folder: str = ""
