"""Which way up lines of text are: as they seem, or upside down."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from ..onnx_session import open_session
from .rectangles import Rectangle
from .sampling import Pixels, cut
from .tensors import tensor

HEIGHT, WIDTH = 48, 192
"""Pixels that the model sees of a line: its beginning, where it is longer."""
_BATCH = 16


class DirectionModel:
    """The direction model of PP-OCR."""

    def __init__(self, path: str, threads: int) -> None:
        """Raises `ModelLoadFailed`."""
        self._session = open_session(path, threads=threads)
        self._input = self._session.only_input(None, 3, None, None)

    def upside_down(self, pixels: Pixels, lines: Sequence[Rectangle]) -> Iterator[tuple[int, float]]:
        """The place in `lines`, and the probability that it is upside down, of each."""
        for start in range(0, len(lines), _BATCH):
            batch = lines[start : start + _BATCH]
            given = np.zeros((len(batch), 3, HEIGHT, WIDTH), np.float32)
            for row, line in enumerate(batch):
                width = min(WIDTH, math.ceil(HEIGHT * line.length / line.height))
                given[row, :, :, :width] = tensor(cut(pixels, line, HEIGHT, width))
            (answers,) = self._session.run({self._input: given})
            for row, answer in enumerate(answers):
                yield start + row, float(answer[1])
