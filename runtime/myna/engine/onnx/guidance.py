"""JSON schemas and grammars, enforced by llguidance: a mask over the vocabulary for each token."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from ...errors import BadGrammar, ExtraMissing
from ..text.constraint import Candidates
from ..text.grammar_limits import MAX_SOURCE, check_gbnf
from .vocabulary import TokenizerVocabulary

_JSON = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": ", "lenient": False}
"""One space, as small models were trained on. Where any space is allowed, they go on with nothing else."""

_OPEN = {"additionalProperties", "unevaluatedProperties", "patternProperties", "allOf", "anyOf", "oneOf", "$ref"}
_LITERAL = {"const", "enum", "default", "examples", "allOf"}
"""Words whose values are not schemas, or are not closed one by one."""


class Guide:
    """llguidance for the vocabulary of one model. Opened with the first request that needs it."""

    def __init__(self, vocabulary: TokenizerVocabulary) -> None:
        """Raises `ExtraMissing` when the package is not installed."""
        try:
            import llguidance
        except ImportError as error:
            raise ExtraMissing(
                "JSON schemas and grammars with ONNX models need the package llguidance", hint="pip install llguidance"
            ) from error
        self._library: Any = llguidance
        ends = vocabulary.ending
        wrapper = llguidance.TokenizerWrapper(_Words(vocabulary, ends[0] if ends else 0))
        self._tokenizer = llguidance.LLTokenizer(wrapper, n_vocab=vocabulary.size, eos_token=ends or None)
        self._size = vocabulary.size

    def schema(self, schema: str) -> Grammar:
        """The state before an answer that fits `schema`, a JSON schema as text.

        Raises:
            BadGrammar: it is no schema, or asks for what cannot be enforced.
        """
        if len(schema) > MAX_SOURCE:
            raise BadGrammar(f"the schema has {len(schema):,} characters; the limit is {MAX_SOURCE:,}")
        matcher = self._library.LLMatcher
        try:
            parsed = json.loads(schema)
            if not isinstance(parsed, dict):
                raise BadGrammar("a JSON schema is an object")
            text = json.dumps(_closed(parsed))
            return self._grammar(matcher.grammar_from_json_schema(text, overrides=_JSON), "the JSON schema")
        except (ValueError, RecursionError) as error:
            raise BadGrammar(f"the JSON schema cannot be used: {_first_line(error)}") from None

    def gbnf(self, grammar: str) -> Grammar:
        """The same for a GBNF grammar.

        Raises:
            BadGrammar: it is not valid.
        """
        from llguidance.gbnf_to_lark import gbnf_to_lark

        checked = check_gbnf(grammar)
        try:
            lark = gbnf_to_lark(checked)
        # It raises plain exceptions for a rule that is missing.
        except Exception as error:  # noqa: BLE001
            raise BadGrammar(f"the grammar is not valid GBNF with a rule named root: {_first_line(error)}") from None
        return self._grammar(self._library.LLMatcher.grammar_from_lark(lark), "the grammar")

    def _grammar(self, grammar: str, what: str) -> Grammar:
        failed = self._library.LLMatcher.validate_grammar(grammar, self._tokenizer)
        if failed:
            raise BadGrammar(f"{what} cannot be used: {_first_line(failed)}")
        return Grammar(self._library.LLMatcher(self._tokenizer, grammar, log_level=0), self._size)


def _closed(schema: Any) -> Any:
    """`schema` with no properties but those that it names, unless it says something about others: what llama.cpp's
    converter makes of it, and what is meant where a program reads the answer."""
    if isinstance(schema, list):
        return [_closed(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    # The parts of allOf must all let through what any of them names.
    closed = {word: value if word in _LITERAL else _closed(value) for word, value in schema.items()}
    return {"additionalProperties": False, **closed} if "properties" in schema and not _OPEN & schema.keys() else closed


class Grammar:
    """One answer's state: a `Constraint`."""

    def __init__(self, matcher: Any, size: int) -> None:
        self._matcher = matcher
        self._size = size
        self._mask: np.ndarray[Any, np.dtype[np.bool_]] | None = None

    def allows(self, token: int) -> bool:
        if self._mask is None and not self._matcher.is_stopped():
            return bool(self._matcher.validate_tokens([token]))
        return bool(self._allowed()[token])

    def restrict(self, candidates: Candidates) -> None:
        candidates.table["logit"][~self._allowed()] = -np.inf

    def accept(self, token: int) -> None:
        self._mask = None
        self._matcher.consume_token(token)

    def close(self) -> None:
        self._matcher = None

    def _allowed(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Shape (size,). When nothing may follow, the tokens that end an answer."""
        if self._mask is None:
            packed = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
            self._mask = np.unpackbits(packed, count=self._size, bitorder="little").astype(np.bool_)
        return self._mask


class _Words:
    """What llguidance asks of a tokenizer."""

    def __init__(self, vocabulary: TokenizerVocabulary, end: int) -> None:
        self._vocabulary = vocabulary
        self.tokens = vocabulary.all_pieces()
        self.special_token_ids = [token for token in range(vocabulary.size) if vocabulary.is_control(token)]
        self.eos_token_id = end
        self.bos_token_id = None

    def __call__(self, text: str) -> list[int]:
        return self._vocabulary.tokenize_inside(text)


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__
