"""What lines of text say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from myna.errors import ModelLoadFailed

from ..onnx_session import Floats, open_session
from .ctc import alphabet, decode
from .long_lines import LONGEST, joined, pieces
from .rectangles import Rectangle
from .sampling import Pixels, cut
from .tensors import tensor

HEIGHT = 48
"""Pixels of a line; the model was trained on lines of this height."""
_STEP = 32
"""Widths are rounded up to a multiple, so that few shapes are met and lines share a batch."""
_NARROWEST = 96
"""Pixels of width that the model is given at least; one character is read worse in less."""
_BATCH = 640
"""Pixels of width in a batch. Wider lines gain nothing from company, and a piece of work is to stay short."""


class Said(NamedTuple):
    """What a line says."""

    place: int
    """Of the line among those that were given."""
    text: str
    confidence: float
    """Mean probability of the characters."""


class Recognizer:
    """The recognition model of PP-OCR."""

    def __init__(self, path: str, threads: int) -> None:
        """Raises `ModelLoadFailed`."""
        self._session = open_session(path, threads=threads)
        self._input = self._session.only_input(None, 3, HEIGHT, None)
        self._characters = alphabet(self._session.metadata.get("character", ""))
        if len(self._characters) < 4:
            raise ModelLoadFailed(f"{path} is no text recogniser: it has no list of characters")

    def read(self, pixels: Pixels, lines: Sequence[Rectangle]) -> Iterator[Said | None]:
        """What each line says, the narrowest first; None between pieces of a long one."""
        widths = [width_of(line) for line in lines]
        for batch in batches(widths):
            tensors = [tensor(cut(pixels, lines[place], HEIGHT, widths[place])) for place in batch]
            if widths[batch[0]] > LONGEST:
                yield from self._long(batch[0], tensors[0])
                continue
            for place, (text, confidence) in zip(batch, self._run(tensors), strict=True):
                yield Said(place, text.strip(), confidence)

    def _long(self, place: int, line: Floats) -> Iterator[Said | None]:
        cuts = pieces(line)
        found = []
        for piece in cuts:
            found += self._run([line[:, :, piece.begin : piece.end]])
            yield None
        weights = [max(1, len(text)) for text, _ in found]
        confidence = np.average([confidence for _, confidence in found], weights=weights)
        yield Said(place, joined([text for text, _ in found], cuts), float(confidence))

    def _run(self, lines: Sequence[Floats]) -> list[tuple[str, float]]:
        widest = max(_NARROWEST, *(line.shape[2] for line in lines))
        given = np.zeros((len(lines), 3, HEIGHT, math.ceil(widest / _STEP) * _STEP), np.float32)
        for row, line in enumerate(lines):
            given[row, :, :, : line.shape[2]] = line
        (answers,) = self._session.run({self._input: given})
        return [decode(answer, self._characters) for answer in answers]


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
