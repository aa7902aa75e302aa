"""Pictures as the models of PP-OCR take them: blue, green, red, from -1 to 1."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..onnx_session import Floats


def tensor(pixels: npt.NDArray[np.uint8] | Floats) -> Floats:
    """(3, height, width) of pixels (height, width, 3), red first, 0 to 255."""
    planes = np.ascontiguousarray(pixels[:, :, ::-1].transpose(2, 0, 1), np.float32)
    planes *= np.float32(2 / 255)
    planes -= 1
    return planes
