"""How likely a model finds given texts: the measure of what its weights lost by being kept in fewer bits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .cells import Cells, Logits


def log_probability(logits: Logits, token: int) -> float:
    """Natural logarithm of the probability of `token`; `logits` has shape (vocabulary size,)."""
    shifted = logits.astype(np.float64) - float(logits.max())
    return float(shifted[token] - np.log(np.exp(shifted).sum()))


def likelihood(cells: Cells, texts: Sequence[Sequence[int]]) -> tuple[float, int]:
    """The sum of the logarithms for all tokens of `texts` but the first of each, and how many those are.

    Computed token by token, several texts at once, as answers are; so it holds for decoding, and for graphs that give
    no logits but the last. All sequences of `cells` must be empty, and are empty afterwards.
    """
    total, count = 0.0, 0
    at_once = cells.sequences - 1
    for start in range(0, len(texts), at_once):
        group = list(enumerate(texts[start : start + at_once], 1))
        for position in range(max(len(text) for _, text in group) - 1):
            cells.begin()
            rows = [
                (cells.add([text[position]], position, sequence, output=True), text[position + 1])
                for sequence, text in group
                if position + 1 < len(text)
            ]
            cells.decode()
            for row, token in rows:
                total += log_probability(cells.logits(row), token)
                count += 1
        for sequence, _ in group:
            cells.forget(sequence)
    return total, count
