"""Smaller weights for graphs that optimum made: 8 bits, what flows between layers as it comes or in measured ranges."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Sequence
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
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_dynamic, quantize_static

    if how == "int8":
        quantize_dynamic(source, target, op_types_to_quantize=DYNAMIC, per_channel=True, weight_type=QuantType.QInt8)
        return
    quantize_static(
        source, target, _reader(source, _texts(calibration), folder), quant_format=QuantFormat.QDQ,
        op_types_to_quantize=STATIC, per_channel=True, activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
        extra_options={"ActivationSymmetric": False, "WeightSymmetric": True, "DedicatedQDQPair": True},
    )  # fmt: skip


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
