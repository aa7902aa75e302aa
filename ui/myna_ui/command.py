"""`myna desktop`."""

from __future__ import annotations

import click

from myna.cli.context import Context, pass_context
from myna.cli.root import has_display
from myna.errors import DeviceMissing, ExtraMissing


@click.command()
@pass_context
def desktop(ctx: Context) -> None:
    """Open the window: conversations, voice, models and settings."""
    _require_display()
    try:
        from .app import run
    except ImportError as error:
        raise ExtraMissing(f"the desktop cannot start: {error}", hint="pip install 'myna[desktop]'") from error
    status = run(ctx.paths, ctx.settings, ctx.host)
    if status:
        raise click.exceptions.Exit(status)


def _require_display() -> None:
    """Raises `DeviceMissing` where no window can be opened; Qt would end the process."""
    import os

    if not has_display() and not os.environ.get("QT_QPA_PLATFORM"):
        raise DeviceMissing("there is no display here", hint="myna chat")
