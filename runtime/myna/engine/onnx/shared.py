"""Keys and values in buffers that the graph writes into: a row for each sequence, all of one length.

The rows of one batch lie beside one another, so that it is computed where it stands. Rows have room for
`first_rows` tokens at the start and for twice as many when one needs more, up to the context.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...errors import OutOfMemory
from ..text.cells import Logits, NoRoom
from .binding import Runner
from .buffers import Maker, Span
from .memory import State


class SharedRows:
    """A `KvMemory` for the layout `shared`."""

    def __init__(
        self, runner: Runner, make: Maker, *, context: int, cells: int, rows: int, length: int, copied: bool = False
    ) -> None:
        """At most `rows` sequences of at most `context` tokens, in at most `cells` cells together; each has room for
        `length` at the start. `copied`: ONNX Runtime copies what is bound to the device that computes, once for each
        binding."""
        self._runner = runner
        self._make = make
        self._copied = copied
        self._context = context
        self._cells = cells
        self._most_rows = rows
        self._rows: dict[int, int] = {}
        """Of each sequence that holds something."""
        self._lengths: dict[int, int] = {}
        self._length = min(length, context)
        self._buffers = make(self._row_count(self._length), self._length)
        self._bound: tuple[int, int] | None = None

    def _row_count(self, length: int) -> int:
        return max(1, min(self._most_rows, self._cells // length))

    def length(self, sequence: int) -> int:
        return self._lengths.get(sequence, 0)

    def reserve(self, added: dict[int, int]) -> None:
        longest = max(self.length(sequence) + more for sequence, more in added.items())
        new = sum(1 for sequence in added if sequence not in self._rows)
        needed = len(self._rows) + new
        length = self._length
        while length < min(longest, self._context):
            length = min(2 * length, self._context)
        if longest > self._context or needed > self._row_count(length):
            raise NoRoom("the KV cache is full")
        if length > self._length:
            self._lengthen(length)

    def _lengthen(self, length: int) -> None:
        """Longer rows, and perhaps fewer of them; what they hold moves to the first ones."""
        held = sorted(self._rows, key=self._rows.__getitem__)
        try:
            longer = self._make(self._row_count(length), length)
        except OutOfMemory as error:
            raise NoRoom(error.message) from None
        for row, sequence in enumerate(held):
            longer.move(row, 0, self._buffers, Span(self._rows[sequence], 0, self._lengths[sequence]))
        self._buffers = longer
        self._rows = {sequence: row for row, sequence in enumerate(held)}
        self._length = length
        self._bound = None

    def run(self, sequences: Sequence[int], tokens: Sequence[Sequence[int]], *, last: int = 1) -> Logits:
        for sequence in sequences:
            self._place(sequence)
        first = self._gather(sequences)
        order = sorted(range(len(sequences)), key=lambda index: self._rows[sequences[index]])
        ids = np.array([tokens[index] for index in order])
        before = np.array([self._lengths[sequences[index]] for index in order])
        count = ids.shape[1]
        # The graph takes the length of each sequence from the number of ones in its mask.
        mask = np.arange(int(before.max()) + count) < (before + count)[:, None]
        if self._copied or self._bound != (first, len(sequences)):
            rows = self._buffers.bound(first, len(sequences))
            self._runner.bind(rows, rows)
            self._bound = (first, len(sequences))
        logits = self._runner.run(ids, mask, before[:, None] + np.arange(count), last=last)
        for sequence in sequences:
            self._lengths[sequence] += count
        if order == list(range(len(order))):
            return logits
        back = np.empty(len(order), dtype=np.intp)
        back[order] = np.arange(len(order))
        return logits[back]

    def _place(self, sequence: int) -> None:
        if sequence not in self._rows:
            taken = set(self._rows.values())
            self._rows[sequence] = next(row for row in range(self._buffers.rows) if row not in taken)
            self._lengths[sequence] = 0

    def _gather(self, sequences: Sequence[int]) -> int:
        """Have the rows of `sequences` lie beside one another; the first of them."""
        rows = sorted(self._rows[sequence] for sequence in sequences)
        first, count = rows[0], len(rows)
        if rows[-1] - first == count - 1:
            return first
        # Where most of them are already.
        first = max(
            range(self._buffers.rows - count + 1),
            key=lambda start: sum(1 for row in rows if start <= row < start + count),
        )
        free = iter([row for row in range(first, first + count) if row not in rows])
        for sequence in sequences:
            if not first <= self._rows[sequence] < first + count:
                self._swap(self._rows[sequence], next(free))
        return first

    def _swap(self, left: int, right: int) -> None:
        at = {row: sequence for sequence, row in self._rows.items()}
        one, other = at.get(left), at.get(right)
        counts = [self._lengths[sequence] if sequence is not None else 0 for sequence in (one, other)]
        kept = self._buffers.read(Span(left, 0, counts[0]))
        self._buffers.move(left, 0, self._buffers, Span(right, 0, counts[1]))
        self._buffers.write(right, 0, kept)
        for sequence, row in ((one, right), (other, left)):
            if sequence is not None:
                self._rows[sequence] = row

    def keep_first(self, sequence: int, count: int) -> None:
        if not count:
            self.forget(sequence)
        elif sequence in self._rows:
            self._lengths[sequence] = min(count, self._lengths[sequence])

    def forget(self, sequence: int) -> None:
        self._rows.pop(sequence, None)
        self._lengths.pop(sequence, None)

    def read(self, sequence: int, count: int) -> State:
        return self._buffers.read(Span(self._rows[sequence], 0, count))

    def write(self, sequence: int, state: State) -> None:
        self._place(sequence)
        self._buffers.write(self._rows[sequence], 0, state)
        self._lengths[sequence] = state.shape[2]

    def grow(self) -> bool:
        # Rows lengthen when they must; more of them there are not.
        return False

    def close(self) -> None:
        self._buffers.release()
