"""A template as a TOML file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from myna.errors import BadInput, UsageError

from .template import Template


def as_toml(template: Template) -> str:
    """The template as its file would be; entries at their defaults are left out."""
    import tomli_w

    return tomli_w.dumps(_plain(msgspec.to_builtins(_bare(template))), multiline_strings=True)


def write_new(path: Path, text: str) -> None:
    """Write a file that must not be there yet.

    Raises:
        UsageError: it is there.
        BadInput: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already", hint="choose another name, or change that file") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror or error}") from None


def _bare(value: Any) -> Any:
    """A struct as a mapping without its entries at their defaults."""
    if isinstance(value, msgspec.Struct):
        usual = {field.name: field.default for field in msgspec.structs.fields(value)}
        entries = {name: getattr(value, name) for name in value.__struct_fields__}
        return {name: _bare(entry) for name, entry in entries.items() if entry != usual[name] and entry not in ({}, ())}
    if isinstance(value, dict):
        return {name: _bare(entry) for name, entry in value.items()}
    if isinstance(value, tuple | list):
        return [_bare(entry) for entry in value]
    return value


def _plain(value: Any) -> Any:
    """Without None, which TOML has not."""
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items() if entry is not None}
    return [_plain(entry) for entry in value] if isinstance(value, list) else value
