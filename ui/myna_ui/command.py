"""`myna desktop`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from myna.cli.context import Context, pass_context
from myna.cli.root import has_display
from myna.errors import DeviceMissing, ExtraMissing, UsageError


@click.command()
@click.option("--kiosk", is_flag=True, help="Fill the screen, for a public place; see docs/kiosk.md.")
@click.option(
    "--profile",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="What the kiosk is like; without it, kiosk.toml in the configuration folder.",
)
@click.option(
    "--set-pin", is_flag=True, help="Ask for the PIN that lets an administrator out of the kiosk, and keep it."
)
@pass_context
def desktop(ctx: Context, kiosk: bool, profile: Path | None, set_pin: bool) -> None:
    """Open the window: conversations, voice, models and settings."""
    if not kiosk and (profile is not None or set_pin):
        raise UsageError("this belongs to the kiosk", hint="myna desktop --kiosk")
    if set_pin:
        _set_pin(ctx, profile)
        return
    _require_display()
    try:
        if kiosk:
            status = _run_kiosk(ctx, profile)
        else:
            from .app import run

            status = run(ctx.paths, ctx.settings, ctx.host)
    except ImportError as error:
        raise ExtraMissing(f"the desktop cannot start: {error}", hint="pip install 'myna[desktop]'") from error
    if status:
        raise click.exceptions.Exit(status)


def _run_kiosk(ctx: Context, profile: Path | None) -> int:
    from .kiosk.profile import profile_file
    from .kiosk.run import run

    return run(ctx.paths, ctx.settings, profile or profile_file(ctx.paths), named=profile is not None)


def _set_pin(ctx: Context, profile: Path | None) -> None:
    """Ask twice on a terminal; else read one line, as a script for many kiosks gives it."""
    from .kiosk.pin import pin_file, set_pin
    from .kiosk.profile import profile_file

    if sys.stdin is not None and sys.stdin.isatty():
        pin = click.prompt(ctx.text("New PIN"), hide_input=True, confirmation_prompt=ctx.text("Once more"), err=True)
    else:
        pin = sys.stdin.readline().strip() if sys.stdin is not None else ""
    file = pin_file(profile or profile_file(ctx.paths))
    try:
        set_pin(file, str(pin))
    except ImportError as error:
        raise ExtraMissing(f"the desktop cannot start: {error}", hint="pip install 'myna[desktop]'") from error
    ctx.note(ctx.text("The PIN is kept in {file}.", file=file))


def _require_display() -> None:
    """Raises `DeviceMissing` where no window can be opened; Qt would end the process."""
    import os

    if not has_display() and not os.environ.get("QT_QPA_PLATFORM"):
        raise DeviceMissing("there is no display here", hint="myna chat")
