"""The two stages of looking that judge the picture as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from myna.engine.sight import Stage
from myna.errors import EngineError, ModelLoadFailed

from ..onnx_session import Floats, OnnxSession, open_session
from .judging import judged
from .names import COUNT

if TYPE_CHECKING:
    from myna.engine.pixels import Picture

    from ..reader.stages import Findings

SIDE = 224
"""Pixels of the square that both models take."""
_MIDDLE = 0.875
"""Of the shorter side: what EfficientNet-Lite0 was measured on (a 32-pixel border around 224)."""
_WHOLE = 256
"""Pixels that a picture is brought to, both ways, before open_nsfw sees the 224 in its middle (yahoo/open_nsfw,
classify_nsfw.py)."""
_MEAN = np.array([104, 117, 123], np.float32)
"""Blue, green, red: the mean colour that open_nsfw was trained with."""
_GAP = 3.0
"""Large pictures are first brought to three times the size by averaging, which Pillow does fast; it calls 3 as good
as never doing so."""


class ClassesStage:
    """EfficientNet-Lite0 as models/conversion/efficientnet_lite0.py writes it: bytes in, probabilities out."""

    name: Stage = "classes"

    def __init__(self, files: Mapping[str, str], threads: int) -> None:
        """Raises `ModelLoadFailed`."""
        self._session = open_session(files["model"], threads=threads)
        self._input = self._session.only_input(None, SIDE, SIDE, 3)
        _check(self._session, {self._input: np.zeros((1, SIDE, SIDE, 3), np.uint8)}, COUNT, files["model"])

    def run(self, picture: Picture, findings: Findings) -> Iterator[None]:
        (scores,) = self._session.run({self._input: middle(picture.pixels)[None]})
        yield
        findings.classes = judged(scores[0])


class UnsafeStage:
    """open_nsfw of Yahoo: the probability that a picture is pornographic."""

    name: Stage = "unsafe"

    def __init__(self, files: Mapping[str, str], threads: int) -> None:
        """Raises `ModelLoadFailed`."""
        self._session = open_session(files["model"], threads=threads)
        self._input = self._session.only_input(None, SIDE, SIDE, 3)
        _check(self._session, {self._input: np.zeros((1, SIDE, SIDE, 3), np.float32)}, 2, files["model"])

    def run(self, picture: Picture, findings: Findings) -> Iterator[None]:
        (scores,) = self._session.run({self._input: squeezed(picture.pixels)[None]})
        yield
        findings.unsafe = round(float(scores[0, 1]), 4)


def middle(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The square in the middle, as EfficientNet-Lite0 takes it: 224 x 224 x 3."""
    height, width = pixels.shape[:2]
    side = min(width, height) * _MIDDLE
    left, top = (width - side) / 2, (height - side) / 2
    box = (left, top, left + side, top + side)
    flat = Image.fromarray(pixels, "RGB")
    return np.asarray(flat.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box, reducing_gap=_GAP), np.uint8)


def squeezed(pixels: npt.NDArray[np.uint8]) -> Floats:
    """The whole picture, as open_nsfw takes it: 224 x 224 x 3; blue, green, red.

    It is compressed as JPEG in between, as all pictures were that the model was trained with.
    """
    flat = Image.fromarray(pixels, "RGB").resize((_WHOLE, _WHOLE), Image.Resampling.BILINEAR)
    packed = BytesIO()
    flat.save(packed, "JPEG")
    edge = (_WHOLE - SIDE) // 2
    with Image.open(packed) as unpacked:
        cut = np.asarray(unpacked.convert("RGB"), np.float32)[edge : edge + SIDE, edge : edge + SIDE]
    return cut[..., ::-1] - _MEAN


def _check(session: OnnxSession, sample: Mapping[str, npt.NDArray[np.generic]], classes: int, path: str) -> None:
    """Raises `ModelLoadFailed` when the model does not give one probability for each of so many classes."""
    try:
        found = session.run(sample)
    except EngineError as error:
        raise ModelLoadFailed(f"{path} is no classifier of pictures: {error.message}") from None
    shapes = [list(output.shape) for output in found]
    if shapes != [[1, classes]]:
        raise ModelLoadFailed(f"{path} is no classifier of pictures: for {classes} classes it gives {shapes}")
    if not np.isclose(found[0].sum(), 1, atol=1e-2):
        raise ModelLoadFailed(f"{path} is no classifier of pictures: what it gives are no probabilities")
