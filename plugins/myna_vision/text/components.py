"""Connected parts of a mask, found by runs: a few array operations however many parts there are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]


class Runs(NamedTuple):
    """Pixels of a mask that lie side by side in a row; ordered by row, then from left to right."""

    rows: Integers
    starts: Integers
    ends: Integers
    """One past the last."""
    parts: Integers
    """The number of the connected part, from 0; runs that touch, even at a corner, have the same."""

    @property
    def part_count(self) -> int:
        return int(self.parts.max()) + 1 if len(self.parts) else 0


def connected(mask: Mask) -> Runs:
    """The runs of a mask and the parts that they form (8-connected)."""
    height, width = mask.shape
    padded = np.zeros((height, width + 2), np.int8)
    padded[:, 1:-1] = mask
    changes = np.flatnonzero(np.diff(padded.ravel()))
    # Each row begins and ends with a pixel that is off, so that changes come in pairs.
    first, last = changes[::2], changes[1::2]
    rows, starts = np.divmod(first, width + 2)
    ends = last % (width + 2)
    return Runs(rows, starts, ends, _parts(rows, starts, ends, width))


def _parts(rows: Integers, starts: Integers, ends: Integers, width: int) -> Integers:
    upper, lower = _touching(rows, starts, ends, width)
    labels = np.arange(len(rows))
    while True:
        smallest = np.minimum(labels[upper], labels[lower])
        before = labels.copy()
        # Hang the label of both on the smaller one, then let each run look up where its label hangs by now.
        np.minimum.at(labels, before[upper], smallest)
        np.minimum.at(labels, before[lower], smallest)
        np.minimum.at(labels, upper, smallest)
        np.minimum.at(labels, lower, smallest)
        while not np.array_equal(further := labels[labels], labels):
            labels = further
        if np.array_equal(labels, before):
            return np.unique(labels, return_inverse=True)[1].reshape(-1)


def _touching(rows: Integers, starts: Integers, ends: Integers, width: int) -> tuple[Integers, Integers]:
    """Pairs of runs in neighbouring rows that touch."""
    stride = width + 2
    # In one sequence for all rows: runs of the next row that end at or after the start, and start before or at the end.
    line_starts, line_ends = rows * stride + starts, rows * stride + ends
    first = np.searchsorted(line_ends, line_starts + stride, side="left")
    last = np.searchsorted(line_starts, line_ends + stride, side="right")
    counts = np.maximum(last - first, 0)
    upper = np.repeat(np.arange(len(rows)), counts)
    offsets = np.arange(len(upper)) - np.repeat(np.cumsum(counts) - counts, counts)
    lower = np.repeat(first, counts) + offsets
    return upper, lower
