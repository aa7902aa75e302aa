"""Bar codes and QR codes, read by ZXing-C++."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from PIL import Image

from myna.engine.pixels import Picture
from myna.engine.sight import Code, Stage
from myna.errors import ExtraMissing

from .shrinking import averaged
from .stages import Findings

LONGEST = 2048
"""Pixels. A code that a telephone can read fills a tenth of the picture, and has five pixels a module then."""
MOST = 32
"""Codes of one picture; a page of labels has that many."""


class CodesStage:
    name: Stage = "codes"

    def __init__(self, files: Mapping[str, str], threads: int) -> None:
        del files, threads
        try:
            import zxingcpp
        except ImportError as error:
            missing = "zxing-cpp, which reads codes, is not installed"
            raise ExtraMissing(missing, hint="pip install 'myna[vision]'") from error
        self._read = zxingcpp.read_barcodes

    def run(self, picture: Picture, findings: Findings) -> Iterator[None]:
        small, factor = averaged(picture.pixels, LONGEST)
        yield
        grey = np.asarray(Image.fromarray(small, "RGB").convert("L"))
        found = [_code(result, factor) for result in self._read(grey)[:MOST] if result.valid and result.text]
        findings.codes = tuple(sorted(found, key=lambda code: (code.corners[0][1], code.corners[0][0])))


def _code(result: Any, factor: int) -> Code:
    place = result.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    first, second, third, fourth = ((float(point.x * factor), float(point.y * factor)) for point in corners)
    return Code(str(result.format), result.text, (first, second, third, fourth))
