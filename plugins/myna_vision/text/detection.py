"""Where text is in a picture."""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np

from ..onnx_session import Floats, open_session
from .rectangles import Rectangle
from .regions import text_regions
from .sampling import Pixels, resized
from .tensors import tensor

_STRIDE = 32
"""Sides of what the model sees are multiples."""
_LIMIT = 1600
_MARGIN = 16


class Detector:
    """The detection model of PP-OCR."""

    def __init__(self, path: str, threads: int) -> None:
        """Raises `ModelLoadFailed`."""
        self._session = open_session(path, threads=threads)
        self._input = self._session.only_input(None, 3, None, None)

    def find(self, pixels: Pixels, scale: float = 1.0) -> Generator[None, None, list[Rectangle]]:
        """The lines of text; yields while it computes."""
        tall, wide = pixels.shape[:2]
        height, width = max(1, round(tall * scale)), max(1, round(wide * scale))
        seen = pixels if (height, width) == (tall, wide) else resized(pixels, height, width)
        edge = np.concatenate([seen[0], seen[-1], seen[:, 0], seen[:, -1]])
        full = [math.ceil((side + 2 * _MARGIN) / _STRIDE) * _STRIDE for side in (height, width)]
        canvas = np.empty((*full, 3), np.float32)
        canvas[:] = np.median(edge, axis=0)
        canvas[_MARGIN : _MARGIN + height, _MARGIN : _MARGIN + width] = seen
        probabilities: list[Floats] = yield from self._session.run_with_breaks({self._input: tensor(canvas)[None]})
        shrink = tall / height
        return [
            line.scaled(shrink, -_MARGIN * shrink, -_MARGIN * shrink) for line in text_regions(probabilities[0][0, 0])
        ]
