"""The colours of a picture by name: pixels are sorted by lightness, chroma and hue in OKLab.

In OKLab (Björn Ottosson 2020) equal distances look equally large, and a hue stays one when it gets lighter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from myna.engine.pixels import Picture
from myna.engine.sight import Colour, Stage

from .shrinking import sampled
from .stages import Findings

LONGEST = 256
"""Pixels; 65,536 of them give shares to within half a percent."""
SMALLEST_SHARE = 0.01
"""Less is the blur between two colours, or noise."""

NAMES = (
    "black", "grey", "white", "red", "orange", "brown", "beige", "yellow", "green", "turquoise", "blue", "purple",
    "pink",
)  # fmt: skip
"""The eleven basic colour terms of English (Berlin and Kay 1969), and two that lie between them."""

_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929],
     [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468],
     [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip
"""Both from the definition of OKLab, for linear sRGB."""


class ColoursStage:
    name: Stage = "colours"

    def __init__(self, files: Mapping[str, str], threads: int) -> None:
        del files, threads

    def run(self, picture: Picture, findings: Findings) -> Iterator[None]:
        pixels = sampled(picture.pixels, LONGEST).reshape(-1, 3)
        yield
        names = name_colours(pixels)
        counts = np.bincount(names, minlength=len(NAMES))
        found = [
            Colour(NAMES[at], round(float(count) / len(pixels), 4), _mean(pixels[names == at]))
            for at, count in enumerate(counts)
            if count >= SMALLEST_SHARE * len(pixels)
        ]
        findings.colours = tuple(sorted(found, key=lambda colour: -colour.share))


def _mean(pixels: NDArray[np.uint8]) -> tuple[int, int, int]:
    red, green, blue = (round(float(value)) for value in pixels.mean(axis=0))
    return red, green, blue


def name_colours(pixels: NDArray[np.uint8]) -> NDArray[np.intp]:
    """For each of N x 3 pixels the place of its name in `NAMES`.

    The borders were set by where CSS Color 4 places its named colours, and agree with what these are called.
    """
    light, chroma, hue = _oklch(pixels)
    dull = (chroma < 0.035) | (light < 0.2)  # on a screen, nothing of a hue is seen below either
    cream = (hue >= 45) & (hue < 112)
    cases = [
        (dull & (light < 0.3), "black"),
        (dull & cream & (chroma >= 0.022) & (light > 0.85), "beige"),
        (dull & (light > 0.92), "white"),
        (dull, "grey"),
        (((hue >= 320) | (hue < 18)) & (light >= 0.62), "pink"),
        ((hue < 35) & (light >= 0.75), "pink"),
        ((hue < 37) | (hue >= 345), "red"),
        (cream & (chroma < 0.1) & (light >= 0.7), "beige"),
        ((hue < 85) & (light < 0.62), "brown"),
        ((hue < 112) & (light < 0.5), "brown"),
        (hue < 81, "orange"),
        ((hue < 114) & (light >= 0.62), "yellow"),
        (hue < 163, "green"),
        (hue < 215, "turquoise"),
        (hue < 283, "blue"),
    ]
    places = [NAMES.index(name) for _, name in cases]
    return np.asarray(np.select([case for case, _ in cases], places, NAMES.index("purple")), np.intp)


def _oklch(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Lightness (0 to 1), chroma (0 to about 0.33) and hue (degrees, 0 to 360) of N x 3 pixels."""
    values = pixels.astype(np.float64) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    lab = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360
    return lab[:, 0], np.hypot(lab[:, 1], lab[:, 2]), hue
