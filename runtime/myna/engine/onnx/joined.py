"""Keys and values for graphs that give those of all tokens so far as new tensors.

Sequences that are decoded together stand in one block, each aligned to its right end, with masked cells at its left.
A step reads the block from one pair of buffers and writes it, longer by a token, into the other; the two then change
places, and both grow in steps. While the same sequences go on together nothing is copied besides.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from ...errors import OutOfMemory
from ..text.cells import Logits, NoRoom
from .binding import Runner
from .buffers import KvBuffers, Maker, Span
from .memory import State

STEP = 256
"""Cells by which buffers grow at least; llama.cpp pads its cache to as many."""


class _Block:
    """Sequences in rows of equal length. A row whose sequence has left stays empty."""

    def __init__(self, make: Maker, sequences: Sequence[int | None], cells: int) -> None:
        self._make = make
        self.sequences = list(sequences)
        self.cells = cells
        """Of each row that are in use; a row's tokens are the last of them."""
        self._capacity = -(-cells // STEP) * STEP
        self._now = make(len(self.sequences), self._capacity)
        self._next: KvBuffers | None = None

    @property
    def held(self) -> KvBuffers:
        return self._now.seen(self.cells)

    def longer(self, count: int) -> KvBuffers:
        """Where the same with `count` more cells is written."""
        cells = self.cells + count
        if self._next is None or self._capacity < cells:
            if self._capacity < cells:
                # Half as much again, so that a long answer is not moved at every step.
                self._capacity = -(-max(cells, self._capacity * 3 // 2) // STEP) * STEP
            self._next = self._make(len(self.sequences), self._capacity)
        return self._next.seen(cells)

    def written(self, count: int) -> None:
        """What `longer` gave holds the block now."""
        if self._next is not None:
            smaller = self._now.cells < self._next.cells
            self._now, self._next = self._next, None if smaller else self._now
        self.cells += count

    def shorten(self, count: int) -> None:
        """Without the last `count` cells of each row. Raises `OutOfMemory`."""
        if self._next is None:
            self._next = self._make(len(self.sequences), self._capacity)
        cells = self.cells - count
        for row in range(len(self.sequences)):
            self._next.seen(cells).move(row, 0, self.held, Span(row, 0, cells))
        self.written(-count)


class JoinedBlocks:
    """A `KvMemory` for the layout `joined`."""

    def __init__(self, runner: Runner, make: Maker, *, context: int, cells: int) -> None:
        """At most `context` tokens in a sequence and `cells` in all."""
        self._runner = runner
        self._make = make
        self._context = context
        self._cells = cells
        self._blocks: dict[int, _Block] = {}
        """Of each sequence that holds something."""
        self._lengths: dict[int, int] = {}

    def length(self, sequence: int) -> int:
        return self._lengths.get(sequence, 0)

    def reserve(self, added: dict[int, int]) -> None:
        longest = max(self.length(sequence) + more for sequence, more in added.items())
        if longest > self._context or sum(self._lengths.values()) + sum(added.values()) > self._cells:
            raise NoRoom("the KV cache is full")

    def run(self, sequences: Sequence[int], tokens: Sequence[Sequence[int]], *, last: int = 1) -> Logits:
        block = self._together(sequences)
        ids = np.array(tokens)
        count = ids.shape[1]
        before = np.array([self.length(sequence) for sequence in sequences])
        pads = (block.cells - before)[:, None]
        mask = np.arange(block.cells + count) >= pads
        longer = block.longer(count)
        self._runner.bind(block.held.bound(0, len(sequences)), longer.bound(0, len(sequences)))
        logits = self._runner.run(ids, mask, before[:, None] + np.arange(count), last=last)
        block.written(count)
        for sequence in sequences:
            self._blocks[sequence] = block
            self._lengths[sequence] = self.length(sequence) + count
        return logits

    def _together(self, sequences: Sequence[int]) -> _Block:
        """A block with exactly these rows."""
        wanted = list(sequences)
        known = self._blocks.get(wanted[0])
        if known is not None and known.sequences == wanted:
            longest = max(self._lengths[sequence] for sequence in wanted)
            # Cells that no row needs any more, when the longest has left or went back.
            if longest == known.cells:
                return known
        block = _Block(self._make, wanted, max(map(self.length, wanted)))
        for row, sequence in enumerate(wanted):
            if count := self.length(sequence):
                self._copy(sequence, count, block, row)
            else:
                block.held.clear(Span(row, 0, block.cells))
        self._leave([sequence for sequence in wanted if sequence in self._blocks])
        return block

    def _copy(self, sequence: int, count: int, block: _Block, row: int) -> None:
        """The first `count` tokens of `sequence` to the end of a row."""
        source = self._blocks[sequence]
        start = source.cells - self._lengths[sequence]
        at = source.sequences.index(sequence)
        # Cells before are masked, but a NaN in them would spoil the sum all the same.
        block.held.clear(Span(row, 0, block.cells - count))
        block.held.move(row, block.cells - count, source.held, Span(at, start, count))

    def _leave(self, sequences: Sequence[int]) -> None:
        """They are not in their blocks any more."""
        left = {id(block): block for block in (self._blocks[sequence] for sequence in sequences)}
        for sequence in sequences:
            block = self._blocks.pop(sequence)
            block.sequences[block.sequences.index(sequence)] = None
        for block in left.values():
            rest = [other for other in block.sequences if other is not None]
            # An answer that goes on alone must not carry the others' cells along, nor keep their memory.
            if rest and len(rest) <= len(block.sequences) // 2:
                # Without memory to move them to, they stay where they are, among empty rows.
                with suppress(OutOfMemory):
                    for other in rest:
                        self._alone(other, self._lengths[other])

    def _alone(self, sequence: int, count: int) -> None:
        """Move the first `count` tokens into a block of their own."""
        block = _Block(self._make, [sequence], count)
        self._copy(sequence, count, block, 0)
        old = self._blocks[sequence]
        old.sequences[old.sequences.index(sequence)] = None
        self._blocks[sequence] = block
        self._lengths[sequence] = count

    def keep_first(self, sequence: int, count: int) -> None:
        if not count:
            self.forget(sequence)
        elif count < self.length(sequence):
            block = self._blocks[sequence]
            if block.sequences == [sequence]:
                block.shorten(self._lengths[sequence] - count)
                self._lengths[sequence] = count
            else:
                self._alone(sequence, count)

    def forget(self, sequence: int) -> None:
        # A step that failed has taken it from its block already.
        self._lengths.pop(sequence, None)
        if sequence in self._blocks:
            self._leave([sequence])

    def read(self, sequence: int, count: int) -> State:
        block = self._blocks[sequence]
        row, start = block.sequences.index(sequence), block.cells - self._lengths[sequence]
        return block.held.read(Span(row, start, count))

    def write(self, sequence: int, state: State) -> None:
        block = _Block(self._make, [sequence], state.shape[2])
        block.held.write(0, 0, state)
        self._blocks[sequence] = block
        self._lengths[sequence] = state.shape[2]

    def grow(self) -> bool:
        # Buffers grow by themselves up to the limit.
        return False

    def close(self) -> None:
        self._blocks.clear()
