"""Pixels between pixels: pictures made smaller or larger, and lines of text cut out and laid straight."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ..onnx_session import Floats
from .rectangles import Doubles, Rectangle

Pixels = npt.NDArray[np.uint8]
"""Height, width, and red, green, blue."""

_STRAIGHT = 0.004
"""Radians within which a line counts as level: over a line of 48 x 960 pixels that is 4 pixels at its ends."""
_STRIP = 64
"""Rows; of the widest pictures they take some 20 ms."""
_FINEST = 4
"""Samples a side of a pixel of the target, where the picture is made smaller."""


def strips(pixels: Pixels, height: int, width: int) -> Iterator[tuple[int, Floats]]:
    """The whole picture in another size (bilinear; the mean where it becomes smaller), values 0 to 255: some rows at
    a time, from the row that is said on, since that takes a moment and memory for large ones."""
    tall, wide = pixels.shape[:2]
    shrink = int(min(tall / height, wide / width))
    if shrink > 1:
        # Whole pixels first, which is quick; what is left is less than half.
        pixels, tall, wide = _shrunk(pixels, shrink), tall / shrink, wide / shrink
    for begin in range(0, height, _STRIP):
        rows = min(_STRIP, height - begin)
        if (height, width) == (tall, wide):
            yield begin, pixels[begin : begin + rows].astype(np.float32)
            continue
        source = Rectangle(wide / 2, (begin + rows / 2) * tall / height, wide, rows * tall / height, 0.0)
        yield begin, cut(pixels, source, rows, width)


def _shrunk(pixels: Pixels, factor: int) -> Pixels:
    """The means of squares of `factor` pixels a side; what does not fill a square at the edge is left out."""
    tall, wide = (side // factor * factor for side in pixels.shape[:2])
    pixels = pixels[:tall, :wide]
    rows = sum((pixels[start::factor] for start in range(1, factor)), pixels[::factor].astype(np.uint16))
    squares = sum((rows[:, start::factor] for start in range(1, factor)), rows[:, ::factor].astype(np.uint32))
    squares += factor * factor // 2
    squares //= factor * factor
    return squares.astype(np.uint8)


def cut(pixels: Pixels, rectangle: Rectangle, height: int, width: int) -> Floats:
    """What lies in the rectangle, laid straight, as `height` x `width` pixels, values 0 to 255.

    Outside the picture, its edge goes on.
    """
    down = _samples(rectangle.height / height)
    along = _samples(rectangle.length / width)
    quarters = rectangle.angle / (math.pi / 2)
    level = abs(quarters - round(quarters)) * (math.pi / 2) < _STRAIGHT
    sample = _level if level else _tilted
    found = sample(pixels, rectangle, height * down, width * along)
    if down > 1 or along > 1:
        mean: Floats = found.reshape(height, down, width, along, 3).mean(axis=(1, 3))
        return mean
    return found


def _samples(shrink: float) -> int:
    """How many to take for each pixel of the target, so that none of the source is passed over."""
    return min(_FINEST, max(1, round(shrink)))


def _level(pixels: Pixels, rectangle: Rectangle, height: int, width: int) -> Floats:
    """Rows and columns one after the other; quarters of a turn are taken by turning the array."""
    quarters = round(rectangle.angle / (math.pi / 2)) % 4
    tall, wide = pixels.shape[:2]
    x, y = rectangle.x, rectangle.y
    # Turning the picture back moves the centre of the rectangle along.
    x, y = {0: (x, y), 1: (y, wide - x), 2: (wide - x, tall - y), 3: (tall - y, x)}[quarters]
    upright = np.rot90(pixels, quarters)
    rows = y - rectangle.height / 2 + _centres(rectangle.height, height)
    columns = x - rectangle.length / 2 + _centres(rectangle.length, width)
    low, high, weight = _neighbours(rows, upright.shape[0])
    left, right, across = _neighbours(columns, upright.shape[1])
    begin, end = int(left.min()), int(right.max()) + 1
    band = upright[:, begin:end]
    upper, lower = band[low].astype(np.float32), band[high].astype(np.float32)
    upper += (lower - upper) * weight[:, None, None]
    first: Floats = upper[:, left - begin]
    second = upper[:, right - begin]
    first += (second - first) * across[None, :, None]
    return first


def _tilted(pixels: Pixels, rectangle: Rectangle, height: int, width: int) -> Floats:
    cosine, sine = math.cos(rectangle.angle), math.sin(rectangle.angle)
    along = _centres(rectangle.length, width) - rectangle.length / 2
    down = (_centres(rectangle.height, height) - rectangle.height / 2)[:, None]
    left, right, across = _neighbours(rectangle.x + along * cosine - down * sine, pixels.shape[1])
    low, high, weight = _neighbours(rectangle.y + along * sine + down * cosine, pixels.shape[0])
    flat = pixels.reshape(-1, 3)
    low *= pixels.shape[1]
    high *= pixels.shape[1]
    across, weight = across[..., None], weight[..., None]
    upper: Floats = flat[low + left].astype(np.float32)
    lower: Floats = flat[high + left].astype(np.float32)
    upper += (flat[low + right] - upper) * across
    lower += (flat[high + right] - lower) * across
    upper += (lower - upper) * weight
    return upper


def _centres(size: float, count: int) -> Doubles:
    """The middles of `count` equal parts of a length."""
    middles: Doubles = (np.arange(count, dtype=np.float64) + 0.5) * (size / count)
    return middles


def _neighbours(places: Doubles, size: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]:
    """The pixels before and after each place, and how far it is from the first to the second (0 to 1)."""
    clipped = np.clip(places - 0.5, 0, size - 1)
    before = clipped.astype(np.intp)
    return before, np.minimum(before + 1, size - 1), (clipped - before).astype(np.float32)
