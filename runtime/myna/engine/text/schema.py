"""What a JSON schema asks for, in the words that become a grammar; the rest is refused.

The converter of llama-cpp-python leaves out in silence what it cannot express, and the answer then need not
fit. Here a schema is rewritten so that it expresses more, and refused where an answer might not fit it.
"""

from __future__ import annotations

import math
import re
from typing import Any

from .number_range import NumberRange

ANYTHING = {"type": "value"}
"""The converter's name for any JSON value."""

_REFUSED = (
    *("multipleOf", "patternProperties", "propertyNames", "minProperties", "maxProperties", "dependentRequired"),
    *("dependentSchemas", "dependencies", "if", "then", "else", "not", "contains", "minContains", "maxContains"),
    *("uniqueItems", "unevaluatedProperties", "unevaluatedItems", "additionalItems"),
)
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_CONSTRAINTS = {
    *("type", "enum", "const", "properties", "required", "additionalProperties", "items", "prefixItems", "minItems"),
    *("maxItems", "pattern", "format", "minLength", "maxLength", "allOf", "anyOf", "oneOf", "$ref", *_BOUNDS),
}
_FORMATS = re.compile(r"uuid[1-5]?|date|time|date-time")
"""Formats of strings that the converter enforces."""

_LABEL = "[a-z0-9]{1,20}"
_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]|[0-9])"
_PATTERNS = {
    "email": rf"^{_LABEL}([.]{_LABEL}){{0,2}}@{_LABEL}([.]{_LABEL}){{0,2}}[.][a-z]{{2,8}}$",
    "hostname": rf"^{_LABEL}([.]{_LABEL}){{0,2}}[.][a-z]{{2,8}}$",
    "uri": rf"^https?://{_LABEL}([.]{_LABEL}){{0,2}}[.][a-z]{{2,8}}(/[a-zA-Z0-9_-]{{1,30}}){{0,4}}$",
    "ipv4": rf"^{_OCTET}[.]{_OCTET}[.]{_OCTET}[.]{_OCTET}$",
    "ipv6": "^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$",
    "duration": "^P([0-9]{1,4}[YMWD]|T[0-9]{1,4}[HMS])$",
}
"""Of formats that it knows nothing of: narrower than they are, so that what fits here fits them. Others are remarks."""


def expressible(schema: Any) -> dict[str, Any]:
    """`schema` in words that the converter obeys.

    Raises:
        ValueError: it says something that cannot be enforced, or nothing can fit it.
    """
    if schema is True:
        return dict(ANYTHING)
    if not isinstance(schema, dict):
        raise ValueError(f"{schema!r} is no schema that an answer can fit")  # noqa: TRY004 - the caller's one kind
    for word in _REFUSED:
        if schema.get(word, False) is not False:
            raise ValueError(f"{word} cannot be enforced")
    whole: dict[str, Any] = {word: _inside(word, value) for word, value in schema.items()}
    kinds = whole.get("type")
    if isinstance(kinds, list) and not {"anyOf", "oneOf", "enum", "const", "$ref"} & whole.keys():
        rest = {word: value for word, value in whole.items() if word in _CONSTRAINTS and word != "type"}
        outside = {word: value for word, value in whole.items() if word not in _CONSTRAINTS}
        return {**outside, "anyOf": [expressible({**_fitting(rest, kind), "type": kind}) for kind in kinds]}
    _only_beside(whole, "$ref", set())
    for choice in ("anyOf", "oneOf"):
        _only_beside(whole, choice, {"type"})
    if "allOf" in whole:
        whole = _all_of(whole)
    _possible(whole, "minItems", "maxItems")
    _possible(whole, "minLength", "maxLength")
    if whole.get("enum", True) == []:
        raise ValueError("enum is empty, so nothing fits")
    if any(word in whole for word in _BOUNDS) and "enum" not in whole and "const" not in whole:
        return _bounded(whole)
    if kinds == "object" or "properties" in whole:
        return _object(whole)
    return _text(_array(whole))


