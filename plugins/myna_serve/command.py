"""`myna serve`."""

from __future__ import annotations

import click
import msgspec

from myna.cli.context import Context
from myna.config import Settings
from myna.errors import ExtraMissing

from .key_commands import keys


@click.group(invoke_without_command=True, epilog="Example: myna serve --port 9000")
@click.option("--host", default=None, metavar="HOST", help="The address to listen on; only this machine by default.")
@click.option(
    "--port", default=None, type=click.IntRange(0, 65535), metavar="N", help="The port; 0 takes any that is free."
)
@click.pass_context
def serve(click_context: click.Context, *, host: str | None, port: int | None) -> None:
    """Answer other programs over HTTP, as OpenAI's API does."""
    if click_context.invoked_subcommand is not None:
        return
    ctx = click_context.ensure_object(Context)
    try:
        from .running import run
    except ModuleNotFoundError as error:
        raise ExtraMissing(f"the server needs the package {error.name}", hint="pip install 'myna[serve]'") from error
    ctx.run(run(ctx, _settings(ctx.settings, host, port)))


def _settings(settings: Settings, host: str | None, port: int | None) -> Settings:
    serve = settings.serve
    chosen = msgspec.structs.replace(
        serve, host=serve.host if host is None else host, port=serve.port if port is None else port
    )
    return for_clients(msgspec.structs.replace(settings, serve=chosen))


def for_clients(settings: Settings) -> Settings:
    """A client keeps its own history: one that is too long is refused, and not summarised behind its back."""
    chat = msgspec.structs.replace(settings.chat, summarise=False)
    return msgspec.structs.replace(settings, chat=chat)


serve.add_command(keys)
