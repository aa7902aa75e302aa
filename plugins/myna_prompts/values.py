"""Values for the variables of a template: checked, and brought to their types."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from myna.errors import BadPrompt
from myna.suggest import did_you_mean

from .template import INPUT, MAX_ITEMS, MAX_VALUE, Variable, VariableType

_EMPTY: dict[VariableType, Any] = {"text": "", "integer": 0, "number": 0.0, "boolean": False, "list": [], "json": None}

_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}

_TYPES: dict[VariableType, str] = {
    "text": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "list": "a list of texts",
    "json": "JSON",
}

MAX_DEPTH = 64
"""Levels of a JSON value."""


class _Wrong(ValueError):
    """A value is not what its variable takes; the text follows the variable's name."""


def bind(variables: Mapping[str, Variable], given: Mapping[str, Any]) -> dict[str, Any]:
    """A value for each variable: what is given, checked; or the default.

    Texts are turned into what the variable takes, as they are typed: `3`, `true`, a line for each item of a
    list, JSON.

    Raises:
        BadPrompt: a value is missing, is not what the variable takes, or is for no variable.
    """
    for name in given:
        if name not in variables:
            raise BadPrompt(
                f"the template has no variable {name}{did_you_mean(name, variables)}",
                hint=f"its variables: {', '.join(variables)}",
            )
    values: dict[str, Any] = {}
    for name, variable in variables.items():
        if name in given:
            try:
                values[name] = checked(variable, given[name])
            except _Wrong as error:
                raise BadPrompt(f"the variable {name} {error}") from None
        elif variable.required:
            hint = "give the text" if name == INPUT else f"--var {name}=..."
            raise BadPrompt(f"the variable {name} has no value", hint=hint)
        else:
            values[name] = _EMPTY[variable.type] if variable.default is None else variable.default
    return values


def fault_of(variable: Variable, value: Any) -> str:
    """What is wrong with `value`, as in `must be a number`; empty when nothing is."""
    try:
        checked(variable, value)
    except _Wrong as error:
        return str(error)
    return ""


def checked(variable: Variable, value: Any) -> Any:
    """`value` in the type of `variable`."""
    value = _typed(variable.type, value)
    if variable.required and value in ("", []):
        raise _Wrong("is empty")
    if variable.choices and value not in variable.choices:
        raise _Wrong(f"must be one of: {', '.join(map(str, variable.choices))}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if variable.minimum is not None and value < variable.minimum:
            raise _Wrong(f"must be at least {variable.minimum:g}")
        if variable.maximum is not None and value > variable.maximum:
            raise _Wrong(f"must be at most {variable.maximum:g}")
    size = _size(value)
    if size is not None:
        most = variable.max_length or (MAX_ITEMS if isinstance(value, list) and variable.type == "list" else MAX_VALUE)
        if size > most:
            raise _Wrong(f"is longer than {most}: {size}")
        if size < variable.min_length:
            raise _Wrong(f"is shorter than {variable.min_length}: {size}")
    return value


def _size(value: Any) -> int | None:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        if sum(map(len, value)) > MAX_VALUE:
            raise _Wrong(f"is longer than {MAX_VALUE} characters")
        return len(value)
    if isinstance(value, list | dict):
        return len(json.dumps(value, ensure_ascii=False))
    return None


def _typed(kind: VariableType, value: Any) -> Any:
    wrong = _Wrong(f"must be {_TYPES[kind]}")
    match kind:
        case "text":
            if not isinstance(value, str):
                raise wrong
            return _decodable(value)
        case "integer":
            return _integer(value, wrong)
        case "number":
            return _number(value, wrong)
        case "boolean":
            if isinstance(value, str):
                value = _WORDS.get(value.strip().lower())
            if not isinstance(value, bool):
                raise wrong
            return value
        case "list":
            items = _items(value) if isinstance(value, str) else value
            if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
                raise wrong
            return [_decodable(item) for item in items]
        case "json":
            return _json(value)


def _integer(value: Any, wrong: _Wrong) -> int:
    if isinstance(value, str):
        try:
            value = int(value.strip()[:32], 10)
        except ValueError:
            raise wrong from None
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong
    return value


def _number(value: Any, wrong: _Wrong) -> float | int:
    if isinstance(value, str):
        try:
            value = float(value.strip()[:64])
        except ValueError:
            raise wrong from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise wrong
    return value


def _items(text: str) -> Any:
    """A JSON list, or a line for each item."""
    if text.lstrip().startswith("["):
        try:
            return json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            pass
    return [line.strip() for line in text.splitlines() if line.strip()]


def _json(value: Any) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except json.JSONDecodeError as error:
            raise _Wrong(f"must be JSON: {error.msg} in line {error.lineno}") from None
        except RecursionError:
            raise _Wrong(f"is nested deeper than {MAX_DEPTH} levels") from None
    if _depth(value) > MAX_DEPTH:
        raise _Wrong(f"is nested deeper than {MAX_DEPTH} levels")
    return value


def _depth(value: Any) -> int:
    """Levels of lists and mappings in `value`."""
    depth, level = 0, [value]
    while level and depth <= MAX_DEPTH:
        level = [
            item
            for outer in level
            if isinstance(outer, list | dict)
            for item in (outer.values() if isinstance(outer, dict) else outer)
        ]
        depth += bool(level)
    return depth


def _decodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _Wrong("is not valid UTF-8") from None
    return text
