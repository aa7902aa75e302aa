"""A text model in ONNX: the graph, the tensors beside it, and the files that say how it talks."""

from __future__ import annotations

from pathlib import Path

from myna.engine.onnx_files import NAMES
from myna.errors import BadModelFile

from .onnx_header import OnnxHeader, read_onnx

CAUSAL_INPUTS = ("input_ids", "past_key_values.0.key")
"""What only a language model that remembers its text takes."""


def chat_files(main: Path) -> dict[str, Path]:
    """Files by role around the graph at `main`, which was admitted.

    Raises:
        BadModelFile: it is no language model, or has no tokenizer.
    """
    header = read_onnx(main)
    if missing := [name for name in CAUSAL_INPUTS if name not in header.inputs]:
        raise BadModelFile(
            f"{main.name} is no language model that can answer: it has no input {missing[0]}",
            hint="convert it with its KV cache (optimum's text-generation-with-past), or take a GGUF file of it",
        )
    found = {
        "model": main,
        **{weights_role(number): main.parent / place for number, place in enumerate(header.external)},
    }
    found |= {role: file for role, name in NAMES.items() if (file := main.parent / name).is_file()}
    if "tokenizer" not in found:
        raise BadModelFile(
            f"{main.name} has no tokenizer: {NAMES['tokenizer']} is not beside it",
            hint="convert the model again, or copy its tokenizer.json there",
        )
    return found


def weights_role(number: int) -> str:
    """Of the external data, in the order of `OnnxHeader.external`."""
    return f"weights-{number + 1}" if number else "weights"


def quantization(header: OnnxHeader) -> str:
    """How the weights of a language model are kept, as far as the graph shows it."""
    if header.weight_bits:
        return f"INT{min(header.weight_bits)}"
    return "INT8" if any("Integer" in name or "QuantizeLinear" in name for name in header.operators) else ""
