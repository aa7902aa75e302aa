"""A text model in ONNX in the real window: dropped onto the page for models, chosen, asked, and its conversation opened
again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from myna.paths import Paths
from myna.settings import load_settings, set_value
from myna.testing.tiny_onnx import write_tiny_onnx
from myna_ui.app import application, window
from myna_ui.desktop import Desktop

PATIENCE_MS = 60_000
"""Only says when a test has failed."""
BIRD = "tiny-bird"


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application of the product, once a process."""
    there = QApplication.instance()
    return there if isinstance(there, QApplication) else application(["myna"])


class Person:
    """In front of the window of an installation with the default model."""

    def __init__(self, desktop: Desktop, page: QQuickWindow, qtbot: QtBot) -> None:
        self.desktop = desktop
        self.view = desktop.conversation_view
        self._page = page
        self._qtbot = qtbot

    def until(self, condition: Any) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

    def ask(self, question: str) -> str:
        target = self._page.activeFocusItem()
        assert target is not None
        typed = QInputMethodEvent()
        typed.setCommitString(question)
        QApplication.sendEvent(target, typed)
        with self._qtbot.waitSignal(self.view.answered, timeout=PATIENCE_MS):
            QTest.keyClick(self._page, Qt.Key.Key_Return)
        last = self.view.shown_messages.entries()[-1]
        assert (last.role, last.state, last.error) == ("assistant", "done", {})
        assert last.stats["tokens"] > 0
        self.until(lambda: last.stored)
        return last.text

    def press(self, name: str) -> None:
        """The button with this name, with the keyboard: it may lie below what can be seen."""
        self.until(lambda: self._seen(name))
        self._seen(name)[0].forceActiveFocus()
        QTest.keyClick(self._page, Qt.Key.Key_Space)

    def answered_by(self, conversation: str) -> list[str]:
        """The models of its answers, as they are kept."""
        found: list[str] = []

        async def look() -> list[str]:
            kept = await (await self.desktop.opened.assistant.store()).path(conversation)
            return [one.meta.model for one in kept if one.message.role == "assistant"]

        self.desktop.bridge.run(look()).on_result(found.extend)
        self.until(lambda: found)
        return found

    def texts(self) -> list[str]:
        found = (item.property("text") for item in walk(self._page.contentItem()) if item.isVisible())
        return [text for text in found if isinstance(text, str) and text]

    def _seen(self, name: str) -> list[QQuickItem]:
        return [item for item in walk(self._page.contentItem()) if item.isVisible() and item.objectName() == name]


def walk(item: QQuickItem) -> Iterator[QQuickItem]:
    yield item
    for child in item.childItems():
        yield from walk(child)


@pytest.fixture
def person(qapp: QApplication, qtbot: QtBot, myna_home: Path) -> Iterator[Person]:
    paths = Paths.find(myna_home)
    set_value(paths, "chat.temperature", "0")
    set_value(paths, "chat.max_tokens", "12")
    desktop = Desktop(paths, load_settings(paths, environ={}), environ={})
    engine, page = window(desktop)
    desktop.begin()
    qtbot.waitUntil(lambda: bool(desktop.property("ready")), timeout=PATIENCE_MS)
    yield Person(desktop, page, qtbot)
    page.close()
    engine.deleteLater()
    QApplication.sendPostedEvents(engine, QEvent.Type.DeferredDelete)
    desktop.close()
    desktop.deleteLater()
    qapp.processEvents()


def test_it_is_brought_chosen_asked_and_opened_again(person: Person, tmp_path: Path) -> None:
    folder = tmp_path / BIRD
    write_tiny_onnx(folder, "shared", external=True)
    desktop, view = person.desktop, person.view
    desktop.setProperty("page", "models")
    panel = desktop.panel("models")
    state = panel.property("state")
    person.until(lambda: state.value("loaded"))
    panel.act("import", {"files": [folder.as_uri()]})
    person.until(lambda: facts(state).get("installed"))
    # What the page says of it.
    bird = facts(state)
    assert (bird["task"], bird["format"], bird["imported"]) == ("chat", ".onnx", True)
    assert (bird["verdict"], bird["longest"]) == ("runs well", 512)
    assert bird["size"] > 100_000
    # Nothing to be fitted to this machine: that is for GGUF models.
    assert bird["optimized"]["state"] == ""
    person.press(f"open:{BIRD}")
    person.press(f"use:{BIRD}")
    person.until(lambda: load_settings(desktop.opened.assistant.paths, environ={}).chat.model == BIRD)
    # The next conversation is with it.
    desktop.setProperty("page", "conversation")
    desktop.start_conversation()
    person.until(lambda: view.property("models").property("current") == BIRD)
    answer = person.ask("hello")
    asked = desktop.opened.conversation.id
    assert not [name for name in person.texts() if "may answer faster once" in name]
    view.begin()
    person.until(lambda: not view.shown_messages.entries())
    view.open(asked)
    person.until(lambda: len(view.shown_messages.entries()) == 2)
    assert [entry.text for entry in view.shown_messages.entries()] == ["hello", answer]
    person.ask("again")
    assert person.answered_by(asked) == [BIRD, BIRD]


def facts(state: Any) -> dict[str, Any]:
    return next((row for row in state.value("models") if row["id"] == BIRD), {})
