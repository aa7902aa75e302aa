"""Running a graph on buffers that are ours, through ONNX Runtime's IO binding."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import EngineError
from ..onnx_runtime import failures, in_short
from ..text.cells import Logits
from .buffers import Bound
from .graph import Graph

Numbers = np.ndarray[Any, np.dtype[Any]]


class Runner:
    """One session with its bindings. What is bound as past and present stays bound until it is bound anew."""

    def __init__(self, session: Any, graph: Graph, runtime: Any) -> None:
        self._session = session
        self._graph = graph
        self._failures = failures(runtime)
        self._binding = session.io_binding()
        self._pasts, self._presents = graph.pasts(), graph.presents()
        self._held: tuple[object, ...] = ()
        self._logits = np.empty(0, dtype=graph.logits_type)

    def bind(self, past: Bound, present: Bound) -> None:
        """Use these for keys and values. Raises `EngineError`."""
        kind = self._graph.kv_type.type
        try:
            for name, address in zip(self._pasts, past.addresses, strict=True):
                self._binding.bind_input(name, past.device, 0, kind, past.shape, address)
            for name, address in zip(self._presents, present.addresses, strict=True):
                self._binding.bind_output(name, present.device, 0, kind, present.shape, address)
        except self._failures as error:
            raise self._failed(error) from None
        self._held = (past.owners, present.owners)

    def run(self, tokens: Numbers, mask: Numbers, positions: Numbers, *, last: int = 1) -> Logits:
        """Compute `tokens`, shape (sequences, n). `mask` has shape (sequences, cells), `positions` that of `tokens`.

        Returns:
            Shape (sequences, last, vocabulary): the logits of the `last` tokens of each, no more than the graph gives;
            valid until the next run.

        Raises:
            EngineError: ONNX Runtime failed.
        """
        graph, binding = self._graph, self._binding
        rows, count = tokens.shape
        feeds = {"input_ids": tokens, "attention_mask": mask}
        if graph.positions:
            feeds["position_ids"] = positions
        # What is bound by address has to live until the run is over.
        kept = {name: np.ascontiguousarray(array, dtype=graph.id_type) for name, array in feeds.items()}
        shape = (rows, graph.logits_of(count), graph.vocabulary)
        if self._logits.shape != shape:
            self._logits = np.empty(shape, dtype=graph.logits_type)
        try:
            # To bind is to copy, where a GPU computes.
            for name, array in kept.items():
                binding.bind_input(name, "cpu", 0, graph.id_type.type, array.shape, array.ctypes.data)
            binding.bind_output("logits", "cpu", 0, graph.logits_type.type, shape, self._logits.ctypes.data)
            self._session.run_with_iobinding(binding)
        except self._failures as error:
            raise self._failed(error) from None
        return np.asarray(self._logits[:, -last:], dtype=np.float32)

    @staticmethod
    def _failed(error: Exception) -> EngineError:
        return EngineError(f"ONNX Runtime could not compute a step: {in_short(error)}")

    def close(self) -> None:
        self._held = ()
        self._binding = self._session = None
