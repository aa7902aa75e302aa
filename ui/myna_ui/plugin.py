"""What the desktop adds to Myna: a command and a benchmark. Qt is imported only when that is called."""

from __future__ import annotations

from collections.abc import Sequence

from myna.bench import BenchInfo
from myna.hookspecs import CommandInfo, hookimpl

MYNA_NEEDS = ("microphone", "camera", "files")


@hookimpl
def myna_register_commands() -> Sequence[CommandInfo]:
    return (CommandInfo("desktop", "Open the window", "myna_ui.command:desktop"),)


@hookimpl
def myna_register_benchmarks() -> Sequence[BenchInfo]:
    return (
        BenchInfo(
            "desktop",
            "The window: first frame, stalls while an answer streams, first words",
            "myna_ui.benchmarks.desktop:run",
        ),
    )
