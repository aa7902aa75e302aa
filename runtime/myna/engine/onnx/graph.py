"""What the graph of a causal language model takes and gives, and how it keeps keys and values.

Two layouts are in use. In `joined`, that of optimum's `text-generation-with-past`, a step gives the keys and values of
all tokens so far as new tensors: those of the past with the new ones behind. In `shared`, that of onnxruntime-genai's
model builder, the operator GroupQueryAttention writes the new ones into the buffers of the past, behind what is there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np

from ...errors import BadModelFile
from ..onnx_runtime import failures
from ..providers import quiet_run_options

_PAST = re.compile(r"past_key_values\.(\d+)\.(key|value)")
_TYPES: dict[str, np.dtype[Any]] = {
    "tensor(float)": np.dtype(np.float32),
    "tensor(float16)": np.dtype(np.float16),
    "tensor(int64)": np.dtype(np.int64),
    "tensor(int32)": np.dtype(np.int32),
}
_KNOWN = {"input_ids", "attention_mask", "position_ids"}
PROBE = 32
"""Cells of the past in the run that tells the layouts apart."""
PROBE_TOKENS = 16
"""Of the run that shows for how many of them there are logits: more than anybody guesses at once."""


class Graph(msgspec.Struct, frozen=True):
    """The inputs and outputs of a model."""

    layout: Literal["joined", "shared"]
    layers: int
    heads: int
    """Of keys and values."""
    width: int
    """Elements of one head."""
    kv_type: np.dtype[Any]
    id_type: np.dtype[Any]
    """Of `input_ids`, and of the mask and the positions."""
    logits_type: np.dtype[Any]
    positions: bool
    """There is an input `position_ids`."""
    vocabulary: int
    """Logits of a token."""
    tail: int
    """Logits are given for so many tokens at the end of each sequence; 0: for all."""

    def logits_of(self, tokens: int) -> int:
        """For how many of `tokens` in a step there are logits."""
        return min(tokens, self.tail) if self.tail else tokens

    @property
    def cell_bytes(self) -> int:
        """Of one token in the cache."""
        return self.layers * 2 * self.heads * self.width * self.kv_type.itemsize

    def pasts(self) -> list[str]:
        """Names of the inputs, layer by layer, key before value."""
        return [f"past_key_values.{layer}.{part}" for layer in range(self.layers) for part in ("key", "value")]

    def presents(self) -> list[str]:
        """Names of the outputs in the same order."""
        return [f"present.{layer}.{part}" for layer in range(self.layers) for part in ("key", "value")]


def read_graph(session: Any, runtime: Any, path: Path, *, width: int = 0) -> Graph:
    """What the model in `session` is, found by its inputs, its outputs and two small runs. `width` counts where the
    graph leaves the width of a head open.

    Raises:
        BadModelFile: it is no causal language model with a KV cache, or one that keeps it in another way.
    """
    inputs = {entry.name: entry for entry in session.get_inputs()}
    outputs = {entry.name: entry for entry in session.get_outputs()}

    def wrong(what: str) -> BadModelFile:
        return BadModelFile(
            f"{path.name} is no language model that can be run here: {what}",
            hint="convert it with its KV cache (optimum's text-generation-with-past), or take a GGUF file of it",
        )

    layers = sum(1 for name in inputs if (match := _PAST.fullmatch(name)) and match[2] == "key")
    expected = {f"past_key_values.{layer}.{part}" for layer in range(layers) for part in ("key", "value")}
    if "input_ids" not in inputs or "logits" not in outputs:
        raise wrong("it has no input input_ids or no output logits")
    if not layers or {name for name in inputs if _PAST.fullmatch(name)} != expected:
        raise wrong("it keeps no keys and values of the tokens before (past_key_values)")
    if missing := {name.replace("past_key_values", "present") for name in expected} - outputs.keys():
        raise wrong(f"the output {min(missing)} is missing")
    if "attention_mask" not in inputs:
        raise wrong("it has no input attention_mask")
    if unknown := inputs.keys() - _KNOWN - expected:
        raise wrong(f"it wants the input {min(unknown)}, which is not known")
    shapes = {tuple(inputs[name].shape[1::2]) for name in expected if len(inputs[name].shape) == 4}
    types = {inputs[name].type for name in expected}
    heads, inner = next(iter(shapes)) if len(shapes) == 1 else (0, 0)
    width = inner if isinstance(inner, int) else width
    if not isinstance(heads, int) or heads < 1 or width < 1:
        raise wrong("its keys and values differ in shape, or do not say which they have")
    if len(types) != 1 or not {*types, inputs["input_ids"].type, outputs["logits"].type} <= _TYPES.keys():
        raise wrong("a type of its tensors is not known")
    graph = Graph(
        layout="joined",
        layers=layers,
        heads=heads,
        width=width,
        kv_type=_TYPES[next(iter(types))],
        id_type=_TYPES[inputs["input_ids"].type],
        logits_type=_TYPES[outputs["logits"].type],
        positions="position_ids" in inputs,
        vocabulary=0,
        tail=0,
    )
    return _probed(session, runtime, graph, wrong)


def _probed(session: Any, runtime: Any, graph: Graph, wrong: Any) -> Graph:
    # A mask of fewer cells than the past has, and the token: only a graph that shares its buffers takes that, and
    # gives back buffers of the size that it was given.
    try:
        logits, present = _run(session, runtime, graph, past=PROBE, mask=PROBE // 2)
        if present.shape[2] == PROBE:
            graph = msgspec.structs.replace(graph, layout="shared")
    except failures(runtime):
        present = None
    try:
        if graph.layout == "shared":
            logits, _ = _run(session, runtime, graph, past=PROBE, mask=PROBE_TOKENS, tokens=PROBE_TOKENS)
        else:
            logits, present = _run(session, runtime, graph, past=PROBE, mask=PROBE + PROBE_TOKENS, tokens=PROBE_TOKENS)
            if present.shape[2] != PROBE + PROBE_TOKENS:
                raise wrong("it does not join new keys and values to those of the past")
    except failures(runtime) as error:
        raise wrong(" ".join(str(error).split())[:200]) from None
    if logits.ndim != 3 or logits.shape[0] != 1 or not 1 <= logits.shape[1] <= PROBE_TOKENS:
        raise wrong(f"its logits have the shape {logits.shape}")
    tail = logits.shape[1] if logits.shape[1] < PROBE_TOKENS else 0
    return msgspec.structs.replace(graph, vocabulary=int(logits.shape[2]), tail=tail)


def _run(session: Any, runtime: Any, graph: Graph, *, past: int, mask: int, tokens: int = 1) -> tuple[Any, Any]:
    """Logits, and the first layer's keys, of one run over token 0."""
    empty = np.zeros((1, graph.heads, past, graph.width), dtype=graph.kv_type)
    feeds: dict[str, Any] = dict.fromkeys(graph.pasts(), empty)
    feeds["input_ids"] = np.zeros((1, tokens), dtype=graph.id_type)
    feeds["attention_mask"] = np.ones((1, mask), dtype=graph.id_type)
    if graph.positions:
        feeds["position_ids"] = np.arange(mask - tokens, mask, dtype=graph.id_type)[None]
    logits, present = session.run(["logits", graph.presents()[0]], feeds, quiet_run_options(runtime))
    return logits, present
