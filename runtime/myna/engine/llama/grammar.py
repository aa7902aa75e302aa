"""JSON schemas as grammars, and the shortest way out of a JSON document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from ...errors import BadGrammar
from .schema import expressible, with_numbers

MAX_SOURCE = 1 << 18
"""Characters of a schema or grammar."""


MAX_DEPTH = 200
"""Parentheses in parentheses: llama.cpp's parser calls itself for each, and its stack is finite."""

MAX_RULES = 4_000
"""Its search for left recursion goes as deep as rules refer to rules."""

_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]|#[^\n]*', re.DOTALL)
"""Strings, character classes and comments."""


def check_gbnf(grammar: str) -> str:
    """The grammar, if llama.cpp can be trusted with it.

    Raises:
        BadGrammar: too long, too deep, or not text.
    """
    if len(grammar) > MAX_SOURCE:
        raise BadGrammar(f"the grammar has {len(grammar):,} characters; the limit is {MAX_SOURCE:,}")
    if "\0" in grammar:
        raise BadGrammar("the grammar holds a NUL character")
    bare = _QUOTED.sub("", grammar)
    if bare.count("::=") > MAX_RULES:
        raise BadGrammar(f"the grammar has more than {MAX_RULES:,} rules")
    depth = 0
    for character in re.findall(r"[()]", bare):
        depth += 1 if character == "(" else -1
        if depth > MAX_DEPTH:
            raise BadGrammar(f"the grammar nests more than {MAX_DEPTH} parentheses")
    return grammar


def schema_to_gbnf(schema: str) -> str:
    """GBNF for documents that fit `schema`, a JSON schema as text. No reference is ever fetched.

    Raises:
        BadGrammar: not JSON, not an object, or something that cannot be enforced.
    """
    if len(schema) > MAX_SOURCE:
        raise BadGrammar(f"the schema has {len(schema):,} characters; the limit is {MAX_SOURCE:,}")
    from .converter import to_gbnf

    try:
        parsed = json.loads(schema)
        if not isinstance(parsed, dict):
            raise BadGrammar("a JSON schema is an object")
        parsed = expressible(parsed)
        if isinstance(reference := parsed.get("$ref"), str):
            # The converter leaves out what stands beside a reference, the definitions too.
            parsed = {**{key: value for key, value in parsed.items() if key != "$ref"}, "anyOf": [{"$ref": reference}]}
        grammar = _QUOTED.sub(_json_characters, with_numbers(to_gbnf(parsed)))
        grammar.encode()
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError, NotImplementedError) as error:
        raise BadGrammar(f"the JSON schema cannot be used: {str(error) or type(error).__name__}") from error
    except RecursionError:
        raise BadGrammar("the JSON schema is nested too deeply") from None
    return grammar


def _json_characters(match: re.Match[str]) -> str:
    """The converter's "anything but" classes let through what JSON forbids in a string: line breaks, for one."""
    found = match.group()
    return rf'[^"\\\x7F\x00-\x1F{found[2:]}' if found.startswith("[^") else found


class JsonPosition:
    """Follows a JSON document byte by byte, as far as needed to tell strings from structure."""

    def __init__(self) -> None:
        self.in_string = False
        self._escaped = False

    def feed(self, data: bytes) -> None:
        for byte in data:
            if self._escaped:
                self._escaped = False
            elif self.in_string and byte == 0x5C:
                self._escaped = True
            elif byte == 0x22:
                self.in_string = not self.in_string


def closing_ranks(pieces: Iterable[bytes]) -> np.ndarray[Any, np.dtype[np.int8]]:
    """How directly tokens lead to the end of a JSON document; higher is better.

    Returns:
        Shape (2, n): the ranks outside a string, and inside one.
    """
    pieces = list(pieces)
    return np.array([[_rank(piece) for piece in pieces], [_rank_in_string(piece) for piece in pieces]], dtype=np.int8)


def _rank(piece: bytes) -> int:
    """End what is open; else what must come, and as little of it as possible."""
    if not piece.strip():
        return -1
    if not piece.strip(b"}] \n\t"):
        return 4
    if piece == b'"':
        return 3
    if piece[:1] in b"}]":
        # Closes one thing and opens the next.
        return 1
    return 2 if piece in {b":", b","} else 0


def _rank_in_string(piece: bytes) -> int:
    if piece[:1] != b'"':
        return 0
    rest = piece[1:]
    if not rest.strip(b"}] \n\t"):
        return 3 if rest else 2
    return 1
