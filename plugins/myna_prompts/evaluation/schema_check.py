"""Whether JSON fits a schema, for the words that answers are decoded under."""

from __future__ import annotations

import json
import re
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}


def fits(schema: dict[str, Any], answer: str) -> bool:
    """Whether `answer` is JSON that `schema` allows. Words that are not known here are taken to hold."""
    try:
        return _fits(schema, json.loads(answer))
    except (json.JSONDecodeError, RecursionError):
        return False


def _fits(schema: Any, value: Any) -> bool:
    if not isinstance(schema, dict):
        return schema is not False
    return _one_of_them(schema, value) and _combined(schema, value) and _by_kind(schema, value)


def _one_of_them(schema: dict[str, Any], value: Any) -> bool:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return (
        value in schema.get("enum", [value])
        and value == schema.get("const", value)
        and (not kinds or any(_is(value, kind) for kind in kinds))
    )


def _combined(schema: dict[str, Any], value: Any) -> bool:
    choices = [schema[word] for word in ("anyOf", "oneOf") if word in schema]
    return all(any(_fits(inner, value) for inner in choice) for choice in choices) and all(
        _fits(inner, value) for inner in schema.get("allOf", [])
    )


def _by_kind(schema: dict[str, Any], value: Any) -> bool:
    if isinstance(value, dict):
        return _object(schema, value)
    if isinstance(value, list):
        return _array(schema, value)
    if isinstance(value, str):
        return _string(schema, value)
    return not isinstance(value, int | float) or isinstance(value, bool) or _number(schema, value)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES.get(kind, (object,)))


def _object(schema: dict[str, Any], value: dict[str, Any]) -> bool:
    properties = schema.get("properties", {})
    if any(name not in value for name in schema.get("required", [])):
        return False
    for name, inner in value.items():
        if name in properties:
            if not _fits(properties[name], inner):
                return False
        elif not _fits(schema.get("additionalProperties", True), inner):
            return False
    return True


def _array(schema: dict[str, Any], value: list[Any]) -> bool:
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        return False
    return all(_fits(schema.get("items", True), item) for item in value)


def _string(schema: dict[str, Any], value: str) -> bool:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        return False
    return "pattern" not in schema or re.search(schema["pattern"], value) is not None


def _number(schema: dict[str, Any], value: float) -> bool:
    return (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
        and ("exclusiveMinimum" not in schema or value > schema["exclusiveMinimum"])
        and ("exclusiveMaximum" not in schema or value < schema["exclusiveMaximum"])
    )
