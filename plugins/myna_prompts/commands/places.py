"""Where a command finds templates, their names for the shell's completion, and where it may write."""

from __future__ import annotations

import errno
import os
from pathlib import Path

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


def unwritable(path: str) -> str:
    """Why no file can be written at `path`; empty where one can. Asked before minutes of work that end in it."""
    file = Path(path)
    if file.is_dir():
        return os.strerror(errno.EISDIR)
    if not file.parent.is_dir():
        return os.strerror(errno.ENOENT)
    return "" if os.access(file if file.exists() else file.parent, os.W_OK) else os.strerror(errno.EACCES)
