"""Somebody who talks to the window, on made-up sound."""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtWidgets import QApplication

import myna_speech.plugin as speech
from fake_voice import FakeEquipment, LiveMicrophone
from myna.config import Settings, SpeechSettings
from myna.errors import MynaError
from myna.hookspecs import PanelInfo, hookimpl
from myna.panel import Desk
from myna.store.records import StoredMessage
from myna_speech.panel.panel import VoicePanel

from ..conftest import Shown

QUESTION = "What is the capital of France?"
PACE_S = 0.002
"""For 20 ms of sound: ten times as fast as it is heard."""


ANSWER = "It is Paris. Two million people live there, and ten million more around it. It lies on the Seine."
"""Long enough to be seen while it is spoken."""


class Panel(VoicePanel):
    """On made-up sound. A test may get it ready by `missing` beforehand."""

    made: ClassVar[list[FakeEquipment]] = []
    no_device: ClassVar[MynaError | None] = None
    no_model: ClassVar[MynaError | None] = None

    def __init__(self, desk: Desk) -> None:
        ears = LiveMicrophone(pace=PACE_S)
        equipment = FakeEquipment(ears)
        ears.missing, equipment.missing = self.no_device, self.no_model
        self.made.append(equipment)
        super().__init__(desk, equipment)


def plugin() -> tuple[str, ModuleType]:
    made = ModuleType("myna_speech_panel")
    [info] = speech.myna_register_panels()

    def myna_register_panels() -> list[PanelInfo]:
        return [PanelInfo("voice", info.title, info.qml, f"{__name__}:Panel", info.icon, info.order, info.translations)]

    made.myna_register_panels = hookimpl(myna_register_panels)  # type: ignore[attr-defined]
    return "myna_speech.panel", made


class Talker:
    """Somebody who talks to the window."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        # The settings are told last.
        shown.until(lambda: bool(Panel.made) and self.state("session") == "closed" and bool(self.state("echo")))
        self.equipment = Panel.made[0]

    def state(self, name: str) -> Any:
        pages = {page["name"]: page["panel"] for page in self.shown.desktop.property("pages")}
        return pages["voice"].property("state").value(name) if "voice" in pages else None

    def until(self, name: str, value: Any) -> None:
        self.shown.until(lambda: self.state(name) == value)

    def say(self, text: str, then: float = 1.0) -> None:
        ears = self.equipment.ears
        assert isinstance(ears, LiveMicrophone)
        ears.say(self.equipment.words.say(text, 0.33 * len(text.split())), then)

    def heard(self) -> None:
        """Until all of it was heard."""
        ears = self.equipment.ears
        assert isinstance(ears, LiveMicrophone)
        self.shown.until(lambda: ears.quiet)

    def key(self, key: Qt.Key, kind: QEvent.Type, *, repeat: bool = False) -> None:
        event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "", repeat)
        QApplication.sendEvent(self.shown.window, event)

    def hold(self, key: Qt.Key) -> None:
        """Pressed, and held for so long that it repeats."""
        self.key(key, QEvent.Type.KeyPress)
        for _ in range(3):
            self.key(key, QEvent.Type.KeyRelease, repeat=True)
            self.key(key, QEvent.Type.KeyPress, repeat=True)

    def let_go(self, key: Qt.Key) -> None:
        self.key(key, QEvent.Type.KeyRelease)

    def asked(self) -> list[str]:
        """Questions that are kept."""
        opened = self.shown.desktop._opened
        assert opened is not None
        path: list[list[StoredMessage]] = []
        self.shown.desktop.bridge.run(opened.conversation.history()).on_result(path.append)
        self.shown.until(lambda: bool(path))
        return [one.message.text for one in path[0] if one.message.role == "user"]

    def until_asked(self, *questions: str) -> None:
        self.shown.until(lambda: self.asked() == list(questions))


def settings(**speech: Any) -> Settings:
    return Settings(speech=SpeechSettings(**speech))


def center(item: QQuickItem) -> QPoint:
    return item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
