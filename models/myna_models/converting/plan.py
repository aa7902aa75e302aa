"""What a conversion comes to before it begins: which recipe, in which environment, with how much room and memory."""

from __future__ import annotations

from typing import Literal

import msgspec

from myna.engine.gguf import read_header
from myna.errors import BadModelFile, UsageError

from .child import families, pretokenizers
from .child.telling import Refused
from .environments import BUILDER, EXPORT, Environment
from .source import Kind, Source

Target = Literal["onnx", "gguf"]
Quantization = Literal["none", "int8", "int4", "int8-static", "f32", "f16", "bf16", "q8_0"]

CHOICES: dict[tuple[Target, bool], tuple[Quantization, ...]] = {
    ("onnx", True): ("int8", "none", "int4"),
    ("onnx", False): ("int8", "none", "int8-static"),
    ("gguf", True): ("f16", "f32", "bf16", "q8_0"),
}
"""By target, and by whether the model writes; the first is taken where nobody chooses."""

_BYTES = {"none": 4.0, "int8": 2.2, "int4": 1.7, "int8-static": 1.2, "f32": 4.0, "f16": 2.0, "bf16": 2.0, "q8_0": 1.1}
"""Of a parameter in what is made. Embeddings stay in floats in the graphs of the model builder: SmolLM2 135M has a
fifth of its parameters there, and comes to 2.0 bytes with 8 bits."""


class Plan(msgspec.Struct, frozen=True):
    recipe: Literal["decoder", "encoder", "bert", "gguf"]
    environment: Environment | None
    """None: in Myna's own Python, which the extra `embed` suffices for."""
    task: Kind
    target: Target
    quantization: Quantization
    chosen: bool
    """Whether a person asked for this quantization; else a milder one is taken where its quality does not hold."""
    disk: int
    """Bytes of everything that lies on disk at once."""
    memory: int
    """Bytes at the peak."""


def plan(source: Source, target: Target, task: Kind | None, quantization: Quantization | None) -> Plan:
    """How `source` becomes a model of the format `target`.

    Raises:
        UsageError: these do not go together.
        BadModelFile: the source cannot be converted so.
    """
    kind = task or source.task()
    if target == "gguf" and kind != "chat":
        raise UsageError("only models that write are converted to GGUF", hint="--to onnx")
    if target == "gguf" and source.is_gguf:
        raise UsageError(
            f"{source.name} is a GGUF file already", hint=f"other weights of it: myna models optimize {source.name}"
        )
    if source.is_gguf and kind != "chat":
        raise BadModelFile(f"a GGUF file is converted as a model that writes, not for {kind}")
    choices = CHOICES[target, kind == "chat"]
    chosen = quantization or choices[0]
    if chosen not in choices:
        raise UsageError(f"--quantize {chosen} is not for this conversion", hint=f"--quantize {'|'.join(choices)}")
    _possible(source, target, kind)
    recipe, environment = _recipe(source, target, kind, chosen)
    count = source.parameters
    opened = 4 * count if source.is_gguf else 0
    floats = 4 * count if recipe in ("encoder", "bert") else 0
    return Plan(
        recipe, environment, kind, target, chosen, quantization is not None,
        disk=int(opened + floats + _BYTES[chosen] * count) + (16 << 20),
        memory=_memory(recipe, count),
    )  # fmt: skip


def _possible(source: Source, target: Target, kind: Kind) -> None:
    """Refuse at once what the recipe would refuse after an environment was made for it."""
    if source.is_gguf:
        header = read_header(source.path)
        if families.of_gguf(header.architecture) is None:
            known = ", ".join(family.architecture for family in families.FAMILIES)
            raise BadModelFile(
                f"{source.name} has the architecture {header.architecture!r}, which cannot be converted ({known} can)"
            )
        if header.metadata.get("tokenizer.ggml.model") == "gpt2":
            try:
                pretokenizers.named(str(header.metadata.get("tokenizer.ggml.pre", "")))
            except Refused as error:
                raise BadModelFile(f"{source.name}: {error}") from None
        return
    model_type = str(source.config.get("model_type", ""))
    if target == "gguf" and families.of_folder(model_type) is None and "text_config" not in source.config:
        known = ", ".join(family.model_type for family in families.FAMILIES)
        raise BadModelFile(f"the architecture {model_type!r} cannot be converted to GGUF ({known} can)")
    if kind != "transcribe" and not (source.path / "tokenizer.json").is_file():
        raise BadModelFile(
            f"{source.name} holds no tokenizer.json", hint="put the tokenizer of the model beside its weights"
        )


def _recipe(
    source: Source, target: Target, kind: Kind, chosen: Quantization
) -> tuple[Literal["decoder", "encoder", "bert", "gguf"], Environment | None]:
    if target == "gguf":
        return "gguf", BUILDER
    if kind == "chat":
        return "decoder", BUILDER
    known = source.config.get("model_type") == "bert" and source.config.get("hidden_act") == "gelu"
    if kind == "embed" and known and chosen != "int8-static" and (source.path / "model.safetensors").is_file():
        return "bert", None
    return "encoder", EXPORT


def _memory(recipe: str, parameters: int) -> int:
    """Bytes. SmolLM2 135M through the model builder and the comparison took 2.1 GB, of which PyTorch and its like are
    half; all-MiniLM-L6-v2 0.6 GB without PyTorch."""
    if recipe == "bert":
        return (300 << 20) + 16 * parameters
    return (1 << 30) + 9 * parameters
