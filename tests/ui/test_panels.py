"""A page of a plugin: its QML file, and the object behind it in the loop."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from PySide6.QtCore import QObject

from myna.errors import DeviceMissing
from myna.hookspecs import PanelInfo, hookimpl
from myna.panel import Desk

from .conftest import Shown

Show = Callable[..., Shown]

QML = """
import QtQuick
import Myna.Ui

Page {
    title: "Tides"
    error: panel.error
    onDismissed: panel.dismiss()
    Words { text: panel.state.high || "" }
    AppButton { objectName: "refresh"; text: "Refresh"; onClicked: panel.act("refresh") }
    AppButton { objectName: "sink"; text: "Sink"; onClicked: panel.act("sink", {deep: 3}) }
}
"""


class Tides:
    made: ClassVar[list[Tides]] = []

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.made.append(self)

    async def open(self) -> None:
        self.desk.show(high="06:12")

    async def act(self, action: str, values: Mapping[str, Any]) -> Any:
        self.calls.append((action, values))
        if action == "sink":
            raise DeviceMissing("there is no boat", hint="buy one")
        self.desk.show(high="18:40")
        return {"low": "12:01"}

    async def close(self) -> None:
        self.calls.append(("close", {}))


def plugin(folder: Path, qml: str = QML) -> tuple[str, ModuleType]:
    file = folder / "Tides.qml"
    file.write_text(qml, encoding="utf-8")
    made = ModuleType("tides")

    def myna_register_panels() -> list[PanelInfo]:
        return [PanelInfo("tides", "Tides", str(file), f"{__name__}:Tides")]

    made.myna_register_panels = hookimpl(myna_register_panels)  # type: ignore[attr-defined]
    return "tides", made


def test_a_page_is_made_when_it_is_first_shown(show: Show, tmp_path: Path) -> None:
    Tides.made.clear()
    shown = show(plugin(tmp_path))
    assert not Tides.made
    shown.desktop.setProperty("page", "tides")
    shown.until(lambda: "06:12" in shown.texts())
    assert len(Tides.made) == 1


def test_actions_reach_the_panel_and_their_results_the_page(show: Show, tmp_path: Path) -> None:
    Tides.made.clear()
    shown = show(plugin(tmp_path))
    shown.desktop.setProperty("page", "tides")
    shown.until(lambda: "06:12" in shown.texts())
    done: list[tuple[str, object]] = []
    page: QObject = shown.desktop.property("pages")[0]["panel"]
    page.done.connect(lambda action, result: done.append((action, result)))  # type: ignore[attr-defined]
    shown.click(shown.item("refresh"))
    shown.until(lambda: "18:40" in shown.texts() and bool(done))
    assert done == [("refresh", {"low": "12:01"})]
    assert Tides.made[0].calls == [("refresh", {})]


def test_an_error_is_shown_on_the_page_with_its_hint(show: Show, tmp_path: Path) -> None:
    Tides.made.clear()
    shown = show(plugin(tmp_path))
    shown.desktop.setProperty("page", "tides")
    shown.until(lambda: "06:12" in shown.texts())
    shown.click(shown.item("sink"))
    shown.until(lambda: "buy one" in shown.texts())
    assert "there is no boat" in shown.texts()
    assert Tides.made[0].calls == [("sink", {"deep": 3})]
