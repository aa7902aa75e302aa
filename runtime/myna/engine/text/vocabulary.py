"""Text to tokens and back: what an engine's vocabulary offers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np


class Vocabulary(Protocol):
    """The vocabulary of a loaded model."""

    size: int
    """Tokens, and logits of each step."""

    @property
    def pointer(self) -> Any:
        """llama.cpp's own vocabulary (`llama_vocab_p`), where the model has one; else None."""
        ...

    @property
    def bos(self) -> str:
        """Text of the token that begins a sequence; "" for none."""
        ...

    @property
    def eos(self) -> str: ...

    @property
    def special_pattern(self) -> re.Pattern[str] | None:
        """Matches the text of any special token."""
        ...

    @property
    def closing_ranks(self) -> np.ndarray[Any, np.dtype[np.int8]]:
        """Shape (2, size); see `closing.closing_ranks`."""
        ...

    def tokenize(self, text: str, *, special: bool, add_special: bool = False) -> list[int]:
        """Tokens of `text`. `special` lets special tokens in it count as such; `add_special` adds what
        the model wants around a text (its beginning-of-sequence token)."""
        ...

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes that `token` stands for; nothing for control tokens unless `special`."""
        ...

    def ends(self, token: int) -> bool:
        """Whether the model ends its answer with `token`."""
        ...

    def is_control(self, token: int) -> bool: ...

    def text_of(self, token: int) -> str:
        """The token as text for people and templates, control tokens included; "" for no token."""
        ...

    def special_tokens(self, texts: Iterable[str]) -> frozenset[int]:
        """The special tokens among `texts`."""
        ...

    def specials_in(self, text: str) -> list[str]:
        """Texts of special tokens that occur in `text`, in order."""
        ...
