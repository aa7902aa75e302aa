"""What speech adds to Myna: engines and commands."""

from __future__ import annotations

from collections.abc import Sequence

from myna.engine.protocols import EngineInfo
from myna.hookspecs import CommandInfo, hookimpl

MYNA_NEEDS = ("microphone", "files")


@hookimpl
def myna_register_engines() -> Sequence[EngineInfo]:
    return ()


@hookimpl
def myna_register_commands() -> Sequence[CommandInfo]:
    return ()
