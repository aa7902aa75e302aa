"""A matcher of some kilobytes that really matches: colours of pictures with names of colours.

The tower of pictures gives the mean red, green and blue; the tower of texts the mean of what a table has for the words:
a row of red, green and blue for each colour, and a faint grey for any other word.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper, save
from PIL import Image
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

SIDE = 8
WORDS = {
    "[UNK]": (0.01, 0.01, 0.01),
    "red": (1, 0, 0), "green": (0, 1, 0), "blue": (0, 0, 1), "yellow": (1, 1, 0),
    "红": (1, 0, 0), "绿": (0, 1, 0), "蓝": (0, 0, 1),
}  # fmt: skip

PREPROCESSOR = {
    "crop_size": {"height": SIDE, "width": SIDE},
    "do_center_crop": True,
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0, 0, 0],
    "image_processor_type": "CLIPImageProcessor",
    "image_std": [1, 1, 1],
    "resample": 3,
    "rescale_factor": 1 / 255,
    "size": {"shortest_edge": SIDE},
}

_PIXELS = helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, ["pictures", 3, "height", "width"])
_IDS = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "length"])
_MASK = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["texts", "length"])
_PICTURE_NODES = [helper.make_node("ReduceMean", ["pixel_values"], ["image_embeds"], axes=[2, 3], keepdims=0)]
_TEXT_NODES = [
    helper.make_node("Gather", ["table", "input_ids"], ["rows"]),
    helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
    helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
    helper.make_node("Mul", ["rows", "wide"], ["counted"]),
    helper.make_node("ReduceMean", ["counted"], ["text_embeds"], axes=[1], keepdims=0),
]


def write_matcher(folder: Path, *, combined: bool = False, dimensions: int = 3) -> dict[str, str]:
    """Paths by role. `combined`: both towers in one file; `dimensions`: of the tower of texts."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {role: folder / name for role, name in FILES.items()}
    table = np.array([[*row, *[0.0] * (dimensions - 3)] for row in WORDS.values()], np.float32)
    constants = {"table": table, "last": np.array([2], np.int64)}
    picture, text = _vector("image_embeds", 3), _vector("text_embeds", dimensions)
    if combined:
        _write(files["model"], [*_PICTURE_NODES, *_TEXT_NODES], [_PIXELS, _IDS, _MASK], [picture, text], constants)
        del files["text"]
    else:
        _write(files["model"], _PICTURE_NODES, [_PIXELS], [picture], {})
        _write(files["text"], _TEXT_NODES, [_IDS, _MASK], [text], constants)
    files["preprocessor"].write_text(json.dumps(PREPROCESSOR), encoding="utf-8")
    tokenizer = Tokenizer(models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)  # with spaces around Chinese characters
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(files["tokenizer"]))
    return {role: str(path) for role, path in files.items()}


FILES = {
    "model": "vision_model_quantized.onnx",
    "text": "text_model_quantized.onnx",
    "tokenizer": "tokenizer.json",
    "preprocessor": "preprocessor_config.json",
}
"""Names by role, as the catalog has them for CLIP."""


def _vector(name: str, dimensions: int) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", dimensions])


def _write(
    path: Path,
    nodes: Sequence[NodeProto],
    inputs: Sequence[ValueInfoProto],
    outputs: Sequence[ValueInfoProto],
    constants: dict[str, np.ndarray],
) -> None:
    graph = helper.make_graph(
        nodes, "tower", inputs, outputs, [numpy_helper.from_array(value, name) for name, value in constants.items()]
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))


def picture(folder: Path, name: str, colour: str | tuple[int, ...], size: tuple[int, int] = (40, 30)) -> Path:
    """A picture file of one colour."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    Image.new("L" if isinstance(colour, tuple) and len(colour) == 1 else "RGB", size, colour).save(path)
    return path
