"""The form of a template's variables, and what a person has typed into it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal

from ..loading import Loaded
from ..template import INPUT, Variable
from ..values import fault_of

Kind = Literal["line", "text", "choice", "switch", "number"]

LINE = 200
"""Characters that still fit a field of one line, scrolled: longer ones get a box of several lines."""


def fields(loaded: Loaded) -> list[dict[str, Any]]:
    """A field for each variable; the question comes first."""
    return [_field(name, variable) for name, variable in loaded.variables.items()]


def _field(name: str, variable: Variable) -> dict[str, Any]:
    choices = [typed(choice) for choice in variable.choices]
    if choices and not variable.required and variable.default is None and "" not in choices:
        choices = ["", *choices]
    return {
        "name": name,
        "kind": _kind(name, variable),
        "type": variable.type,
        "description": variable.description,
        "required": variable.required,
        "value": _start(variable),
        "choices": choices,
        "minimum": variable.minimum,
        "maximum": variable.maximum,
        "min_length": variable.min_length,
        "max_length": variable.max_length,
    }


def _start(variable: Variable) -> Any:
    """What the field holds at first."""
    if variable.default is not None:
        return typed(variable.default)
    return False if variable.type == "boolean" else ""


def _kind(name: str, variable: Variable) -> Kind:
    if variable.type == "boolean":
        return "switch"
    if variable.choices:
        return "choice"
    if variable.type in {"integer", "number"}:
        return "number"
    if name == INPUT or variable.type in {"list", "json"} or variable.max_length > LINE:
        return "text"
    return "text" if isinstance(variable.default, str) and "\n" in variable.default else "line"


def typed(value: Any) -> Any:
    """A value as a person would type it; true and false stay what they are."""
    if isinstance(value, bool | str):
        return value
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return json.dumps(value, ensure_ascii=False)


def given(loaded: Loaded, form: Mapping[str, Any]) -> dict[str, Any]:
    """What the form holds, without fields that were left empty: those take their default."""
    values: dict[str, Any] = {}
    for name, variable in loaded.variables.items():
        value = form.get(name, "")
        if isinstance(value, str) and not value.strip():
            emptied = variable.type == "text" and not variable.choices and variable.default not in (None, "")
            if not emptied:
                continue
        values[name] = value
    return values


def faults(loaded: Loaded, values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the value of each variable that has a wrong one, as in `must be a number`."""
    found = {name: fault_of(loaded.variables[name], value) for name, value in values.items()}
    return {name: fault for name, fault in found.items() if fault}


def missing(loaded: Loaded, values: Mapping[str, Any]) -> list[str]:
    """Variables that must have a value and have none."""
    return [name for name, variable in loaded.variables.items() if variable.required and name not in values]
