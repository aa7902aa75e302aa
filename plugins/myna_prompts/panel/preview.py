"""What a model would be told, for the form as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from myna.errors import BadPrompt, MynaError

from ..loading import Loaded
from ..rendering import render
from .form import faults, given, missing
from .shelf import Told

SHOWN = 20_000
"""Characters of one message that the page lays out, which takes some 50 ms; a part may have a hundred times as many."""

MESSAGES = 24
"""Messages that the page shows: a template rarely has more than eight examples, of two each."""


def preview(loaded: Loaded, form: Mapping[str, Any], told: Told) -> dict[str, Any]:
    """The messages, or what keeps them from being made: fields that are missing or wrong, or the template itself.

    Rendered in the sandbox, which takes a second at most for each part.
    """
    values = given(loaded, form)
    wrong = {name: told(BadPrompt(fault))["message"] for name, fault in faults(loaded, values).items()}
    shown = broken({}) | {"missing": missing(loaded, values), "faults": wrong}
    if wrong or shown["missing"]:
        return shown
    try:
        messages = render(loaded, values).messages()
    except MynaError as error:
        return shown | {"error": told(error)}
    last = messages[-1:] if len(messages) > MESSAGES else []
    kept = [*messages[: MESSAGES - len(last)], *last]
    return shown | {
        "messages": [
            {"role": message.role, "text": message.text[:SHOWN], "cut": max(0, len(message.text) - SHOWN)}
            for message in kept
        ],
        "more": len(messages) - len(kept),
    }


def broken(error: dict[str, str]) -> dict[str, Any]:
    """Of a template that cannot be used."""
    return {"messages": [], "more": 0, "missing": [], "faults": {}, "error": error}
