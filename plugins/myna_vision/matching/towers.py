"""The model itself: two files with a tower each, or one file with both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from myna.errors import EngineError, ModelLoadFailed

from ..onnx_session import Floats, OnnxSession, open_session
from .options import Preparation

_PICTURE, _TEXT = "pixel_values", "input_ids"
_TEXT_INPUTS = frozenset({_TEXT, "attention_mask", "token_type_ids"})
"""Names that optimum and transformers.js give the inputs of such models."""
_OUTPUTS = {"picture": ("image_embeds", "pooler_output"), "text": ("text_embeds", "pooler_output")}
"""What is taken of the outputs, the first that is there; else the only one with a row for each input."""

Inputs = Mapping[str, npt.NDArray[Any]]


class Towers:
    def __init__(self, files: Mapping[str, str], threads: int, preparation: Preparation) -> None:
        """`files` has `model` (the tower of pictures) and `text`, or `model` alone with both towers.

        Raises:
            ModelLoadFailed: a file is no such model.
        """
        self._paths = {"picture": files["model"], "text": files.get("text", files["model"])}
        self._picture = open_session(files["model"], threads=threads)
        self._text = open_session(files["text"], threads=threads) if "text" in files else self._picture
        self._check("picture", self._picture, {_PICTURE} | (set() if "text" in files else _TEXT_INPUTS), _PICTURE)
        self._check("text", self._text, set(_TEXT_INPUTS) | (set() if "text" in files else {_PICTURE}), _TEXT)
        self._no_picture = np.zeros((1, 3, preparation.height, preparation.width), np.float32)
        self._no_text = {name: np.ones((1, self.fixed_length or 1), np.int64) for name in _TEXT_INPUTS}

    @property
    def fixed_length(self) -> int:
        """Tokens that every text must have; 0 when that is free."""
        length = self._text.inputs[_TEXT][1]
        return length if isinstance(length, int) else 0

    def picture(self, pixels: Floats) -> Floats:
        """The unit vector of a picture (1 x 3 x height x width)."""
        return self._vector("picture", self._picture, {**self._no_text, _PICTURE: pixels})

    def text(self, tokens: Inputs) -> Floats:
        """The unit vector of a text."""
        return self._vector("text", self._text, {_PICTURE: self._no_picture, **tokens})

    def _vector(self, tower: str, session: OnnxSession, inputs: Inputs) -> Floats:
        outputs = session.run({name: value for name, value in inputs.items() if name in session.inputs})
        found = dict(zip(session.outputs, outputs, strict=True))
        named = [found[name] for name in _OUTPUTS[tower] if name in found]
        rows = named or [value for value in found.values() if value.ndim == 2]
        if (not named and len(rows) != 1) or rows[0].ndim != 2 or rows[0].shape[0] != 1:
            shapes = ", ".join(f"{name} {list(value.shape)}" for name, value in found.items())
            raise ModelLoadFailed(f"{self._paths[tower]} gives no vector for a {tower}: it gives {shapes}")
        vector: Floats = rows[0][0].astype(np.float32)
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length == 0:
            raise EngineError(f"{self._paths[tower]} gave a vector of no direction")
        vector /= np.float32(length)
        return vector

    def _check(self, tower: str, session: OnnxSession, known: set[str], needed: str) -> None:
        inputs = session.inputs
        if needed not in inputs or not set(inputs) <= known:
            taken = ", ".join(f"{name} {list(shape)}" for name, shape in inputs.items())
            raise ModelLoadFailed(f"{self._paths[tower]} is no tower for a {tower}: it takes {taken}")
