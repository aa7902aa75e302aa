"""What remembers and computes tokens: the KV cache of a model with the batch that is under way."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ...errors import EngineError

Logits = np.ndarray[Any, np.dtype[np.float32]]

SequenceState = bytes | mmap.mmap
"""Of a sequence. Pages of its own (`mmap`) go back to the system with it; pieces of some megabytes, of another size
each, leave holes in the heap that nothing fits into."""


class NoRoom(EngineError):
    """The KV cache has no cells left for the batch. Nothing of the batch was kept."""

    code = "no-room"


class Cells(Protocol):
    """Sequences are numbers below `sequences`. A batch is begun, filled and decoded."""

    sequences: int

    # batch

    def spare(self, cores: int) -> None:
        """Leave so many cores to others from the next batch on, where this engine can."""
        ...

    def begin(self) -> None:
        """Start a new batch."""
        ...

    @property
    def room(self) -> int:
        """Tokens that the batch can still take."""
        ...

    def add(self, tokens: Sequence[int], position: int, sequence: int, *, output: bool) -> int:
        """Append tokens of one sequence; with `output`, logits of the last. Returns its row."""
        ...

    def decode(self) -> None:
        """Compute the batch.

        Raises:
            NoRoom: no cells; free some and call again.
            EngineError: the engine failed.
        """
        ...

    def logits(self, row: int) -> Logits:
        """Shape (vocabulary size,): the logits of a row of the last batch; valid until the next decode."""
        ...

    def use_adapters(self, adapters: Sequence[tuple[Any, float]]) -> None:
        """Apply LoRA adapters (the engine's own, scale) to the following batches."""
        ...

    # sequences

    def keep_first(self, sequence: int, positions: int) -> bool:
        """Forget all of `sequence` after its first `positions`. False when this model cannot go back, or
        has no memory to, and the whole sequence was forgotten instead."""
        ...

    def forget(self, sequence: int) -> None: ...

    def copy(self, source: int, target: int, positions: int) -> bool:
        """Let `target`, which is empty, hold the first `positions` of `source`. False when there is no room for it."""
        ...

    def clear(self) -> None:
        """Forget all sequences."""
        ...

    def grow(self) -> bool:
        """Make more cells and keep all sequences. False when that is not possible."""
        ...

    # state

    def export(self, sequence: int) -> SequenceState:
        """The state of a sequence, for `restore`."""
        ...

    def restore(self, sequence: int, state: SequenceState) -> bool:
        """Fill an empty sequence; False when there is no room for it."""
        ...

    def save(self, sequence: int, tokens: Sequence[int], path: Path) -> bool:
        """Write the state of a sequence; False when that did not work."""
        ...

    def load(self, sequence: int, path: Path, capacity: int) -> list[int]:
        """Fill an empty sequence from a file. Returns its tokens; none when the file does not fit."""
        ...
