"""Where a command finds templates, and their names for the shell's completion."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from myna.cli.context import Context

from ..library import Library
from ..opening import open_library


def library_of(ctx: Context, language: str = "") -> Library:
    """`language` empty: as the person is spoken to."""
    return open_library(ctx.host.prompt_sources(), ctx.settings, ctx.paths, language or ctx.language.code)


def names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The templates that there are, for the shell's completion."""
    del param
    library = library_of(ctx.ensure_object(Context))
    return [CompletionItem(name) for name in library.names() if name.startswith(incomplete)]
