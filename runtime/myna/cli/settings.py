"""`myna config`: the settings, where they come from, and changing them."""

from __future__ import annotations

import os
from typing import Any

import click
import msgspec

from .context import Context, pass_context
from .recorded import recorded


@click.group()
def config() -> None:
    """Show and change settings."""


@config.command()
@pass_context
def show(ctx: Context) -> None:
    """Print every setting with its value and where that comes from."""
    from ..settings import masked, sources

    found = [msgspec.structs.replace(one, value=masked(one)) for one in sources(ctx.paths, environ=os.environ)]
    if ctx.json:
        ctx.print_json(found)
    else:
        rows = [(one.key, written(one.value), ctx.text(one.origin)) for one in found]
        ctx.print_table(("SETTING", "VALUE", "FROM"), rows)


@config.command()
@pass_context
def path(ctx: Context) -> None:
    """Print the path of the settings file; it need not exist."""
    from ..settings import config_file

    file = config_file(ctx.paths)
    if ctx.json:
        ctx.print_json({"path": file, "exists": file.exists()})
    else:
        ctx.print(str(file))


@config.command("get")
@click.argument("key")
@pass_context
def get_(ctx: Context, key: str) -> None:
    """Print one setting, for example chat.temperature, or a section, for example chat."""
    from ..settings import get

    value = get(ctx.settings, key)
    if ctx.json:
        ctx.print_json(value)
    elif hasattr(value, "__struct_fields__"):
        for name in value.__struct_fields__:
            ctx.print(f"{key}.{name} = {written(getattr(value, name))}")
    else:
        ctx.print(value if isinstance(value, str) else written(value))


@config.command("set")
@click.argument("key")
@click.argument("value")
@pass_context
def set_(ctx: Context, key: str, value: str) -> None:
    """Write one setting into the file. A list is separated by commas."""
    from ..settings import SettingSource, masked, set_value

    with recorded(ctx, key, value):
        stored = set_value(ctx.paths, key, value)
    stored = masked(SettingSource(key, stored, stored))
    if ctx.json:
        ctx.print_json({"key": key, "value": stored})
    else:
        ctx.note(f"{key} = {written(stored)}")
    variable = "MYNA_" + key.replace(".", "_").upper()
    if variable in os.environ:
        ctx.note(ctx.text("The environment variable {name} still has its way.", name=variable))


def written(value: Any) -> str:
    """A value as it stands in the settings file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        import json

        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list | tuple):
        return f"[{', '.join(written(item) for item in value)}]"
    if isinstance(value, msgspec.Struct):
        # Of a table, what somebody wrote.
        defaults = {field.name: field.default for field in msgspec.structs.fields(value)}
        said = {name: one for name, one in msgspec.structs.asdict(value).items() if one != defaults[name]}
        return f"{{{', '.join(f'{name} = {written(one)}' for name, one in said.items())}}}"
    return str(value)
