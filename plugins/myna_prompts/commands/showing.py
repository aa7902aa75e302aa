"""`myna prompts show`."""

from __future__ import annotations

import click
import msgspec

from myna.cli.context import Context, pass_context

from ..loading import Loaded
from ..template import Template, Variable
from .places import library_of, names


class Shown(msgspec.Struct, frozen=True):
    """What `--json` prints."""

    path: str
    sha256: str
    template: Template
    examples: int
    """With those of the file of examples."""


@click.command(epilog="Example: myna prompts show summary:zh")
@click.argument("name", shell_complete=names)
@pass_context
def show(ctx: Context, name: str) -> None:
    """Show a template: what it asks for, what it says, and its cases. NAME may be NAME:LANGUAGE@VERSION or a file."""
    loaded = library_of(ctx).find(name)
    if ctx.json:
        ctx.print_json(Shown(str(loaded.path), loaded.sha256, loaded.template, len(loaded.examples)))
        return
    ctx.print_lines(_lines(ctx, loaded))


def _lines(ctx: Context, loaded: Loaded) -> list[str]:
    template = loaded.template
    lines = [
        f"{ctx.bold(template.name)} {template.version} ({template.language})",
        ctx.plain(template.description),
        ctx.dim(f"{loaded.path}"),
        ctx.dim(f"SHA-256 {loaded.sha256}"),
        "",
        ctx.bold(ctx.text("Variables")),
        *(ctx.plain(f"  {name}: {_takes(ctx, variable)}") for name, variable in loaded.variables.items()),
    ]
    parts = (template.system, template.parts.role, template.parts.task, template.parts.format)
    said = "\n\n".join(filter(None, parts))
    for title, text in ((ctx.text("System"), said), (ctx.text("User"), template.user)):
        if text:
            lines += ["", ctx.bold(title), *(ctx.plain(f"  {line}") for line in text.strip().splitlines())]
    if loaded.examples:
        lines += ["", ctx.bold(ctx.text("Examples")) + ctx.plain(f"  {len(loaded.examples)}")]
    if template.cases:
        lines += ["", ctx.bold(ctx.text("Cases")), *(ctx.plain(f"  {case.name}") for case in template.cases)]
    return lines


def _takes(ctx: Context, variable: Variable) -> str:
    said: list[str] = [variable.type]
    if variable.required:
        said.append(ctx.text("required"))
    elif variable.default not in (None, ""):
        said.append(ctx.text("default {value}", value=variable.default))
    if variable.choices:
        said.append(" | ".join(map(str, variable.choices)))
    if variable.minimum is not None or variable.maximum is not None:
        low = "" if variable.minimum is None else f"{variable.minimum:g}"
        high = "" if variable.maximum is None else f"{variable.maximum:g}"
        said.append(f"{low} – {high}")
    if variable.description:
        said.append(variable.description)
    return ", ".join(said)
