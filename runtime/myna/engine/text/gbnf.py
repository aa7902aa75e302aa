"""JSON schemas as grammars."""

from __future__ import annotations

import json
import re

from ...errors import BadGrammar
from .grammar_limits import MAX_SOURCE, QUOTED
from .schema import expressible, with_numbers


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
        grammar = QUOTED.sub(_json_characters, with_numbers(to_gbnf(parsed)))
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
