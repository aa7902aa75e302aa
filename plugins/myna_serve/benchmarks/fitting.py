"""Whether a text is what a JSON schema asks for, judged by a library that had no part in making it."""

from __future__ import annotations

import importlib
import json
import re
from datetime import datetime
from types import ModuleType
from typing import Any

from myna.errors import ExtraMissing

_TIME = re.compile(r"\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)")
"""With an offset, which RFC 3339 (section 5.6) wants and Python does not."""

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
"""A scheme, and no space nor letter that would have to be escaped (RFC 3986)."""


def unfit(text: str, schema: dict[str, Any]) -> str:
    """What is wrong with `text`, formats included; empty where it fits.

    Raises:
        ExtraMissing: the judge is not installed.
    """
    try:
        jsonschema = importlib.import_module("jsonschema")
    except ModuleNotFoundError as error:
        raise ExtraMissing("the package jsonschema is not installed", hint="pip install jsonschema") from error
    try:
        value = json.loads(text)
    except ValueError as error:
        return f"no JSON: {error}"
    checker = jsonschema.Draft202012Validator(schema, format_checker=_formats(jsonschema))
    return "; ".join(error.message for error in checker.iter_errors(value))


def _formats(jsonschema: ModuleType) -> Any:
    """The library's formats of this draft, and those that it would leave to packages that need not be there."""
    formats = jsonschema.FormatChecker(())
    formats.checkers = dict(jsonschema.Draft202012Validator.FORMAT_CHECKER.checkers)
    for name, judge in (("time", _is_time), ("date-time", _is_moment), ("uri", _is_uri)):
        formats.checks(name, ValueError)(judge)
    return formats


def _is_time(value: object) -> bool:
    """Raises `ValueError` for a time that there is not."""
    return not isinstance(value, str) or (
        _TIME.fullmatch(value) is not None and bool(datetime.fromisoformat(f"1970-01-01T{value}"))
    )


def _is_moment(value: object) -> bool:
    """Raises `ValueError` for a day or a time that there is not."""
    if not isinstance(value, str):
        return True
    day, time = value[:10], value[11:]
    return value[10:11] in {"T", "t"} and _is_time(time) and bool(datetime.fromisoformat(f"{day}T00:00"))


def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or _URI.fullmatch(value) is not None
