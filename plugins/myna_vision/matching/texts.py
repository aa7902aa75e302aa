"""Texts as numbers of tokens, for the tower of texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from myna.errors import BadInput, ExtraMissing, ModelLoadFailed

Tokens = dict[str, npt.NDArray[np.int64]]
"""One text, by the name of the input: each 1 x tokens."""


class TextTokens:
    def __init__(self, path: str, *, context: int, fixed: int = 0) -> None:
        """`path` is a `tokenizer.json`. A text has at most `context` tokens, filled up to `fixed` (0: it is not).

        Raises:
            ModelLoadFailed: the file is no tokenizer.
        """
        try:
            import tokenizers
        except ImportError as error:
            raise ExtraMissing(
                "tokenizers, which prepares texts, is not installed", hint="pip install 'myna[vision]'"
            ) from error
        try:
            self._tokenizer = tokenizers.Tokenizer.from_file(path)
        # The library raises bare `Exception`s for whatever is wrong with the file.
        except Exception as error:  # noqa: BLE001
            raise ModelLoadFailed(f"{path} is no tokenizer: {error}") from None
        padding: Mapping[str, Any] = self._tokenizer.padding or {}
        self._filler = int(padding.get("pad_id", 0))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._context = fixed or context
        self._fixed = fixed

    def encode(self, text: str) -> Tokens:
        """Raises `BadInput` for a text that is empty or too long."""
        if not text.strip():
            raise BadInput("a text to compare the picture with is empty")
        numbers = self._tokenizer.encode(text).ids
        if len(numbers) > self._context:
            raise BadInput(
                f"the text {text[:40]!r} has {len(numbers)} tokens, and the model takes {self._context}",
                hint="say it in fewer words",
            )
        filled = self._fixed - len(numbers) if self._fixed else 0
        mask = [1] * len(numbers) + [0] * filled
        ids = np.array([[*numbers, *[self._filler] * filled]], np.int64)
        return {"input_ids": ids, "attention_mask": np.array([mask], np.int64), "token_type_ids": np.zeros_like(ids)}
