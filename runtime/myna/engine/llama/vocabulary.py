"""Text to tokens and back, for one model."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np

from ..bindings import C
from ..text.closing import closing_ranks


class Vocabulary:
    """The vocabulary of a loaded model (`llama_model_p`)."""

    def __init__(self, model: Any) -> None:
        self.pointer = C.llama_model_get_vocab(model)
        self.size: int = C.llama_vocab_n_tokens(self.pointer)
        self._pieces: dict[int, bytes] = {}
        self._ends: dict[int, bool] = {}

    def tokenize(self, text: str, *, special: bool, add_special: bool = False) -> list[int]:
        """Tokens of `text`. `special` lets special tokens in it count as such; `add_special` adds what
        the model wants around a text (its beginning-of-sequence token)."""
        data = text.encode("utf-8", "replace")
        size = len(data) + 8
        buffer = (ctypes.c_int32 * size)()
        count = C.llama_tokenize(self.pointer, data, len(data), buffer, size, add_special, special)
        if count < 0:
            size = -count
            buffer = (ctypes.c_int32 * size)()
            count = C.llama_tokenize(self.pointer, data, len(data), buffer, size, add_special, special)
        return buffer[:count]

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes that `token` stands for; nothing for control tokens unless `special`."""
        key = token * 2 + special
        known = self._pieces.get(key)
        if known is None:
            known = self._pieces[key] = self._piece(token, special)
        return known

    def _piece(self, token: int, special: bool) -> bytes:
        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = C.llama_token_to_piece(self.pointer, token, buffer, size, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            size = -count

    def ends(self, token: int) -> bool:
        """Whether the model ends its answer with `token`."""
        known = self._ends.get(token)
        if known is None:
            known = self._ends[token] = bool(C.llama_vocab_is_eog(self.pointer, token))
        return known

    def is_control(self, token: int) -> bool:
        return bool(C.llama_vocab_is_control(self.pointer, token))

    def text_of(self, token: int) -> str:
        """The token as text for people and templates, control tokens included; "" for no token."""
        return self.piece(token, special=True).decode("utf-8", "replace") if token >= 0 else ""

    @cached_property
    def bos(self) -> str:
        return self.text_of(C.llama_vocab_bos(self.pointer))

    @cached_property
    def eos(self) -> str:
        return self.text_of(C.llama_vocab_eos(self.pointer))

    @cached_property
    def _special_texts(self) -> re.Pattern[str] | None:
        mask = C.LLAMA_TOKEN_ATTR_CONTROL | C.LLAMA_TOKEN_ATTR_UNKNOWN
        special = (token for token in range(self.size) if C.llama_vocab_get_attr(self.pointer, token) & mask)
        texts = sorted(filter(None, map(self.text_of, special)), key=len, reverse=True)
        return re.compile("|".join(map(re.escape, texts))) if texts else None

    def specials_in(self, text: str) -> list[str]:
        """Texts of special tokens that occur in `text`, in order."""
        # Finding the special tokens asks for the attributes of the whole vocabulary (20 ms and more), so
        # it is left until a text shows that it holds one.
        if self.tokenize(text, special=True) == self.tokenize(text, special=False):
            return []
        return self._special_texts.findall(text) if self._special_texts else []

    def special_tokens(self, texts: Iterable[str]) -> frozenset[int]:
        """The special tokens among `texts`."""
        found = [self.tokenize(text, special=True) for text in texts]
        return frozenset(tokens[0] for tokens in found if len(tokens) == 1 and self.is_control(tokens[0]))

    @property
    def special_pattern(self) -> re.Pattern[str] | None:
        """Matches the text of any special token."""
        return self._special_texts

    @cached_property
    def closing_ranks(self) -> np.ndarray[Any, np.dtype[np.int8]]:
        """Shape (2, size); see `closing.closing_ranks`."""
        return closing_ranks(map(self.piece, range(self.size)))
