"""What the desktop adds to Myna: a command. Qt is imported only when that is called."""

from __future__ import annotations

from collections.abc import Sequence

from myna.hookspecs import CommandInfo, hookimpl

MYNA_NEEDS = ("microphone", "camera", "files")


@hookimpl
def myna_register_commands() -> Sequence[CommandInfo]:
    return (CommandInfo("desktop", "Open the window", "myna_ui.command:desktop"),)
