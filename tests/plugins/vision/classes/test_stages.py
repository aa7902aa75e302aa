"""The stages that judge a picture as a whole, on the model that Myna ships and on files that are none."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, save
from PIL import Image

from myna.engine.pixels import Picture, open_picture
from myna.errors import ModelLoadFailed
from myna_models.catalog import SHIPPED
from myna_vision.classes.judging import SAID
from myna_vision.classes.stages import SIDE, ClassesStage, UnsafeStage, middle, squeezed
from myna_vision.reader.stages import Findings

PICTURES = Path(__file__).parents[1] / "pictures"
MODEL = SHIPPED.with_name("shipped") / "efficientnet-lite0.onnx"


@pytest.fixture(scope="module")
def classes() -> ClassesStage:
    return ClassesStage({"model": str(MODEL)}, 1)


def picture(image: Image.Image) -> Picture:
    out = BytesIO()
    image.save(out, "PNG")
    return open_picture(out.getvalue())


def found(stage: Any, image: Image.Image) -> Findings:
    findings = Findings(timings={})
    for _ in stage.run(picture(image), findings):
        pass
    return findings


def noise(size: tuple[int, int]) -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (size[1], size[0], 3), np.uint8))


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", (1, 1), "red"),
        Image.new("RGB", (400, 300), "white"),
        Image.new("RGB", (5000, 3), "navy"),
        Image.new("L", (300, 300), 128),
        noise((400, 300)),
    ],
    ids=["1x1", "white", "a line", "grey", "noise"],
)
def test_what_shows_nothing_is_called_nothing(classes: ClassesStage, image: Image.Image) -> None:
    assert found(classes, image).classes == ()


@pytest.mark.parametrize(("name", "shown"), [("cat.jpg", "cat"), ("coffee.jpg", "espresso")])
def test_what_a_photograph_shows_is_said(classes: ClassesStage, name: str, shown: str) -> None:
    findings = found(classes, Image.open(PICTURES / name))
    assert findings.classes is not None
    [said] = findings.classes
    assert said.name == shown
    assert SAID <= said.probability <= 1


def test_probabilities_are_those_of_a_thousand_classes() -> None:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(MODEL), providers=["CPUExecutionProvider"])
    (scores,) = session.run(None, {"pixels": middle(np.asarray(noise((300, 300))))[None]})
    assert scores.shape == (1, 1000)
    assert scores.min() >= 0
    assert scores.sum() == pytest.approx(1, abs=1e-4)


def test_only_the_middle_is_looked_at() -> None:
    image = Image.new("RGB", (300, 100), "blue")
    image.paste("red", (100, 0, 200, 100))
    seen = middle(np.asarray(image))
    assert seen.shape == (SIDE, SIDE, 3)
    assert seen.dtype == np.uint8
    assert (seen == (255, 0, 0)).all()


def test_open_nsfw_sees_blue_first_and_less_the_mean() -> None:
    seen = squeezed(np.full((50, 400, 3), (200, 100, 50), np.uint8))
    assert seen.shape == (SIDE, SIDE, 3)
    # JPEG stores colours with small errors.
    assert seen.mean((0, 1)) == pytest.approx([50 - 104, 100 - 117, 200 - 123], abs=2)


def write(path: Path, kind: str, shape: list[Any], **attributes: Any) -> Path:
    """A model that takes `shape` and has one node of this kind."""
    graph = helper.make_graph(
        [helper.make_node(kind, ["x"], ["y"], **attributes)],
        "g",
        [helper.make_tensor_value_info("x", attributes.pop("input", TensorProto.FLOAT), shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))
    return path


def _text(path: Path) -> Path:
    path.write_text("no model")
    return path


@pytest.mark.parametrize("stage", [ClassesStage, UnsafeStage])
@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (_text, "x.onnx"),
        (lambda path: write(path, "Relu", [1, 3, SIDE, SIDE]), "another kind of model"),
        (lambda path: write(path, "Relu", ["n", 10]), "another kind of model"),
    ],
    ids=["text", "planes first", "a vector"],
)
def test_what_is_no_classifier_is_refused(
    tmp_path: Path, stage: type, make: Callable[[Path], Path], complaint: str
) -> None:
    with pytest.raises(ModelLoadFailed, match=complaint):
        stage({"model": str(make(tmp_path / "x.onnx"))}, 1)


def test_what_gives_other_shapes_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "x.onnx", "ReduceMean", ["n", SIDE, SIDE, 3], axes=[1, 2], keepdims=0)
    with pytest.raises(ModelLoadFailed, match=r"for 2 classes it gives \[\[1, 3\]\]"):
        UnsafeStage({"model": str(path)}, 1)


def test_a_model_for_another_stage_is_refused() -> None:
    with pytest.raises(ModelLoadFailed):
        UnsafeStage({"model": str(MODEL)}, 1)
