"""`myna` itself: options before the command, and what happens without a command."""

from __future__ import annotations

import importlib.util
import os
import sys

import click

from .. import __version__
from .context import Context
from .group import Commands
from .help import equip


def has_display() -> bool:
    """Whether windows can be opened here."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def default_command() -> str:
    """The desktop where there is a display and it is installed; else a chat on a terminal; else the demo."""
    if has_display() and all(importlib.util.find_spec(name) for name in ("myna_ui", "PySide6")):
        return "desktop"
    if sys.stdin is not None and sys.stdout is not None and sys.stdin.isatty() and sys.stdout.isatty():
        return "chat"
    return "demo"


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value and not ctx.resilient_parsing:
        ctx.ensure_object(Context).print(f"myna {__version__}")
        ctx.exit()


@click.group(
    cls=Commands,
    name="myna",
    invoke_without_command=True,
    help="An assistant that lives on this machine and needs no network.",
    epilog="Without a command: the desktop where there is a display, else a chat in the terminal, else the demo.",
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_print_version, help="Print the version."
)
@click.pass_context
def myna(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is not None:
        return
    name = default_command()
    command = myna.get_command(ctx, name) or myna.get_command(ctx, "demo")
    if command is not None:
        with command.make_context(name, [], parent=ctx) as inner:
            command.invoke(inner)


equip(myna)
