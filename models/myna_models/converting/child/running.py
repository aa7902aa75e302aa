"""Runs what was made plainly, to measure it; a decoder with one sequence and a cache of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class OnnxDecoder:
    """Takes what the model builder makes: `past_key_values.N.key` and `.value` in, `present.N...` out."""

    def __init__(self, path: Path) -> None:
        whole = path.with_name("measured.onnx")
        _with_all_logits(path, whole)
        try:
            self._session = session(whole)
        finally:
            whole.unlink()
        config = json.loads(path.with_name("genai_config.json").read_text(encoding="utf-8"))
        self._head = int(config["model"]["decoder"]["head_size"])
        self._inputs = {one.name: one for one in self._session.get_inputs()}
        self._past = [name for name in self._inputs if name.startswith("past_key_values.")]
        self._outputs = [one.name for one in self._session.get_outputs()]

    def logits(self, row: Sequence[int]) -> Any:
        """float32 [tokens, vocabulary] of a text on its own."""
        return self._run(row, self._empty(), 0)["logits"][0]

    def greedy(self, row: Sequence[int], count: int) -> list[int]:
        """The likeliest `count` tokens after `row`."""
        past, length, tokens, found = self._empty(), 0, list(row), []
        for _ in range(count):
            answer = self._run(tokens, past, length)
            length += len(tokens)
            tokens = [int(answer["logits"][0, -1].argmax())]
            found += tokens
            past = {name: answer[name.replace("past_key_values", "present")] for name in self._past}
        return found

    def _run(self, row: Sequence[int], past: dict[str, Any], length: int) -> dict[str, Any]:
        import numpy as np

        feeds = {"input_ids": np.array([row], np.int64), **past}
        if "attention_mask" in self._inputs:
            feeds["attention_mask"] = np.ones((1, length + len(row)), np.int64)
        if "position_ids" in self._inputs:
            feeds["position_ids"] = np.arange(length, length + len(row), dtype=np.int64)[None]
        return dict(zip(self._outputs, self._session.run(None, feeds), strict=True))

    def _empty(self) -> dict[str, Any]:
        import numpy as np

        heads = {name: self._inputs[name].shape[1] for name in self._past}
        return {name: np.zeros((1, count, 0, self._head), np.float32) for name, count in heads.items()}


def _with_all_logits(path: Path, target: Path) -> None:
    """A graph over the same weights that gives the logits of every place, instead of the last ones alone."""
    import onnx

    model = onnx.load(path, load_external_data=False)
    cut = next((node for node in model.graph.node if node.name == "/lm_head/prune/Slice"), None)
    if cut is not None:
        for node in model.graph.node:
            for at, name in enumerate(node.input):
                if name == cut.output[0]:
                    node.input[at] = cut.input[0]
    onnx.save(model, target)


def session(path: Path, unfused: Sequence[str] = ()) -> Any:
    """`unfused`: optimizers of ONNX Runtime that the engine leaves out."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = spare_threads()
    # Threads that spin take the processor from whoever works beside this.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(
        str(path), options, providers=["CPUExecutionProvider"], disabled_optimizers=[*unfused]
    )


def spare_threads() -> int:
    """Threads to compute with: the physical cores, about; two of a core cost more than they bring."""
    import psutil

    return max(1, psutil.cpu_count(logical=False) or os.cpu_count() or 1)
