"""Settings of the engine for text models in ONNX files, as they arrive in `EngineSpec.options`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from ..text.options import TextOptions

Provider = Literal["auto", "cpu", "cuda", "tensorrt", "directml", "coreml"]


class OnnxOptions(TextOptions, frozen=True, forbid_unknown_fields=True):
    """`ubatch`, `gpu_layers`, `kv_type` and `flash_attention` are llama.cpp's, and are taken because one setting is for
    all models: a graph goes to one device as a whole, and says itself how it attends and keeps keys and values."""

    gpu_layers: int = -1
    """0: stay on the processor."""
    ubatch: int = 0
    flash_attention: str = "auto"
    kv_type: str = "f16"
    provider: Provider = "auto"
    """What computes; `auto`: the best that is there and works."""
    first_rows: Annotated[int, msgspec.Meta(ge=1)] = 1024
    """Tokens that each conversation has room for at the start, where the graph shares its buffers; doubled when one
    needs more."""
