"""Whether a text is what a JSON schema asks for, judged by a library that had no part in making it."""

from __future__ import annotations

import importlib
import json
from typing import Any

from myna.errors import ExtraMissing


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
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return "; ".join(error.message for error in checker.iter_errors(value))
