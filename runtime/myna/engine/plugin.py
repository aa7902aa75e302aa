"""The engines that come with the core, offered through the same door as anyone's."""

from __future__ import annotations

from collections.abc import Sequence

from ..hookspecs import hookimpl
from .protocols import EngineInfo

MYNA_NEEDS = ()


@hookimpl
def myna_register_engines() -> Sequence[EngineInfo]:
    encoder = "myna.engine.encoder:EncoderEngine"
    return (
        EngineInfo("llama.cpp", ("chat", "embed"), (".gguf",), "myna.engine.llama:LlamaEngine"),
        EngineInfo("onnx-text", ("chat",), (".onnx",), "myna.engine.onnx:OnnxTextEngine", extra="onnx"),
        EngineInfo("sentence-encoder", ("embed",), (".safetensors", ".onnx"), encoder, extra="embed"),
    )
