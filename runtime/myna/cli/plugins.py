"""`myna plugins`: what is loaded, from where, what it may use, what failed."""

from __future__ import annotations

import click
import msgspec

from .context import Context, pass_context


@click.group()
def plugins() -> None:
    """List plugins, what they may use, and what failed."""


@plugins.command("list")
@pass_context
def list_(ctx: Context) -> None:
    """List every plugin that was found."""
    # What a plugin registers is asked for now, so that failures in it are known.
    for ask_for in (ctx.host.engines, ctx.host.model_sources, ctx.host.commands, ctx.host.benchmarks):
        ask_for()
    found = ctx.host.plugins()
    if ctx.json:
        ctx.print_json(found if ctx.verbose else [msgspec.structs.replace(one, traceback="") for one in found])
        return
    rows = [
        (
            plugin.name,
            ctx.text(plugin.state),
            plugin.version or "-",
            ", ".join(ctx.text(need) for need in plugin.needs) or "-",
            f"{plugin.distribution} {plugin.origin}".strip(),
        )
        for plugin in found
    ]
    if rows:
        ctx.print_table(("NAME", "STATE", "VERSION", "MAY USE", "FROM"), rows)
    for plugin in found:
        if plugin.error:
            ctx.note(f"{plugin.name}: {plugin.error}")
            if ctx.verbose:
                ctx.note(plugin.traceback.rstrip())
