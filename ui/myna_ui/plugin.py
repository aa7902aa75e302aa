"""What the desktop adds to Myna: a command, its own pages and a benchmark. Qt is imported only when that is called."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from myna.bench import BenchInfo
from myna.hookspecs import CommandInfo, PanelInfo, hookimpl

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


@hookimpl
def myna_register_panels() -> Sequence[PanelInfo]:
    pages = Path(__file__).parent / "qml" / "pages"

    def page(name: str, title: str, view_model: str, icon: str, order: int) -> PanelInfo:
        qml = str(pages / f"{name.title()}Page.qml")
        return PanelInfo(name, title, qml, f"myna_ui.pages.{name}:{view_model}", icon, order)

    return (
        page("history", "History", "HistoryPanel", "history", 100),
        page("plugins", "Plugins", "PluginsPanel", "puzzle", 300),
        page("health", "Health", "HealthPanel", "health", 310),
        page("settings", "Settings", "SettingsPanel", "settings", 400),
    )
