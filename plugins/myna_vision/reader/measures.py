"""What can be measured of a picture without a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from myna.engine.pixels import Picture
from myna.engine.sight import Measures, Stage

from .shrinking import averaged
from .stages import Findings

LONGEST = 1024
"""Pixels. About what a screen shows of it; what is blurred beyond that looks blurred to people too."""
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""ITU-R BT.601."""


class MeasuresStage:
    name: Stage = "measures"

    def __init__(self, files: Mapping[str, str], threads: int) -> None:
        del files, threads

    def run(self, picture: Picture, findings: Findings) -> Iterator[None]:
        small, _ = averaged(picture.pixels, LONGEST)
        yield
        luma = small.astype(np.float32) @ _LUMA
        height, width = picture.pixels.shape[:2]
        findings.measures = Measures(
            width=width,
            height=height,
            format=picture.format,
            animated=picture.animated,
            turned=picture.turned,
            transparent=picture.transparent,
            brightness=round(float(luma.mean()) / 255, 4),
            contrast=round(float(luma.std()) / 255, 4),
            sharpness=round(_sharpness(luma), 2),
        )


def _sharpness(luma: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> float:
    """The variance of the Laplacian (Pech-Pacheco et al. 2000); 0 where there is no pixel with four neighbours."""
    if min(luma.shape) < 3:
        return 0.0
    middle = luma[1:-1, 1:-1]
    laplacian = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:] - 4 * middle
    return float(laplacian.var())
