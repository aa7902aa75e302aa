"""llama.cpp's enforcement of grammars."""

from __future__ import annotations

import ctypes

import numpy as np

from ...errors import BadGrammar
from ..bindings import C
from ..text.constraint import Candidates
from .vocabulary import Vocabulary


class Grammar:
    """A GBNF grammar with the root rule `root`, at one point of an answer: a `Constraint`."""

    def __init__(self, vocabulary: Vocabulary, grammar: str) -> None:
        """Raises `BadGrammar` when llama.cpp cannot parse it."""
        self._sampler = C.llama_sampler_init_grammar(vocabulary.pointer, grammar.encode(), b"root")
        if not self._sampler:
            raise BadGrammar("the grammar is not valid GBNF with a rule named root")

    def allows(self, token: int) -> bool:
        single = C.llama_token_data(token, 1.0, 0.0)
        array = C.llama_token_data_array(ctypes.pointer(single), 1, -1, False)
        C.llama_sampler_apply(self._sampler, ctypes.byref(array))
        return bool(single.logit != -np.inf)

    def restrict(self, candidates: Candidates) -> None:
        candidates.apply(self._sampler)

    def accept(self, token: int) -> None:
        C.llama_sampler_accept(self._sampler, token)

    def close(self) -> None:
        if self._sampler:
            C.llama_sampler_free(self._sampler)
            self._sampler = None
