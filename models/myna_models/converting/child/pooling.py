"""The end of a sentence encoder: one vector of the length 1 out of the vectors of all tokens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from .telling import Refused

_FILES = ("pooling.json", "1_Pooling/config.json")
"""As Myna installs it, and as sentence-transformers publishes it."""


def with_vectors(source: Path, target: Path, folder: Path) -> None:
    """Write the graph `source`, which gives `last_hidden_state`, as one that gives `vectors` [texts, size].

    Raises:
        Refused: the model pools in a way that is not known here.
    """
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(source)
    graph = model.graph
    hidden = next((one for one in graph.output if one.name == "last_hidden_state"), None)
    if hidden is None:
        raise Refused("the exported graph gives no vectors of tokens")
    size = _size(folder)
    nodes: list[Any] = []

    def op(kind: str, inputs: list[str], **attributes: Any) -> str:
        name = f"pool_{kind.lower()}_{len(nodes)}"
        nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def constant(name: str, value: Any) -> str:
        graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    if way(folder) == "cls":
        pooled = op("Gather", ["last_hidden_state", constant("pool_first", np.int64(0))], axis=1)
    else:
        mask = op("Cast", ["attention_mask"], to=TensorProto.FLOAT)
        column = op("Unsqueeze", [mask, constant("pool_last_axis", np.array([2], np.int64))])
        axis = constant("pool_tokens", np.array([1], np.int64))
        total = op("ReduceSum", [op("Mul", ["last_hidden_state", column]), axis], keepdims=0)
        pooled = op("Div", [total, op("ReduceSum", [column, axis], keepdims=0)])
    squares = op(
        "ReduceSum", [op("Mul", [pooled, pooled]), constant("pool_width", np.array([1], np.int64))], keepdims=1
    )
    length = op("Max", [op("Sqrt", [squares]), constant("pool_tiny", np.float32(1e-12))])
    nodes.append(helper.make_node("Div", [pooled, length], ["vectors"], name="pool_vectors"))
    graph.node.extend(nodes)
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", size]))
    onnx.save(model, target)


def way(folder: Path) -> str:
    """`mean` or `cls`; the mean where the model does not say.

    Raises:
        Refused: another one.
    """
    for name in _FILES:
        if (folder / name).is_file():
            config = json.loads((folder / name).read_text(encoding="utf-8"))
            chosen = [key for key, value in config.items() if key.startswith("pooling_mode_") and value is True]
            if chosen == ["pooling_mode_mean_tokens"]:
                return "mean"
            if chosen == ["pooling_mode_cls_token"]:
                return "cls"
            raise Refused(f"the model pools its tokens in a way that is not known here ({', '.join(chosen) or 'none'})")
    return "mean"


def _size(folder: Path) -> int:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    return int(config.get("hidden_size") or config["dim"])
