"""What lines of text say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from myna.errors import ModelLoadFailed

from ..onnx_session import open_session
from .ctc import alphabet, decode
from .rectangles import Rectangle
from .sampling import Pixels, cut
from .tensors import tensor

HEIGHT = 48
"""Pixels of a line; the model was trained on lines of this height."""
_STEP = 32
"""Widths are rounded up to a multiple, so that few shapes are met and lines share a batch."""
_NARROWEST = 96
_BATCH = 640
"""Pixels of width in a batch. Wider lines gain nothing from company, and a piece of work is to stay short."""


class Recognizer:
    """The recognition model of PP-OCR."""

    def __init__(self, path: str, threads: int) -> None:
        """Raises `ModelLoadFailed`."""
        self._session = open_session(path, threads=threads)
        self._input = self._session.only_input(None, 3, HEIGHT, None)
        self._characters = alphabet(self._session.metadata.get("character", ""))
        if len(self._characters) < 3:
            raise ModelLoadFailed(f"{path} is no text recogniser: it has no list of characters")

    def read(self, pixels: Pixels, lines: Sequence[Rectangle]) -> Iterator[tuple[int, str, float]]:
        """The place in `lines`, text and confidence of each, batch by batch, the narrowest first."""
        widths = [width_of(line) for line in lines]
        for batch in batches(widths):
            yield from self._read(pixels, lines, widths, batch)

    def _read(
        self, pixels: Pixels, lines: Sequence[Rectangle], widths: Sequence[int], batch: Sequence[int]
    ) -> Iterator[tuple[int, str, float]]:
        widest = max(widths[place] for place in batch)
        wide = math.ceil(max(widest, _NARROWEST) / _STEP) * _STEP
        given = np.zeros((len(batch), 3, HEIGHT, wide), np.float32)
        for row, place in enumerate(batch):
            given[row, :, :, : widths[place]] = tensor(cut(pixels, lines[place], HEIGHT, widths[place]))
        (answers,) = self._session.run({self._input: given})
        for place, answer in zip(batch, answers, strict=True):
            yield place, *decode(answer, self._characters)


def width_of(line: Rectangle) -> int:
    """Pixels of a line that is as high as the model takes it."""
    return max(1, math.ceil(HEIGHT * line.length / max(line.height, 1e-6)))


def batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """The places of `widths` in batches of like width, the narrowest first."""
    batch: list[int] = []
    for place in sorted(range(len(widths)), key=lambda place: widths[place]):
        if batch and (len(batch) + 1) * widths[place] > _BATCH:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
