"""Smaller weights for graphs that optimum made: 8 bits, what flows between layers as it comes or in measured ranges."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

DYNAMIC = ["MatMul", "Gemm", "Gather"]
"""Convolutions stay floats: ONNX Runtime's for integers is slower than its for floats on processors."""
STATIC = ["MatMul", "Gemm"]
BATCH = 8
MAX_TOKENS = 128


def quantize(source: Path, target: Path, how: str, calibration: str, folder: Path) -> None:
    """Write the graph `source` with weights as `how` says: `none`, `int8` or `int8-static`."""
    if how == "none":
        shutil.copyfile(source, target)
        return
    # It advises, at every run, to prepare a model that needs no preparing.
    logging.getLogger().setLevel(logging.ERROR)
    from onnxruntime.quantization import QuantType, quantize_dynamic

    if how == "int8":
        quantize_dynamic(source, target, op_types_to_quantize=DYNAMIC, per_channel=True, weight_type=QuantType.QInt8)
    else:
        _static(source, target, _reader(source, _texts(calibration), folder))


def _static(source: Path, target: Path, reader: Any) -> None:
    """Products in ranges that `reader` shows; those that narrow, and embeddings, with weights of 8 bits alone.

    What comes out of an activation and goes into the product that narrows it again has a few numbers that are many
    times the others, and one range for all leaves the others nothing: with these in ranges too, the vectors of
    all-MiniLM-L6-v2 came to a mean cosine of 0.945, so to 0.991.
    """
    import onnx
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_dynamic, quantize_static

    model = onnx.load(source)
    narrow = narrowing(model)
    names = [node.name for node in model.graph.node if node.op_type in STATIC and node.name not in narrow]
    quantize_static(
        source, target, reader, quant_format=QuantFormat.QDQ, op_types_to_quantize=STATIC, nodes_to_quantize=names,
        per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
        extra_options={"ActivationSymmetric": False, "WeightSymmetric": True, "DedicatedQDQPair": True},
    )  # fmt: skip
    model = onnx.load(target)
    keep_in_8_bits(model, narrow)
    onnx.save(model, target)
    quantize_dynamic(
        target, target, op_types_to_quantize=["Gather"], weight_type=QuantType.QInt8,
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )  # fmt: skip


def narrowing(model: Any) -> set[str]:
    """The names of products with a weight that makes vectors shorter."""
    shapes = {one.name: list(one.dims) for one in model.graph.initializer}
    return {
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul" and len(shape := shapes.get(node.input[1], [])) == 2 and shape[0] > shape[1]
    }


def keep_in_8_bits(model: Any, names: Collection[str]) -> None:
    """Weights of the products called so as 8-bit numbers with a scale for each column; they are computed in floats."""
    from onnx import helper, numpy_helper

    weights = {one.name: one for one in model.graph.initializer}
    chosen = {node.input[1] for node in model.graph.node if node.name in names and node.input[1] in weights}
    for name in sorted(chosen):
        values = numpy_helper.to_array(weights[name])
        scale = np.maximum(np.abs(values).max(axis=0) / 127, np.finfo(np.float32).tiny).astype(np.float32)
        rounded = np.clip(np.rint(values / scale), -127, 127).astype(np.int8)
        model.graph.initializer.remove(weights[name])
        model.graph.initializer.extend(
            [numpy_helper.from_array(rounded, f"{name}_8_bits"), numpy_helper.from_array(scale, f"{name}_scale")]
        )
        # Under its own name, so that whoever uses it finds it.
        opened = helper.make_node("DequantizeLinear", [f"{name}_8_bits", f"{name}_scale"], [name], axis=1)
        model.graph.node.insert(0, opened)


def _texts(path: str) -> list[str]:
    """The texts of a file that was checked before this began; see `calibration.py`."""
    import json

    lines = [line.strip() for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]
    if Path(path).suffix.lower() in (".jsonl", ".json"):
        lines = [json.loads(line)["text"] for line in lines]
    return lines[:512]


def _reader(graph: Path, texts: Sequence[str], folder: Path) -> Any:
    import onnx
    import tokenizers
    from onnxruntime.quantization import CalibrationDataReader

    inputs = [one.name for one in onnx.load(graph, load_external_data=False).graph.input]
    reader = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    reader.enable_truncation(MAX_TOKENS)
    reader.enable_padding()

    def batches() -> Iterator[dict[str, Any]]:
        for at in range(0, len(texts), BATCH):
            encoded = reader.encode_batch(list(texts[at : at + BATCH]))
            ids = np.array([one.ids for one in encoded], np.int64)
            mask = np.array([one.attention_mask for one in encoded], np.int64)
            feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
            yield {name: feeds[name] for name in inputs}

    class Texts(CalibrationDataReader):  # type: ignore[misc]
        def __init__(self) -> None:
            self._left = batches()

        def get_next(self) -> dict[str, Any] | None:
            return next(self._left, None)

    return Texts()
