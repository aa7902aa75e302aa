"""What the server adds to Myna: a command. Nothing of an HTTP library is imported before it runs."""

from __future__ import annotations

from collections.abc import Sequence

from myna.hookspecs import CommandInfo, hookimpl

MYNA_NEEDS = ("network", "files")


@hookimpl
def myna_register_commands() -> Sequence[CommandInfo]:
    return (CommandInfo("serve", "Answer other programs over HTTP, as OpenAI's API does", "myna_serve.command:serve"),)
