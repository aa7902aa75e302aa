"""The window with the real default model in its worker: a typed question, a dropped picture, killed workers."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QInputMethodEvent
from PySide6.QtQuick import QQuickWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from myna.paths import Paths
from myna.settings import load_settings
from myna_ui.app import application, window
from myna_ui.desktop import Desktop

PATIENCE_MS = 120_000
"""Only says when a test has failed; a busy machine loads the model in seconds."""


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application of the product, once a process."""
    there = QApplication.instance()
    return there if isinstance(there, QApplication) else application(["myna"])


@pytest.fixture
def shown(qapp: QApplication, qtbot: QtBot, myna_home: Path) -> Iterator[tuple[Desktop, QQuickWindow]]:
    paths = Paths.find(myna_home)
    desktop = Desktop(paths, load_settings(paths, environ={}), environ={})
    engine, page = window(desktop)
    desktop.begin()
    qtbot.waitUntil(lambda: bool(desktop.property("ready")), timeout=PATIENCE_MS)
    yield desktop, page
    page.close()
    engine.deleteLater()
    QApplication.sendPostedEvents(engine, QEvent.Type.DeferredDelete)
    desktop.close()
    desktop.deleteLater()
    qapp.processEvents()


def ask(desktop: Desktop, page: QQuickWindow, qtbot: QtBot, question: str) -> str:
    """Type a question, and wait for its answer."""
    target = page.activeFocusItem()
    assert target is not None
    typed = QInputMethodEvent()
    typed.setCommitString(question)
    QApplication.sendEvent(target, typed)
    with qtbot.waitSignal(desktop.conversation_view.answered, timeout=PATIENCE_MS):
        QTest.keyClick(page, Qt.Key.Key_Return)
    last = desktop.conversation_view.shown_messages.entries()[-1]
    assert (last.role, last.state, last.error) == ("assistant", "done", {})
    return last.text


def test_a_typed_question_is_answered(shown: tuple[Desktop, QQuickWindow], qtbot: QtBot) -> None:
    desktop, page = shown
    assert "Paris" in ask(desktop, page, qtbot, "What is the capital of France?")
    last = desktop.conversation_view.shown_messages.entries()[-1]
    assert last.stats["tokens"] > 1
    assert last.stats["stages"]["first_token"] > 0
    qtbot.waitUntil(lambda: last.stored, timeout=PATIENCE_MS)


def test_a_dropped_picture_is_asked_about(shown: tuple[Desktop, QQuickWindow], qtbot: QtBot, tmp_path: Path) -> None:
    desktop, page = shown
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    file = tmp_path / "sea.png"
    assert image.save(str(file))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    at, copy = QPoint(page.width() // 2, page.height() // 2), Qt.DropAction.CopyAction
    button, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(page, QDragEnterEvent(at, copy, mime, button, keys))
    QApplication.sendEvent(page, QDropEvent(at.toPointF(), copy, mime, button, keys))
    tray = desktop.conversation_view.property("tray")
    qtbot.waitUntil(lambda: tray.property("count") == 1 and not tray.property("busy"), timeout=PATIENCE_MS)
    assert "blue" in ask(desktop, page, qtbot, "What colour is it?").lower()
    [sha256] = desktop.conversation_view.shown_messages.entries()[0].pictures
    pictures = desktop.conversation_view.pictures_of_messages
    qtbot.waitUntil(lambda: not pictures.image(sha256).isNull(), timeout=PATIENCE_MS)
    assert pictures.image(sha256).pixelColor(9, 9).name() == "#0000ff"


def test_the_window_outlives_its_workers_and_asks_again(shown: tuple[Desktop, QQuickWindow], qtbot: QtBot) -> None:
    desktop, page = shown
    view, pool = desktop.conversation_view, desktop.opened.assistant.pool
    messages = view.shown_messages
    view.ask("Write a long story about a river.")
    qtbot.waitUntil(lambda: bool(messages.entries()[-1].text), timeout=PATIENCE_MS)
    with qtbot.waitSignal(view.answered, timeout=PATIENCE_MS):
        for pid in [status.pid for status in pool.status() if status.pid]:
            os.kill(pid, signal.SIGKILL)
    broken = messages.entries()[-1]
    assert (broken.state, broken.error["code"]) == ("error", "engine-crashed")
    view.begin()
    qtbot.waitUntil(lambda: not messages.entries(), timeout=PATIENCE_MS)
    assert "Paris" in ask(desktop, page, qtbot, "What is the capital of France?")
