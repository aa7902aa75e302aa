"""Pictures made smaller, for what does not need every pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
"""Height x width x 3: red, green, blue."""


def averaged(pixels: Pixels, longest: int) -> tuple[Pixels, int]:
    """`pixels` with a longer side of at most `longest`, each the mean of a square; and the side of that square."""
    factor = -(-max(pixels.shape[:2]) // longest)
    if factor <= 1:
        return pixels, 1
    return np.asarray(Image.fromarray(pixels, "RGB").reduce(factor), np.uint8), factor


def sampled(pixels: Pixels, longest: int) -> Pixels:
    """Every n-th pixel of `pixels`, so that the longer side is at most `longest`; no new colours appear."""
    step = -(-max(pixels.shape[:2]) // longest)
    top, left = (min(step, side) // 2 for side in pixels.shape[:2])  # a side may be shorter than a step
    return pixels[top::step, left::step] if step > 1 else pixels
