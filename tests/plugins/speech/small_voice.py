"""A voice of some kilobytes that is built as VITS is: random weights, a decoder of convolutions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper, save

HOP = 32
"""Samples in a frame."""

FRAMES_A_PHONEME = 8


def write_voice(path: Path, *, speakers: int = 1, decoder: str = "dec.", mixing: bool = False) -> Path:
    """`decoder`: what its weights are called; `mixing`: something in it mixes all moments."""
    random = np.random.default_rng(1)
    weights: dict[str, np.ndarray[Any, Any]] = {
        "one": np.array([1], np.int64),
        "scale": np.array([0.05], np.float32),
    }
    nodes: list[NodeProto] = []

    def node(kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"t{len(nodes)}"
        nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def conv(of: str, shape: tuple[int, int, int], name: str = "", kind: str = "Conv", **attributes: Any) -> str:
        name = name or f"w{len(weights)}"
        weights[name] = random.normal(0, 1 / np.sqrt(shape[1] * shape[2]), shape).astype(np.float32)
        return node(kind, of, name, **attributes)

    ids = node("Mul", node("Unsqueeze", node("Cast", "input", to=TensorProto.FLOAT), "one"), "scale")
    latents = conv(ids, (1, 4, FRAMES_A_PHONEME), kind="ConvTranspose", strides=[FRAMES_A_PHONEME])
    at = conv(latents, (8, 4, 7), decoder + "conv_pre.weight", pads=[3, 3])
    if speakers > 1:
        weights["last"] = np.array([2], np.int64)
        weights["emb_g.weight"] = random.normal(0, 1, (speakers, 3)).astype(np.float32)
        g = node("Unsqueeze", node("Gather", "emb_g.weight", "sid"), "last")
        at = node("Add", at, conv(g, (8, 3, 1)))
    at = conv(node("LeakyRelu", at), (8, 8, 16), kind="ConvTranspose", strides=[8], pads=[4, 4])
    at = node("Add", at, conv(node("LeakyRelu", at), (8, 8, 3), dilations=[2], pads=[2, 2]))
    if mixing:
        at = node("Softmax", at, axis=2)
    at = conv(node("LeakyRelu", at), (8, 4, 8), kind="ConvTranspose", strides=[4], pads=[2, 2])
    at = node("Add", at, conv(node("LeakyRelu", at), (4, 4, 7), dilations=[12], pads=[36, 36]))
    at = node("Tanh", conv(at, (1, 4, 7), pads=[3, 3]))
    nodes.append(helper.make_node("Unsqueeze", [at, "one"], ["output"]))
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, None]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    if speakers > 1:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, [1]))
    graph = helper.make_graph(
        nodes,
        "voice",
        inputs,
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(weight, name) for name, weight in weights.items()],
    )
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8), str(path))
    return path
