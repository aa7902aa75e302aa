"""The model of `tiny_gguf` as an ONNX graph: the same weights, words and template, so the same answers.

In both layouts in which keys and values are kept: `joined` is built of plain operators as optimum's exports are, with
logits for each token; `shared` with GroupQueryAttention as onnxruntime-genai's are, with logits for the last ones.
Writing one needs the package `onnx`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from .tiny_gguf import CHATML, CONTROL, END_OF_TEXT, HEADS, IM_END, LAYERS, MERGES, WIDTH, vocabulary, weights

HEAD = WIDTH // HEADS
EPSILON = 1e-5
OPSET = 17


def write_tiny_onnx(
    folder: Path,
    layout: Literal["joined", "shared"] = "joined",
    *,
    seed: int = 1,
    context: int = 512,
    external: bool = False,
    tail: int = 1,
) -> Path:
    """Write the model and what lies beside it into `folder`: about 0.5 MB. With `external`, the weights into a file of
    their own. `tail`: tokens that `shared` gives logits for. Returns the path of the graph."""
    import onnx

    folder.mkdir(parents=True, exist_ok=True)
    graph = _Graph(layout, weights(seed, len(vocabulary())), context, tail)
    path = folder / "model.onnx"
    model = graph.model()
    if external:
        onnx.save(model, str(path), save_as_external_data=True, location="model.onnx.data", size_threshold=1024)
    else:
        onnx.save(model, str(path))
    _write(folder / "tokenizer.json", tokenizer())
    _write(
        folder / "tokenizer_config.json",
        {"bos_token": CONTROL[END_OF_TEXT], "eos_token": CONTROL[IM_END], "add_bos_token": False},
    )
    (folder / "chat_template.jinja").write_text(CHATML, encoding="utf-8")
    config = {
        "model_type": "llama",
        "vocab_size": len(vocabulary()),
        "max_position_embeddings": context,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "num_key_value_heads": HEADS,
        "hidden_size": WIDTH,
        "eos_token_id": IM_END,
    }
    _write(folder / "config.json", config)
    return path


def tokenizer() -> dict[str, Any]:
    """`tokenizer.json` for the words of `tiny_gguf`."""
    words = vocabulary()
    byte_level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    added = [
        {
            "id": number,
            "content": text,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for number, text in enumerate(CONTROL)
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": byte_level,
        "post_processor": None,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": {text: number for number, text in enumerate(words)},
            "merges": list(MERGES),
        },
    }


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")


class _Graph:
    """Builds the graph node by node."""

    def __init__(self, layout: str, found: dict[str, Any], context: int, tail: int) -> None:
        import onnx

        self._onnx = onnx
        self._layout = layout
        self._tail = tail
        self._weights = found
        self._nodes: list[Any] = []
        self._tensors: dict[str, Any] = {}
        self._count = 0
        # Rotary positions of interleaved pairs, base 10,000: what llama.cpp does for the architecture `llama`.
        angles = np.outer(np.arange(context), 10_000.0 ** (-np.arange(0, HEAD, 2) / HEAD))
        self.cos, self.sin = (
            self.constant(name, function(angles).astype(np.float32))
            for name, function in (("cos", np.cos), ("sin", np.sin))
        )

    def constant(self, name: str, value: Any) -> str:
        if name not in self._tensors:
            self._tensors[name] = self._onnx.numpy_helper.from_array(np.asarray(value), name)
        return name

    def ints(self, *values: int) -> str:
        return self.constant("ints_" + "_".join(map(str, values)).replace("-", "m"), np.array(values, dtype=np.int64))

    def op(self, kind: str, *inputs: str, outputs: Sequence[str] = (), domain: str = "", **attributes: Any) -> str:
        self._count += 1
        names = list(outputs) or [f"{kind}_{self._count}"]
        self._nodes.append(self._onnx.helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names[0]

    def linear(self, x: str, name: str) -> str:
        return self.op("MatMul", x, self.constant(name, self._weights[name].T.copy()))

    def norm(self, x: str, name: str) -> str:
        square = self.op("ReduceMean", self.op("Mul", x, x), axes=[-1])
        root = self.op("Sqrt", self.op("Add", square, self.constant("epsilon", np.float32(EPSILON))))
        return self.op("Mul", self.op("Div", x, root), self.constant(name, self._weights[name]))

    def heads(self, x: str) -> str:
        """(batch, tokens, width) to (batch, heads, tokens, head)."""
        return self.op("Transpose", self.op("Reshape", x, self.ints(0, 0, HEADS, HEAD)), perm=[0, 2, 1, 3])

    def rotated(self, x: str) -> str:
        """Of shape (batch, heads, tokens, head)."""
        pairs = self.op("Reshape", x, self.ints(0, 0, 0, HEAD // 2, 2))
        even, odd = (self.op("Gather", pairs, self.constant(f"at{i}", np.int64(i)), axis=4) for i in (0, 1))
        cos, sin = (
            self.op("Unsqueeze", self.op("Gather", table, "position_ids"), self.ints(1))
            for table in (self.cos, self.sin)
        )
        first = self.op("Sub", self.op("Mul", even, cos), self.op("Mul", odd, sin))
        second = self.op("Add", self.op("Mul", even, sin), self.op("Mul", odd, cos))
        joined = self.op("Concat", *(self.op("Unsqueeze", part, self.ints(4)) for part in (first, second)), axis=4)
        return self.op("Reshape", joined, self.ints(0, 0, 0, HEAD))

    def attention(self, layer: int, x: str) -> str:
        q, k, v = (self.linear(x, f"blk.{layer}.attn_{part}.weight") for part in "qkv")
        past = [f"past_key_values.{layer}.{part}" for part in ("key", "value")]
        present = [f"present.{layer}.{part}" for part in ("key", "value")]
        if self._layout == "shared":
            out = self.op(
                "GroupQueryAttention",
                *(q, k, v, *past, "lengths", "total", self.cos, self.sin),
                outputs=[f"attended.{layer}", *present],
                domain="com.microsoft",
                num_heads=HEADS,
                kv_num_heads=HEADS,
                do_rotary=1,
                rotary_interleaved=1,
            )
            return self.linear(out, f"blk.{layer}.attn_output.weight")
        keys = self.op("Concat", past[0], self.rotated(self.heads(k)), outputs=[present[0]], axis=2)
        values = self.op("Concat", past[1], self.heads(v), outputs=[present[1]], axis=2)
        scores = self.op("MatMul", self.rotated(self.heads(q)), self.op("Transpose", keys, perm=[0, 1, 3, 2]))
        scaled = self.op("Div", scores, self.constant("root", np.float32(HEAD**0.5)))
        weighed = self.op("MatMul", self.op("Softmax", self.op("Add", scaled, "bias"), axis=-1), values)
        back = self.op("Reshape", self.op("Transpose", weighed, perm=[0, 2, 1, 3]), self.ints(0, 0, WIDTH))
        return self.linear(back, f"blk.{layer}.attn_output.weight")

    def masks(self) -> None:
        """What attention takes besides: a bias for each pair of tokens, or the lengths of the sequences."""
        int32 = self._onnx.TensorProto.INT32
        total = self.op("Gather", self.op("Shape", "attention_mask"), self.constant("at1", np.int64(1)))
        if self._layout == "shared":
            self.op("Cast", total, outputs=["total"], to=int32)
            ones = self.op("ReduceSum", "attention_mask", self.ints(1), keepdims=0)
            self.op("Cast", self.op("Sub", ones, self.ints(1)), outputs=["lengths"], to=int32)
            return
        zero, one = self.constant("at0", np.int64(0)), self.constant("at1", np.int64(1))
        new = self.op("Gather", self.op("Shape", "input_ids"), one)
        columns = self.op("Range", zero, total, one)
        rows = self.op("Unsqueeze", self.op("Range", self.op("Sub", total, new), total, one), self.ints(1))
        causal = self.op("LessOrEqual", columns, rows)
        seen = self.op("Cast", self.op("Unsqueeze", "attention_mask", self.ints(1, 2)), to=self._onnx.TensorProto.BOOL)
        low, none = self.constant("low", np.float32(-1e9)), self.constant("none", np.float32(0))
        self.op("Where", self.op("And", causal, seen), none, low, outputs=["bias"])

    def model(self) -> Any:
        helper, kinds = self._onnx.helper, self._onnx.TensorProto
        x = self.op("Gather", self.constant("token_embd.weight", self._weights["token_embd.weight"]), "input_ids")
        self.masks()
        for layer in range(LAYERS):
            x = self.op("Add", x, self.attention(layer, self.norm(x, f"blk.{layer}.attn_norm.weight")))
            inner = self.norm(x, f"blk.{layer}.ffn_norm.weight")
            gate = self.linear(inner, f"blk.{layer}.ffn_gate.weight")
            silu = self.op("Mul", gate, self.op("Sigmoid", gate))
            product = self.op("Mul", silu, self.linear(inner, f"blk.{layer}.ffn_up.weight"))
            x = self.op("Add", x, self.linear(product, f"blk.{layer}.ffn_down.weight"))
        x = self.norm(x, "output_norm.weight")
        if self._layout == "shared":
            x = self.op("Slice", x, self.ints(-self._tail), self.ints(np.iinfo(np.int64).max), self.ints(1))
        output = self.constant("output.weight", self._weights["output.weight"].T.copy())
        self.op("MatMul", x, output, outputs=["logits"])
        names = [f"{layer}.{part}" for layer in range(LAYERS) for part in ("key", "value")]
        inputs = [
            helper.make_tensor_value_info("input_ids", kinds.INT64, ["batch", "tokens"]),
            helper.make_tensor_value_info("attention_mask", kinds.INT64, ["batch", "all"]),
            *(
                [helper.make_tensor_value_info("position_ids", kinds.INT64, ["batch", "tokens"])]
                if self._layout == "joined"
                else []
            ),
            *(
                helper.make_tensor_value_info(f"past_key_values.{name}", kinds.FLOAT, ["batch", HEADS, "past", HEAD])
                for name in names
            ),
        ]
        outputs = [
            helper.make_tensor_value_info("logits", kinds.FLOAT, ["batch", "given", len(vocabulary())]),
            *(
                helper.make_tensor_value_info(f"present.{name}", kinds.FLOAT, ["batch", HEADS, "present", HEAD])
                for name in names
            ),
        ]
        graph = helper.make_graph(self._nodes, "tiny", inputs, outputs, list(self._tensors.values()))
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9, producer_name="tiny")
