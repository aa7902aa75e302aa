"""BERT (Devlin et al. 2019) as an ONNX graph, with mean pooling and vectors of length 1 at its end.

Sentence encoders of this kind are published as weights; ONNX Runtime needs the graph, which is small enough to
be written down here. optimum would need PyTorch for it.
"""

from __future__ import annotations

import math
from typing import Annotated, Any

import msgspec
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ...errors import ModelLoadFailed
from .safetensors import Tensors

OPSET = 17
"""The first with LayerNormalization."""

Size = Annotated[int, msgspec.Meta(ge=1, le=1 << 20)]


class BertConfig(msgspec.Struct, frozen=True):
    """What `config.json` says, as far as the graph needs it."""

    hidden_size: Size
    num_hidden_layers: Annotated[int, msgspec.Meta(ge=1, le=48)]
    num_attention_heads: Size
    max_position_embeddings: Size
    layer_norm_eps: float = 1e-12
    hidden_act: str = "gelu"
    model_type: str = "bert"


class _Graph:
    """Nodes and constants so far."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self.nodes: list[Any] = []
        self.constants: dict[str, Any] = {}

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """A node with one output; the output's name."""
        name = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def weight(self, name: str, *, transposed: bool = False) -> str:
        tensor = self._tensor(name)
        return self.constant(name, tensor.T if transposed else tensor)

    def first_row(self, name: str, tensor: str) -> str:
        """The first row of the weight `tensor`, as the constant `name`."""
        return self.constant(name, self._tensor(tensor)[0])

    def _tensor(self, name: str) -> Any:
        tensor = self._tensors.get(name)
        if tensor is None:
            raise ModelLoadFailed(f"the model has no tensor {name}")
        return tensor

    def constant(self, name: str, value: Any) -> str:
        if name not in self.constants:
            self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(value), name)
        return name

    def dense(self, x: str, name: str) -> str:
        product = self.op("MatMul", x, self.weight(f"{name}.weight", transposed=True))
        return self.op("Add", product, self.weight(f"{name}.bias"))

    def norm(self, x: str, name: str, epsilon: float) -> str:
        weight, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.op("LayerNormalization", x, weight, bias, axis=-1, epsilon=epsilon)

    def gelu(self, x: str) -> str:
        half = self.op("Mul", x, self.constant("half", np.float32(0.5)))
        erf = self.op("Erf", self.op("Div", x, self.constant("sqrt2", np.float32(math.sqrt(2)))))
        return self.op("Mul", half, self.op("Add", erf, self.constant("one", np.float32(1))))


def encoder(tensors: Tensors, config: BertConfig) -> Any:
    """An `onnx.ModelProto`: `input_ids` and `attention_mask` (batch x tokens, int64) to `vectors` (batch x size).

    Raises:
        ModelLoadFailed: it is another kind of model, or tensors are missing.
    """
    if config.model_type != "bert" or config.hidden_act != "gelu" or config.hidden_size % config.num_attention_heads:
        raise ModelLoadFailed(f"a model of the type {config.model_type} with {config.hidden_act} is not known here")
    graph = _Graph(tensors)
    hidden = _embeddings(graph, config)
    # 0 for tokens, a large negative number for padding: added to the attention before the softmax.
    mask = graph.op("Cast", "attention_mask", to=TensorProto.FLOAT)
    wide = graph.op("Unsqueeze", mask, graph.constant("axes_1_2", np.array([1, 2], np.int64)))
    away = graph.op("Sub", graph.constant("one", np.float32(1)), wide)
    bias = graph.op("Mul", away, graph.constant("far", np.float32(-1e9)))
    for layer in range(config.num_hidden_layers):
        hidden = _layer(graph, config, hidden, bias, f"encoder.layer.{layer}")
    vectors = _pooled(graph, hidden, mask)
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in INPUTS]
    output = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", config.hidden_size])
    graph.nodes[-1].output[0] = "vectors"
    del vectors
    made = helper.make_graph(graph.nodes, "sentence-encoder", inputs, [output], list(graph.constants.values()))
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="myna")
    model.ir_version = 8  # that of the opset; onnx would write its newest
    onnx.checker.check_model(model)
    return model


INPUTS = ("input_ids", "attention_mask")


def _embeddings(graph: _Graph, config: BertConfig) -> str:
    words = graph.op("Gather", graph.weight("embeddings.word_embeddings.weight"), "input_ids")
    tokens = graph.op("Gather", graph.op("Shape", "input_ids"), graph.constant("index_1", np.array([1], np.int64)))
    places = graph.op(
        "Slice",
        graph.weight("embeddings.position_embeddings.weight"),
        graph.constant("index_0", np.array([0], np.int64)),
        tokens,
    )
    # A single text is of one kind: the first of the two token types.
    kind = graph.first_row("kind", "embeddings.token_type_embeddings.weight")
    summed = graph.op("Add", graph.op("Add", words, places), kind)
    return graph.norm(summed, "embeddings.LayerNorm", config.layer_norm_eps)


def _layer(graph: _Graph, config: BertConfig, hidden: str, bias: str, name: str) -> str:
    heads, width = config.num_attention_heads, config.hidden_size // config.num_attention_heads
    split = graph.constant("split", np.array([0, 0, heads, width], np.int64))

    def part(kind: str, order: list[int]) -> str:
        dense = graph.dense(hidden, f"{name}.attention.self.{kind}")
        return graph.op("Transpose", graph.op("Reshape", dense, split), perm=order)

    scores = graph.op("MatMul", part("query", [0, 2, 1, 3]), part("key", [0, 2, 3, 1]))
    scaled = graph.op("Div", scores, graph.constant("scale", np.float32(math.sqrt(width))))
    shares = graph.op("Softmax", graph.op("Add", scaled, bias), axis=-1)
    mixed = graph.op("Transpose", graph.op("MatMul", shares, part("value", [0, 2, 1, 3])), perm=[0, 2, 1, 3])
    joined = graph.op("Reshape", mixed, graph.constant("join", np.array([0, 0, config.hidden_size], np.int64)))
    attended = graph.op("Add", graph.dense(joined, f"{name}.attention.output.dense"), hidden)
    attended = graph.norm(attended, f"{name}.attention.output.LayerNorm", config.layer_norm_eps)
    inner = graph.gelu(graph.dense(attended, f"{name}.intermediate.dense"))
    outer = graph.op("Add", graph.dense(inner, f"{name}.output.dense"), attended)
    return graph.norm(outer, f"{name}.output.LayerNorm", config.layer_norm_eps)


def _pooled(graph: _Graph, hidden: str, mask: str) -> str:
    """The mean over tokens, scaled to the length 1."""
    axis = graph.constant("axis_1", np.array([1], np.int64))
    column = graph.op("Unsqueeze", mask, graph.constant("axis_2", np.array([2], np.int64)))
    total = graph.op("ReduceSum", graph.op("Mul", hidden, column), axis, keepdims=0)
    mean = graph.op("Div", total, graph.op("ReduceSum", column, axis, keepdims=0))
    length = graph.op("ReduceL2", mean, axes=[1], keepdims=1)
    return graph.op("Div", mean, graph.op("Max", length, graph.constant("tiny", np.float32(1e-12))))
