"""Batches for a graph, and its sequences: what the scheduler computes on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from ...errors import BadInput, OutOfMemory
from ..cores import own_cores
from ..pinning import Pinning
from ..text.cells import Logits, NoRoom, SequenceState
from .graph import Graph
from .memory import KvMemory, State

LOGITS_BYTES = 64 << 20
"""Memory for the logits of one prefill chunk, where the graph gives those of every token."""


class _Entry(msgspec.Struct):
    """What a batch computes of one sequence."""

    sequence: int
    tokens: list[int] = []
    asked: int = -1
    """The first of `tokens` that logits are asked of; -1: of none."""
    logits: Logits | None = None
    """Of the last `last` tokens, shape (last, vocabulary)."""

    @property
    def last(self) -> int:
        """Tokens at the end that logits are kept of."""
        return len(self.tokens) - self.asked if self.asked >= 0 else 0


class OnnxCells:
    """`Cells` for one model. In one batch, sequences with one token each are computed together, and others after them,
    one by one: to compute them together, all would be made as long as the longest."""

    def __init__(self, memory: KvMemory, graph: Graph, *, batch: int, sequences: int) -> None:
        """At most `batch` tokens at once."""
        self.sequences = sequences
        self._memory = memory
        self._graph = graph
        most = batch if graph.tail else LOGITS_BYTES // (graph.vocabulary * graph.logits_type.itemsize)
        # No fewer than can be decoded together.
        self._limit = max(min(batch, most), min(batch, sequences), 1)
        self._pinning = Pinning(own_cores())
        self._entries: dict[int, _Entry] = {}
        """By sequence."""
        self._rows: list[tuple[_Entry, int]] = []
        """Of each row, whose it is and the last of its tokens there."""
        self._size = 0

    # batch

    def begin(self) -> None:
        self._entries = {}
        self._rows = []
        self._size = 0

    @property
    def room(self) -> int:
        return self._limit - self._size

    def spare(self, cores: int) -> None:
        """ONNX Runtime's threads stay as many as when the session was opened; they share the cores that are left."""
        self._pinning.leave(cores)

    def add(self, tokens: Sequence[int], position: int, sequence: int, *, output: bool) -> int:
        """`position` is always how many tokens the sequence holds."""
        del position
        entry = self._entries.setdefault(sequence, _Entry(sequence))
        entry.tokens += tokens
        place = len(entry.tokens) - 1
        if output and entry.asked < 0:
            entry.asked = place
        self._rows.append((entry, place))
        self._size += len(tokens)
        return len(self._rows) - 1

    def decode(self) -> None:
        entries = self._entries.values()
        self._memory.reserve({entry.sequence: len(entry.tokens) for entry in entries})
        # Always in the same order, so that those who go on together find their keys and values as they left them.
        single = sorted((entry for entry in entries if len(entry.tokens) == 1), key=lambda entry: entry.sequence)
        for group in (single, *([entry] for entry in entries if len(entry.tokens) > 1)):
            if not group:
                continue
            last = max(1, *(entry.last for entry in group))
            logits = self._memory.run([entry.sequence for entry in group], [entry.tokens for entry in group], last=last)
            for row, entry in enumerate(group):
                if entry.last:
                    # The next group's run takes the place of these.
                    entry.logits = logits[row, -entry.last :].copy()

    def logits(self, row: int) -> Logits:
        entry, place = self._rows[row]
        if entry.logits is None or place < entry.asked:
            raise RuntimeError("no logits were asked for")
        found: Logits = entry.logits[place - entry.asked]
        return found

    def use_adapters(self, adapters: Sequence[tuple[Any, float]]) -> None:
        if adapters:
            raise BadInput("LoRA adapters can be used with GGUF models alone")

    # sequences

    def keep_first(self, sequence: int, positions: int) -> bool:
        try:
            self._memory.keep_first(sequence, positions)
        except OutOfMemory:
            self._memory.forget(sequence)
            return False
        return True

    def forget(self, sequence: int) -> None:
        self._memory.forget(sequence)

    def copy(self, source: int, target: int, positions: int) -> bool:
        return self._fill(target, self._memory.read(source, positions))

    def clear(self) -> None:
        for sequence in range(self.sequences):
            self._memory.forget(sequence)

    def grow(self) -> bool:
        return self._memory.grow()

    # state

    def export(self, sequence: int) -> bytes:
        return self._memory.read(sequence, self._memory.length(sequence)).tobytes()

    def restore(self, sequence: int, state: SequenceState) -> bool:
        graph = self._graph
        shape = (2 * graph.layers, graph.heads, len(state) // graph.cell_bytes, graph.width)
        return self._fill(sequence, np.frombuffer(state, dtype=graph.kv_type).reshape(shape))

    def save(self, sequence: int, tokens: Sequence[int], path: Path) -> bool:
        """Tokens as 32-bit numbers after their count, then the state."""
        head = np.array([len(tokens), *tokens], dtype="<i4")
        with path.open("wb") as file:
            file.write(head.tobytes())
            file.write(self.export(sequence))
        return True

    def load(self, sequence: int, path: Path, capacity: int) -> list[int]:
        data = path.read_bytes()
        count = int(np.frombuffer(data, dtype="<i4", count=1)[0]) if len(data) >= 4 else -1
        start = 4 * (count + 1)
        if not 0 < count <= capacity or len(data) != start + count * self._graph.cell_bytes:
            return []
        tokens: list[int] = np.frombuffer(data, dtype="<i4", count=count, offset=4).tolist()
        return tokens if self.restore(sequence, data[start:]) else []

    def _fill(self, sequence: int, state: State) -> bool:
        self._memory.forget(sequence)
        if not state.shape[2]:
            return True
        try:
            self._memory.reserve({sequence: state.shape[2]})
            self._memory.write(sequence, state)
        except (NoRoom, OutOfMemory):
            self._memory.forget(sequence)
            return False
        return True

    def close(self) -> None:
        self._memory.close()
