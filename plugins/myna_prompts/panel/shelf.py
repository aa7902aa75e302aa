"""The list of templates, and one of them, as the page shows them: plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from myna.errors import MynaError

from ..library import Entry, Library, order
from ..loading import check
from .form import fields, typed
from .workshop import Drafts

Told = Callable[[MynaError], dict[str, str]]
"""An error, as the page shows it."""


def rows(library: Library, drafts: Drafts, told: Told) -> list[dict[str, Any]]:
    """Every template that counts, and every file that cannot be used, by name; the newest version first."""
    counting = [entry for entry in library.entries if entry.hidden_by is None]
    return [_row(entry, told) | {"unsaved": bool(drafts.get(entry.path))} for entry in sorted(counting, key=_place)]


def _place(entry: Entry) -> tuple[str, str, tuple[int, ...]]:
    if entry.loaded is None:
        return entry.path.stem, "", ()
    template = entry.loaded.template
    return template.name, template.language, tuple(-number for number in order(template.version))


def fault(entry: Entry) -> MynaError | None:
    """Why a template cannot be used."""
    if entry.loaded is None:
        return entry.error
    try:
        check(entry.loaded)
    except MynaError as error:
        return error
    return None


def _row(entry: Entry, told: Told) -> dict[str, Any]:
    error = fault(entry)
    row: dict[str, Any] = {
        "key": str(entry.path),
        "own": entry.source == "yours",
        "source": entry.source,
        "error": told(error) if error else {},
    }
    if entry.loaded is None:
        return row | {"name": entry.path.stem, "version": "", "language": "", "description": "", "cases": 0}
    template = entry.loaded.template
    return row | {
        "name": template.name,
        "version": template.version,
        "language": template.language,
        "description": template.description,
        "cases": len(template.cases),
    }


def detail(entry: Entry, text: str, draft: str, told: Told) -> dict[str, Any]:
    """One template, with its form; `draft` is what was written into the editor and not saved."""
    shown = _row(entry, told) | {"text": text, "draft": draft, "path": str(entry.path), "fields": [], "example": {}}
    if entry.loaded is None or shown["error"]:
        return shown
    loaded = entry.loaded
    example = next(iter(loaded.template.cases), None)
    return shown | {
        "fields": fields(loaded),
        "example": {} if example is None else {"input": example.input, **_texts(example.variables)},
        "shots": min(len(loaded.examples), loaded.template.shots),
        "examples": len(loaded.examples),
    }


def _texts(values: dict[str, Any]) -> dict[str, Any]:
    return {name: typed(value) for name, value in values.items()}
