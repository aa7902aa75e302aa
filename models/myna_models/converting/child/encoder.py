"""Encoders, classifiers, pictures and words, and Whisper as ONNX graphs, by optimum; then with weights of 8 bits."""

from __future__ import annotations

import json
import shutil
import traceback
from pathlib import Path
from typing import Any

from .comparing_encoders import compare_outputs, compare_vectors
from .pooling import with_vectors
from .quantizing import quantize
from .telling import Refused, Telling

OPTIMUM = {
    "embed": "feature-extraction", "classify": "text-classification", "match": "zero-shot-image-classification",
    "transcribe": "automatic-speech-recognition-with-past",
}  # fmt: skip
"""optimum's names for what a model is exported for."""

TOWERS = {
    "model.onnx": (("pixel_values",), "image_embeds"),
    "text.onnx": (("input_ids", "attention_mask"), "text_embeds"),
}
"""Of a model for pictures and words: the inputs and the output of each half."""

KEPT = (
    "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "preprocessor_config.json",
    "generation_config.json", "pooling.json", "vocab.json", "merges.txt",
)  # fmt: skip


def convert(job: dict[str, Any], telling: Telling) -> dict[str, Any]:
    """Raises: Refused: it cannot be converted, or its quality does not hold."""
    source, out, work = Path(job["source"]), Path(job["out"]), Path(job["work"])
    task = job["task"]
    if task != "transcribe" and not (source / "tokenizer.json").is_file():
        raise Refused(f"{source.name} holds no tokenizer.json", "put the tokenizer of the model beside its weights")
    telling.stage("exporting")
    exported = work / "exported"
    _export(source, exported, task)
    floats = _graphs(source, exported, work, task)
    for name in KEPT:
        if (source / name).is_file():
            shutil.copyfile(source / name, out / name)
    telling.stage("quantizing")
    for path in floats:
        quantize(path, out / path.name, job["quantize"], job["calibration"], source)
    telling.stage("comparing")
    if task == "embed":
        return {"report": compare_vectors(floats[0], out / "model.onnx", source / "tokenizer.json", job["quantize"])}
    return {"report": compare_outputs(floats, out, source, task, job["quantize"])}


def _export(source: Path, target: Path, task: str) -> None:
    from optimum.exporters.onnx import main_export

    try:
        main_export(
            str(source), target, task=OPTIMUM[task], do_validation=True, local_files_only=True, device="cpu",
            library_name="transformers", no_post_process=task == "transcribe",
        )  # fmt: skip
    except (ValueError, KeyError, NotImplementedError, AttributeError, TypeError, RuntimeError) as error:
        traceback.print_exc()
        kind = json.loads((source / "config.json").read_text(encoding="utf-8")).get("model_type", "unknown")
        why = " ".join(str(error).split())[:200]
        raise Refused(f"the architecture {kind!r} cannot be converted for this task: {why}") from None


def _graphs(source: Path, exported: Path, work: Path, task: str) -> list[Path]:
    """The graphs in floats that make up the model, under the names that they are installed by."""
    made = work / "floats"
    made.mkdir()
    if task == "embed":
        with_vectors(exported / "model.onnx", made / "model.onnx", source)
        return [made / "model.onnx"]
    if task == "match":
        return _towers(exported / "model.onnx", made)
    names = ["model.onnx"]
    if task == "transcribe":
        # Not merged into one graph: weights in the branches of a condition are not made smaller.
        names = ["encoder_model.onnx", "decoder_model.onnx", "decoder_with_past_model.onnx"]
    for name in names:
        shutil.move(str(exported / name), made / name)
    return [made / name for name in names]


def _towers(whole: Path, folder: Path) -> list[Path]:
    import onnx
    from onnx.utils import Extractor

    model = onnx.load(whole)
    there = {one.name for one in model.graph.input}
    for name, (inputs, output) in TOWERS.items():
        extracted = Extractor(model).extract_model([one for one in inputs if one in there], [output])
        onnx.save(extracted, folder / name)
    return [folder / name for name in TOWERS]
