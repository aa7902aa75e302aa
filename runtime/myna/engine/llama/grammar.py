"""JSON schemas as grammars, and llama.cpp's enforcement of them."""

from __future__ import annotations

import ctypes
import importlib
import json
import re

import numpy as np

from ...errors import BadGrammar
from ..bindings import C
from ..text.constraint import Candidates
from ..text.grammar_limits import MAX_SOURCE, QUOTED
from .schema import expressible, with_numbers
from .vocabulary import Vocabulary


def schema_to_gbnf(schema: str) -> str:
    """GBNF for documents that fit `schema`, a JSON schema as text. No reference is ever fetched.

    Raises:
        BadGrammar: not JSON, not an object, or something that cannot be enforced.
    """
    if len(schema) > MAX_SOURCE:
        raise BadGrammar(f"the schema has {len(schema):,} characters; the limit is {MAX_SOURCE:,}")
    # Imported late: most requests have no schema.
    converter = importlib.import_module("llama_cpp.llama_grammar")
    try:
        parsed = json.loads(schema)
        if not isinstance(parsed, dict):
            raise BadGrammar("a JSON schema is an object")
        parsed = expressible(parsed)
        if isinstance(reference := parsed.get("$ref"), str):
            # The converter leaves out what stands beside a reference, the definitions too.
            parsed = {**{key: value for key, value in parsed.items() if key != "$ref"}, "anyOf": [{"$ref": reference}]}
        grammar = with_numbers(str(converter.json_schema_to_gbnf(json.dumps(parsed))))
        return QUOTED.sub(_json_characters, grammar)
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError, NotImplementedError) as error:
        raise BadGrammar(f"the JSON schema cannot be used: {str(error) or type(error).__name__}") from error
    except RecursionError:
        raise BadGrammar("the JSON schema is nested too deeply") from None


def _json_characters(match: re.Match[str]) -> str:
    """The converter's "anything but" classes let through what JSON forbids in a string: line breaks, for one."""
    found = match.group()
    return rf'[^"\\\x7F\x00-\x1F{found[2:]}' if found.startswith("[^") else found


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
