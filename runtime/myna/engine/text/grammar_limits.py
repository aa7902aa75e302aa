"""What is refused before any parser of grammars sees it."""

from __future__ import annotations

import re

from ...errors import BadGrammar

MAX_SOURCE = 1 << 18
"""Characters of a schema or grammar."""


MAX_DEPTH = 200
"""Parentheses in parentheses: parsers call themselves for each, and its stack is finite."""

MAX_RULES = 4_000
"""Its search for left recursion goes as deep as rules refer to rules."""

QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]|#[^\n]*', re.DOTALL)
"""Strings, character classes and comments."""


def check_gbnf(grammar: str) -> str:
    """The grammar, if a parser can be trusted with it.

    Raises:
        BadGrammar: too long, too deep, or not text.
    """
    if len(grammar) > MAX_SOURCE:
        raise BadGrammar(f"the grammar has {len(grammar):,} characters; the limit is {MAX_SOURCE:,}")
    if "\0" in grammar:
        raise BadGrammar("the grammar holds a NUL character")
    bare = QUOTED.sub("", grammar)
    if bare.count("::=") > MAX_RULES:
        raise BadGrammar(f"the grammar has more than {MAX_RULES:,} rules")
    depth = 0
    for character in re.findall(r"[()]", bare):
        depth += 1 if character == "(" else -1
        if depth > MAX_DEPTH:
            raise BadGrammar(f"the grammar nests more than {MAX_DEPTH} parentheses")
    return grammar
