"""What becomes of the model builder's graph: logits for guesses, one matrix for reading and writing words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("onnx", reason="the extra convert is not installed")
pytest.importorskip("onnxruntime", reason="the extra convert is not installed")

import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from myna.engine.text.speculation import LONGEST_GUESS
from myna_models.converting.child.decoder_graph import LOGITS, finish

WORDS, WIDTH, BLOCK = 2048, 64, 32
IDS = np.random.default_rng(3).integers(0, WORDS, (2, 20))


def write(folder: Path, *, tied: bool = True, bits: int = 8, zero_points: bool = False) -> Path:
    """A model whose every token foretells by itself alone: the embedding, a sum, and the output matrix, with the names
    that the builder gives them. `zero_points`: also those of the blocks, as an output matrix may have them."""
    draw = np.random.default_rng(7)
    table = draw.normal(size=(WORDS, WIDTH)).astype(np.float32)
    source = table if tied else draw.normal(size=(WORDS, WIDTH)).astype(np.float32)
    blocks = source.reshape(WORDS, WIDTH // BLOCK, BLOCK)
    middle = 2 ** (bits - 1)
    scales = np.abs(blocks).max(axis=2) / (middle - 1)
    rounded = (np.rint(blocks / scales[:, :, None]) + middle).astype(np.uint8)
    if bits == 4:
        rounded = rounded[:, :, ::2] | rounded[:, :, 1::2] << 4
    tensors = {
        "model.embed_tokens.weight": table,
        "lm_head.weight_Q": rounded,
        "lm_head.scales": scales.astype(np.float32),
        "bias": draw.normal(size=WIDTH).astype(np.float32),
        "last": np.array(-1, np.int64),
        "axis": np.array([1], np.int64),
    }
    if zero_points:
        tensors["lm_head.zero_points"] = np.full((WORDS, WIDTH // BLOCK), middle, np.uint8)
    head = ["kept", "lm_head.weight_Q", "lm_head.scales", *(["lm_head.zero_points"] if zero_points else [])]
    sizes = {"K": WIDTH, "N": WORDS, "bits": bits, "block_size": BLOCK}
    nodes = [
        helper.make_node("Gather", ["model.embed_tokens.weight", "input_ids"], ["read"], "/model/embed_tokens/Gather"),
        helper.make_node("Add", ["read", "bias"], ["hidden"], "add"),
        helper.make_node("Gather", ["hidden", "last"], ["one"], "/lm_head/prune/Gather", axis=1),
        helper.make_node("Unsqueeze", ["one", "axis"], ["kept"], "/lm_head/prune/Unsqueeze"),
        helper.make_node("MatMulNBits", head, ["logits"], "/lm_head/MatMul", domain="com.microsoft", **sizes),
    ]
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1, WORDS])
    given = [numpy_helper.from_array(values, name) for name, values in tensors.items()]
    kept = helper.make_tensor_value_info("kept", TensorProto.FLOAT, ["batch", 1, WIDTH])
    graph = helper.make_graph(nodes, "small", [ids], [logits], given, value_info=[kept])
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    path = folder / "model.onnx"
    onnx.save(model, path, save_as_external_data=True, location="model.onnx.data", size_threshold=256)
    return path


def computed(path: Path, ids: np.ndarray[Any, np.dtype[np.int64]] = IDS) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session.run(["logits"], {"input_ids": ids})[0]


def operators(path: Path) -> list[str]:
    return [node.op_type for node in onnx.load(path, load_external_data=False).graph.node]


def test_there_are_logits_for_the_next_token_and_the_longest_guess() -> None:
    assert LOGITS == 1 + LONGEST_GUESS


@pytest.mark.parametrize("tied", [True, False])
def test_the_last_tokens_have_the_logits_that_each_had_as_the_last(tmp_path: Path, tied: bool) -> None:
    path = write(tmp_path, tied=tied)
    each = [computed(path, IDS[:, : count + 1])[:, 0] for count in range(IDS.shape[1])]
    finish(path)
    after = computed(path)
    assert after.shape == (2, LOGITS, WORDS)
    # An embedding in 8 bits moves each number by half a step at most; sums of 64 of them, by much less than one.
    assert np.abs(after - np.stack(each[-LOGITS:], axis=1)).max() < (0.5 if tied else 1e-4)
    assert computed(path, IDS[:, :3]).shape == (2, 3, WORDS)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    # What it says of itself: buffers of other sizes are not written into.
    assert session.get_outputs()[0].shape == ["batch", "num_logits", WORDS]


def test_an_embedding_that_is_the_output_matrix_takes_no_room(tmp_path: Path) -> None:
    path = write(tmp_path)
    before = path.with_name("model.onnx.data").stat().st_size
    finish(path)
    after = path.with_name("model.onnx.data").stat().st_size
    assert before - after == pytest.approx(4 * WORDS * WIDTH, abs=3 * 4096)
    assert "GatherBlockQuantized" in operators(path)
    assert {file.name for file in tmp_path.iterdir()} == {"model.onnx", "model.onnx.data"}


@pytest.mark.parametrize(("changes"), [{"tied": False}, {"bits": 4}, {"zero_points": True}], ids=str)
def test_an_embedding_that_is_something_else_stays(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = write(tmp_path, **changes)
    data = path.with_name("model.onnx.data").read_bytes()
    finish(path)
    assert operators(path) == ["Gather", "Add", "Slice", "MatMulNBits"]
    assert path.with_name("model.onnx.data").read_bytes() == data


def test_a_graph_with_logits_for_all_is_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path, tied=False)
    model = onnx.load(path, load_external_data=False)
    for name in ("/lm_head/prune/Gather", "/lm_head/prune/Unsqueeze"):
        model.graph.node.remove(next(node for node in model.graph.node if node.name == name))
    model.graph.node[-1].input[0] = "hidden"
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_param = "tokens"
    onnx.save(model, path)
    finish(path)
    assert computed(path).shape == (2, 20, WORDS)
