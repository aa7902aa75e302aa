"""Weights of 8 bits for encoders whose activations keep to ranges that texts have shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

onnx = pytest.importorskip("onnx", reason="the extra convert is not installed")
runtime = pytest.importorskip("onnxruntime", reason="the extra convert is not installed")
pytest.importorskip("tokenizers", reason="the extra convert is not installed")

from myna.engine.encoder.export import write_floats  # noqa: E402
from myna_models.converting.child.comparing_decoders import AGREEMENT, least_agreement  # noqa: E402
from myna_models.converting.child.quantizing import keep_in_8_bits, narrowing, quantize  # noqa: E402
from tiny_bert import write_bert  # noqa: E402


@pytest.fixture
def floats(tmp_path: Path) -> Path:
    """The folder of a small sentence encoder, with its graph in floats."""
    folder = tmp_path / "bert"
    folder.mkdir()
    write_bert(folder)
    write_floats(folder / "model.safetensors", folder / "config.json", folder / "floats.onnx")
    return folder


def vectors(path: Path) -> np.ndarray:
    session = runtime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    ids = (np.arange(24, dtype=np.int64) % 9).reshape(3, 8)
    there = {one.name for one in session.get_inputs()}
    feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    return session.run(None, {name: value for name, value in feeds.items() if name in there})[0]


def kinds(path: Path) -> list[str]:
    return [node.op_type for node in onnx.load(path).graph.node]


def test_products_that_narrow_and_embeddings_are_computed_in_floats(floats: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts.txt"
    texts.write_text("\n".join(f"text {number} of words" for number in range(16)))
    whole, made = floats / "floats.onnx", tmp_path / "static.onnx"
    quantize(whole, made, "int8-static", str(texts), floats)
    model = onnx.load(made)
    producers = {name: node for node in model.graph.node for name in node.output}
    narrow = narrowing(onnx.load(whole))
    assert len(narrow) == kinds(whole).count("Erf")
    products = [node for node in model.graph.node if node.op_type == "MatMul"]
    assert len(products) == kinds(whole).count("MatMul")
    for node in products:
        # Where what flows in is a number of 8 bits, it is opened right before.
        opened = producers[node.input[0]].op_type == "DequantizeLinear"
        assert opened == (node.name not in narrow)
    # Positions are cut out of their table, which is small.
    large = [one for one in model.graph.initializer if np.prod(one.dims) >= 256 and "position" not in one.name]
    assert large
    assert {one.data_type for one in large} <= {onnx.TensorProto.INT8, onnx.TensorProto.UINT8}
    cosine = (vectors(whole) * vectors(made)).sum(axis=1)
    assert cosine.min() > 0.97


def test_a_weight_in_8_bits_is_off_by_half_a_step_at_most() -> None:
    draw = np.random.default_rng(0)
    weight = draw.normal(size=(12, 5)).astype(np.float32)
    # A column of nothing, and one a thousand times the others.
    weight[:, 1] = 0
    weight[:, 2] *= 1000
    helper, float_ = onnx.helper, onnx.TensorProto.FLOAT
    nodes = [helper.make_node("MatMul", ["x", "w"], ["y"], name="down")]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", float_, ["n", 12])],
        [helper.make_tensor_value_info("y", float_, ["n", 5])],
        [onnx.numpy_helper.from_array(weight, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    assert narrowing(model) == {"down"}
    keep_in_8_bits(model, {"down"})
    onnx.checker.check_model(model)
    session = runtime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    opened = session.run(None, {"x": np.eye(12, dtype=np.float32)})[0]
    step = np.abs(weight).max(axis=0) / 127
    assert (np.abs(opened - weight) <= step / 2 + 1e-6).all()


@pytest.mark.parametrize("quantize_", AGREEMENT)
def test_the_fewer_places_are_compared_the_more_is_chance(quantize_: str) -> None:
    asked = AGREEMENT[quantize_]
    few, many = least_agreement(quantize_, 100), least_agreement(quantize_, 10_000)
    assert 0.5 < few < many < asked
    assert asked - many < 0.01
