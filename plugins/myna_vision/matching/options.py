"""How a model of two towers wants its pictures and texts: from its manifest and its `preprocessor_config.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
from PIL import Image

from myna.errors import ModelLoadFailed

_MEAN = (0.48145466, 0.4578275, 0.40821073)
_DEVIATION = (0.26862954, 0.26130258, 0.27577711)
"""Of red, green and blue in the pictures that CLIP was trained with."""


class MatcherOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[options]` of a manifest."""

    threads: int = 0
    """For each tower; 0 leaves it to what the machine has."""
    scale: float = 100.0
    """What likenesses are multiplied by before the softmax: exp(logit_scale), which CLIP's training stops at 100."""
    context: int = 77
    """Tokens that a text may have, its start and end among them; CLIP's is 77."""
    pad: bool = False
    """Texts are filled up to `context` tokens; where the model takes one length only, they are anyway."""


class Preparation(msgspec.Struct, frozen=True):
    """What is done to a picture before its tower sees it; the defaults are those of CLIP (arXiv 2103.00020)."""

    width: int = 224
    height: int = 224
    """Pixels of what the tower sees."""
    shortest: int = 224
    """The shorter side is brought to this, and the middle is cut out; 0: the picture is squeezed into the size."""
    resample: Image.Resampling = Image.Resampling.BICUBIC
    mean: tuple[float, float, float] = _MEAN
    deviation: tuple[float, float, float] = _DEVIATION
    factor: float = 1 / 255


_Sides = int | dict[str, int] | None


class _File(msgspec.Struct, frozen=True):
    """The settings of a `CLIPImageProcessor` (transformers) and of those that are like it."""

    size: _Sides = None
    crop_size: _Sides = None
    do_center_crop: bool = True
    do_normalize: bool = True
    do_rescale: bool = True
    resample: int = int(Image.Resampling.BICUBIC)
    rescale_factor: float = 1 / 255
    image_mean: tuple[float, float, float] = _MEAN
    image_std: tuple[float, float, float] = _DEVIATION


LARGEST = 1024
"""Pixels; a tower that wants more is none that is known."""


def read_preparation(path: str) -> Preparation:
    """What the file `path` says; without one, what CLIP does.

    Raises:
        ModelLoadFailed: it is not understood.
    """
    if not path:
        return Preparation()
    try:
        settings: Any = json.loads(Path(path).read_text(encoding="utf-8"))
        return _prepared(msgspec.convert(settings, _File))
    except (OSError, ValueError, KeyError) as error:  # msgspec's and json's errors are ValueErrors
        raise ModelLoadFailed(f"{path} does not say how pictures are prepared: {error}") from None


def _prepared(file: _File) -> Preparation:
    size: Any = {"shortest_edge": file.size} if isinstance(file.size, int) else file.size or {"shortest_edge": 224}
    crop: Any = (
        {"height": file.crop_size, "width": file.crop_size} if isinstance(file.crop_size, int) else file.crop_size
    )
    shortest = 0
    if "shortest_edge" in size:
        shortest = size["shortest_edge"]
        seen = crop or {"height": shortest, "width": shortest}
    else:
        seen = size
    for side in (seen["width"], seen["height"], shortest or 1):
        if not 0 < side <= LARGEST:
            raise ValueError(f"{side} pixels")
    if 0 in file.image_std or not file.rescale_factor:
        raise ValueError("0 in image_std or rescale_factor")
    return Preparation(
        width=seen["width"],
        height=seen["height"],
        shortest=shortest if file.do_center_crop else 0,
        resample=Image.Resampling(file.resample),
        mean=file.image_mean if file.do_normalize else (0.0, 0.0, 0.0),
        deviation=file.image_std if file.do_normalize else (1.0, 1.0, 1.0),
        factor=file.rescale_factor if file.do_rescale else 1.0,
    )
