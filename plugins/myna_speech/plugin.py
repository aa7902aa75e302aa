"""What speech adds to Myna: engines and commands."""

from __future__ import annotations

from collections.abc import Sequence

from myna.config import Settings
from myna.doctor import Finding
from myna.engine.protocols import EngineInfo
from myna.hookspecs import CommandInfo, hookimpl

MYNA_NEEDS = ("microphone", "files")


@hookimpl
def myna_register_engines() -> Sequence[EngineInfo]:
    return ()


@hookimpl
def myna_register_commands() -> Sequence[CommandInfo]:
    return ()


@hookimpl
def myna_check_health(settings: Settings) -> Sequence[Finding]:
    from .devices.health import check_devices

    return check_devices(settings.speech)
