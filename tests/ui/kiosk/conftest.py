"""A visit on the real screens, with a scripted engine and a clock that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from myna.config import PluginSettings, Settings
from myna.errors import DeviceMissing
from myna.hookspecs import PanelInfo, hookimpl
from myna.host import PluginHost
from myna.panel import Desk
from myna.paths import Paths
from myna.testing import FakeClock, FakeEngine
from myna_ui.desktop import Desktop
from myna_ui.kiosk import kiosk as kiosk_module
from myna_ui.kiosk.kiosk import Kiosk
from myna_ui.kiosk.pin import PinLock, set_pin
from myna_ui.kiosk.places import Places
from myna_ui.kiosk.profile import parse_profile
from myna_ui.kiosk.settings import settings_for
from myna_ui.kiosk.showing import show_kiosk
from myna_ui.kiosk.wiping import clear

from ..conftest import Shown

PIN = "835172"
PROFILE: dict[str, Any] = {
    "record": True,
    "policies": ["off"],
    "audit": "off",
    "inputs": ["text"],
    "greeting": {"en": "Clock Museum", "zh": "钟表博物馆"},
    "models": ["large", "small"],
    "suggestions": [
        {
            "text": {"en": "Opening hours", "zh": "开放时间"},
            "question": {"en": "When are you open?", "zh": "几点开门？"},
        },
        {"text": {"en": "Toilets"}, "prompt": {"name": "way", "en": {"to": "toilets"}}},
    ],
}


class Prepared:
    """A plugin that sees which template a turn is put into."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, Any]]] = []

    @hookimpl
    def myna_prepare_turn(self, draft: Any) -> None:
        self.seen.append((draft.messages[-1].text, draft.prompt, draft.variables))
        draft.prompt = ""


class Voice:
    """The page of a plugin that hears, as the kiosk uses it."""

    made: ClassVar[list[Voice]] = []

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.actions: list[str] = []
        self.broken = False
        self.made.append(self)

    async def open(self) -> None:
        self.desk.show(session="closed", stable="", rest="")

    async def act(self, action: str, values: Mapping[str, Any]) -> None:
        self.actions.append(action)
        if action == "begin" and self.broken:
            raise DeviceMissing("there is no microphone")
        self.desk.show(session="open" if action == "begin" else "closed", stable="", rest="")

    async def close(self) -> None:
        self.actions.append("close")
        self.desk.show(session="closed")


class Hearing:
    """A plugin with that page."""

    @hookimpl
    def myna_register_panels(self) -> list[PanelInfo]:
        return [PanelInfo("voice", "Voice", str(Path(__file__)), f"{__name__}:Voice")]


class ShownKiosk(Shown):
    """A kiosk in its window, and a visitor in front of it."""

    kiosk: Kiosk
    clock: FakeClock
    prepared: Prepared
    places: Places

    @property
    def screen(self) -> str:
        return str(self.kiosk.property("screen"))

    def answers(self) -> list[tuple[str, str]]:
        entries = self.desktop.property("conversation").property("messages").entries()
        return [(entry.text, entry.state) for entry in entries]

    def conversations(self) -> int:
        opened = self.desktop.opened

        async def count() -> int:
            return len(await (await opened.assistant.store()).list())

        found: list[int] = []
        self.desktop.bridge.run(count()).on_result(found.append)
        self.until(lambda: bool(found))
        return found[0]


@pytest.fixture
def visit(
    qapp: QApplication,
    qtbot: QtBot,
    own_home: Path,
    engine: FakeEngine,
    use_engine: Callable[[FakeEngine], None],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[..., ShownKiosk]]:
    """`visit()` opens the kiosk at its attract screen; keywords change the profile."""
    monkeypatch.setattr(kiosk_module, "THANKS_MS", 0)
    use_engine(engine)
    opened: list[tuple[Desktop, Any, Kiosk]] = []

    def visit(
        *,
        until: str = "attract",
        recovering: bool = False,
        pin: bool = True,
        hearing: bool = False,
        plugin: tuple[str, object] | None = None,
        **change: Any,
    ) -> ShownKiosk:
        profile = parse_profile({**PROFILE, **change}, "test")
        paths = Paths.find(own_home)
        places = Places.find(paths)
        clear(places)
        prepared = Prepared()
        plugins = [
            ("prepared", prepared),
            *([("hearing", Hearing())] if hearing else []),
            *([plugin] if plugin else []),
        ]
        host = PluginHost.load(PluginSettings(), extra=plugins, entry_points=())
        settings = settings_for(profile, Settings())
        desktop = Desktop(places.paths, settings, environ={}, host=host)
        desktop.theme.use(settings.desktop, touch=True)
        file = own_home / "kiosk.pin"
        if pin:
            set_pin(file, PIN)
        clock = FakeClock()
        kiosk = Kiosk(
            desktop,
            profile,
            places,
            PinLock(file, places.attempts),
            has_pin=pin,
            recovering=recovering,
            clock=clock,
        )
        qml, shown = show_kiosk(desktop, kiosk)
        opened.append((desktop, qml, kiosk))
        shown.showNormal()
        shown.resize(720, 1280)
        qtbot.waitUntil(shown.isExposed)
        made = ShownKiosk(desktop, shown, qtbot)
        made.kiosk, made.clock, made.prepared, made.places = kiosk, clock, prepared, places
        if until != "starting":
            desktop.begin()
            made.until(lambda: made.screen == until)
        return made

    yield visit
    for desktop, qml, _ in opened:
        for root in qml.rootObjects():
            root.hide()
        qml.deleteLater()
        qapp.processEvents()
        QApplication.sendPostedEvents(qml)
        desktop.close()
        desktop.deleteLater()
    qapp.processEvents()


Visit = Callable[..., ShownKiosk]


def begun(visit: Visit, **change: Any) -> ShownKiosk:
    shown = visit(**change)
    shown.kiosk.begin("en")
    shown.until(lambda: shown.screen == "visit" and bool(shown.items("question")))
    return shown
