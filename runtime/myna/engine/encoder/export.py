"""From published weights to a quantized ONNX file in the cache; made once."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from pathlib import Path

import msgspec
import onnx

from ...errors import ModelLoadFailed
from .bert import BertConfig, encoder
from .safetensors import read_tensors

RECIPE = "1"
"""Changes when the graph or the quantization does, so that what was made before is not used."""

MAX_CONFIG = 1 << 20


def quantized(weights: Path, config: Path, cache: Path, fingerprint: str) -> Path:
    """The INT8 model made of `weights`, in the folder `cache`.

    INT8 takes a quarter of the room and half of the time; vectors keep a cosine of 0.99 to those in floats.

    Raises:
        ModelLoadFailed: the weights or the configuration cannot be used.
    """
    state = weights.stat()
    facts = f"{RECIPE} {fingerprint or weights} {state.st_size} {'' if fingerprint else state.st_mtime_ns}"
    made = cache / "embedders" / f"{hashlib.sha256(facts.encode()).hexdigest()[:32]}.onnx"
    if made.is_file():
        return made
    made.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=made.parent) as folder:
        plain, small = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        write_floats(weights, config, plain)
        quantize(plain, small)
        # Two workers may make it at once: what appears is whole, whoever's it is.
        small.replace(made)
    return made


def write_floats(weights: Path, config: Path, target: Path) -> None:
    """Write the encoder in `weights` as an ONNX file of 32-bit floats.

    Raises:
        ModelLoadFailed: the weights or the configuration cannot be used.
    """
    onnx.save(encoder(read_tensors(weights), _config(config)), target)


def _config(path: Path) -> BertConfig:
    try:
        return msgspec.json.decode(path.read_bytes()[:MAX_CONFIG], type=BertConfig)
    except (OSError, msgspec.DecodeError) as error:
        raise ModelLoadFailed(f"{path.name}: {error}") from None


def quantize(source: Path, target: Path) -> None:
    """Weights of 8 bits with a scale for each channel; what flows between layers is quantized as it comes."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # It advises, at every run and by the root logger, to prepare a model that needs no preparing.
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.ERROR)
    try:
        quantize_dynamic(source, target, per_channel=True, weight_type=QuantType.QInt8)
    finally:
        root.setLevel(level)