def _array(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("items") is False:
        # The converter's tuples have no more items than are named.
        if "prefixItems" not in schema:
            raise ValueError("items that are nothing cannot be enforced without prefixItems")
        return {word: value for word, value in schema.items() if word != "items"}
    bounded, named = {"minItems", "maxItems"} & schema.keys(), {"items", "prefixItems"} & schema.keys()
    return {**schema, "items": ANYTHING} if schema.get("type") == "array" and bounded and not named else schema


def _text(schema: dict[str, Any]) -> dict[str, Any]:
    form = str(schema.get("format", ""))
    bounded = {"minLength", "maxLength"} & schema.keys()
    if bounded and ("pattern" in schema or _FORMATS.fullmatch(form)):
        raise ValueError("minLength and maxLength cannot be enforced beside a pattern or a format")
    decided = bounded or {"pattern", "enum", "const"} & schema.keys()
    if form in _PATTERNS and schema.get("type") == "string" and not decided:
        return {**schema, "pattern": _PATTERNS[form]}
    return schema


def _inside(word: str, value: Any) -> Any:
    """The value of a keyword, with the schemas in it rewritten."""
    if word in {"properties", "$defs", "definitions"} and isinstance(value, dict):
        return {name: expressible(inner) for name, inner in value.items()}
    if word in {"anyOf", "oneOf", "allOf", "prefixItems", "items"} and isinstance(value, list):
        return [expressible(inner) for inner in value]
    if word in {"items", "additionalProperties"} and not isinstance(value, bool):
        return expressible(value)
    if word == "items" and value is True:
        return dict(ANYTHING)
    return value


def _only_beside(schema: dict[str, Any], word: str, allowed: set[str]) -> None:
    """The converter follows `word` and leaves out what stands beside it."""
    if word in schema and (beside := sorted((_CONSTRAINTS & schema.keys()) - {word} - allowed)):
        raise ValueError(f"{beside[0]} cannot be enforced beside {word}")


def _fitting(rest: dict[str, Any], kind: str) -> dict[str, Any]:
    """Of the constraints of a schema with several types, those that say something of `kind`."""
    about = {
        "string": {"pattern", "format", "minLength", "maxLength"},
        "array": {"items", "prefixItems", "minItems", "maxItems"},
        "object": {"properties", "required", "additionalProperties", "allOf"},
        "integer": set(_BOUNDS),
        "number": set(_BOUNDS),
    }.get(kind, set())
    return {word: value for word, value in rest.items() if word in about}


def _all_of(schema: dict[str, Any]) -> dict[str, Any]:
    parts = schema["allOf"]
    outside = {word: value for word, value in schema.items() if word != "allOf"}
    if isinstance(parts, list) and len(parts) == 1 and not _CONSTRAINTS & outside.keys():
        return outside | dict(parts[0])
    _only_beside(schema, "allOf", {"type"})
    for part in parts:
        known = {"type", "properties", "required", "additionalProperties", "$ref"}
        if not {"properties", "$ref"} & part.keys() or (_CONSTRAINTS & part.keys()) - known:
            raise ValueError("allOf can be enforced for objects with properties only")
    return schema


def _object(schema: dict[str, Any]) -> dict[str, Any]:
    """With a property for each name that is required; the converter knows no others. Where some are named, there are no
    more: one could be a second value for a name."""
    required = schema.get("required", [])
    properties = schema.get("properties", {})
    if not isinstance(required, list) or not isinstance(properties, dict):
        return schema
    other = schema.get("additionalProperties", True)
    missing = [name for name in required if name not in properties]
    if missing and other is False:
        name = missing[0]
        raise ValueError(f"{name} is required and not allowed, so nothing fits")
    named = {**properties, **{name: dict(ANYTHING) if other is True else other for name in missing}}
    if not named:
        return schema
    return {**schema, "properties": named, "additionalProperties": False}


def _possible(schema: dict[str, Any], least: str, most: str) -> None:
    if schema.get(least, 0) > schema.get(most, math.inf):
        raise ValueError(f"{least} is more than {most}, so nothing fits")


# numbers with bounds

_MARK = "@myna-number"
_MARKED = re.compile(rf'"\\"{_MARK} (\S+) (\S+) (\S+)\\""')


def _bounded(schema: dict[str, Any]) -> dict[str, Any]:
    """A mark in place of a range of numbers, for which the converter has no words; see `with_numbers`."""
    kind = schema.get("type")
    if kind not in {"integer", "number"}:
        if kind is None:
            raise ValueError("bounds cannot be enforced without a type")
        return schema
    bounds = {word: schema[word] for word in _BOUNDS if word in schema}
    if any(isinstance(bound, bool) or not isinstance(bound, int | float) for bound in bounds.values()):
        raise ValueError("bounds must be numbers")
    numbers = NumberRange.of(
        least=bounds.get("minimum"),
        above=bounds.get("exclusiveMinimum"),
        most=bounds.get("maximum"),
        below=bounds.get("exclusiveMaximum"),
        whole=kind == "integer",
    )
    return {"const": f"{_MARK} {numbers.low} {numbers.high} {numbers.shape}"}


def with_numbers(grammar: str) -> str:
    """The grammar with rules for numbers where `expressible` left a mark."""
    return _MARKED.sub(
        lambda match: f"({' | '.join(NumberRange.parse(match[1], match[2], match[3]).alternatives())}) space", grammar
    )
