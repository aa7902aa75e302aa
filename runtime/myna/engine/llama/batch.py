"""Batches for llama.cpp over numpy arrays."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..bindings import C
from ..text.sight import Vectors


class TokenBatch:
    """A `llama_batch` of tokens, so that filling it is a few slice assignments."""

    def __init__(self, size: int) -> None:
        self._tokens = np.zeros(size, dtype=np.int32)
        self._positions = np.zeros(size, dtype=np.int32)
        self._counts = np.ones(size, dtype=np.int32)
        self._sequences = np.zeros(size, dtype=np.int32)
        self._outputs = np.zeros(size, dtype=np.int8)
        self._pointers = _pointers(self._sequences)
        self.native = C.llama_batch(
            0,
            _cast(self._tokens, C.llama_token),
            None,
            _cast(self._positions, C.llama_pos),
            _cast(self._counts, ctypes.c_int32),
            _cast(self._pointers, ctypes.POINTER(C.llama_seq_id)),
            _cast(self._outputs, ctypes.c_int8),
        )

    def clear(self) -> None:
        self.native.n_tokens = 0

    @property
    def size(self) -> int:
        return int(self.native.n_tokens)

    def add(self, tokens: Sequence[int], position: int, sequence: int, *, output: bool) -> int:
        """Append tokens of one sequence; with `output`, logits of the last. Returns its row."""
        start = self.native.n_tokens
        end = start + len(tokens)
        self._tokens[start:end] = tokens
        self._positions[start:end] = np.arange(position, position + len(tokens))
        self._sequences[start:end] = sequence
        self._outputs[start:end] = 0
        self._outputs[end - 1] = output
        self.native.n_tokens = end
        return int(end - 1)


class VectorBatch:
    """A `llama_batch` of what stands in place of tokens' own embeddings: a part of a picture, for one sequence."""

    def __init__(
        self, vectors: Vectors, positions: np.ndarray[Any, np.dtype[np.int32]], sequence: int, *, output: bool
    ) -> None:
        """`vectors` has shape (n, width), `positions` (axes, n); with `output`, logits of the last."""
        size = len(vectors)
        self._vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        # By axis, and within an axis by token.
        self._positions = np.ascontiguousarray(positions, dtype=np.int32)
        self._counts = np.ones(size, dtype=np.int32)
        self._sequences = np.full(size, sequence, dtype=np.int32)
        self._outputs = np.zeros(size, dtype=np.int8)
        self._outputs[-1] = output
        self._pointers = _pointers(self._sequences)
        self.native = C.llama_batch(
            size,
            None,
            _cast(self._vectors, ctypes.c_float),
            _cast(self._positions, C.llama_pos),
            _cast(self._counts, ctypes.c_int32),
            _cast(self._pointers, ctypes.POINTER(C.llama_seq_id)),
            _cast(self._outputs, ctypes.c_int8),
        )


def _pointers(sequences: np.ndarray[Any, np.dtype[np.int32]]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """The address of each element."""
    return np.arange(len(sequences), dtype=np.uint64) * np.uint64(4) + np.uint64(sequences.ctypes.data)


def _cast(array: np.ndarray[Any, Any], kind: Any) -> Any:
    return ctypes.cast(array.ctypes.data, ctypes.POINTER(kind))
