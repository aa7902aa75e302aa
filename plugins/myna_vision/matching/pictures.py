"""The tower of pictures."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from ..onnx_session import Floats
from .options import Preparation

_GAP = 3.0
"""Large pictures are first brought to three times the size by averaging; Pillow calls 3 as good as never doing so."""


def prepared(pixels: npt.NDArray[np.uint8], how: Preparation) -> Floats:
    """`pixels` (height x width x 3) as a tower takes them: 1 x 3 x height x width."""
    flat = Image.fromarray(pixels, "RGB")
    box = (0.0, 0.0, float(flat.width), float(flat.height))
    if how.shortest:
        # The middle of the picture whose shorter side is `shortest`, cut out before it is resized.
        share = min(flat.size) / how.shortest
        width, height = (min(cut * share, side) for cut, side in zip((how.width, how.height), flat.size, strict=True))
        left, top = (flat.width - width) / 2, (flat.height - height) / 2
        box = (left, top, left + width, top + height)
    sized = flat.resize((how.width, how.height), how.resample, box, reducing_gap=_GAP)
    values = np.asarray(sized, np.float32) * np.float32(how.factor)
    normal = (values - np.array(how.mean, np.float32)) / np.array(how.deviation, np.float32)
    return np.ascontiguousarray(normal.transpose(2, 0, 1)[None])
