"""The real pages on a scripted engine, in a window that nobody sees."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtQuick import QQuickItem, QQuickWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from myna.config import PluginSettings, Settings
from myna.host import PluginHost
from myna.paths import Paths
from myna.settings import load_settings
from myna.testing import FakeEngine, answered_by
from myna_ui.app import application, window
from myna_ui.desktop import Desktop


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application of the product, once a process."""
    there = QApplication.instance()
    return there if isinstance(there, QApplication) else application(["myna"])


class Shown:
    """A desktop in its window, and a person in front of it."""

    def __init__(self, desktop: Desktop, shown: QQuickWindow, qtbot: QtBot) -> None:
        self.desktop = desktop
        self.window = shown
        self._qtbot = qtbot

    def item(self, name: str) -> QQuickItem:
        """The visible item with this `objectName`."""
        found = [item for item in self.items(name) if item.isVisible()]
        assert found, f"no visible item is called {name}"
        return found[0]

    def items(self, name: str) -> list[QQuickItem]:
        return [item for item in walk(self.window.contentItem()) if item.objectName() == name]

    def items_named(self, beginning: str) -> list[QQuickItem]:
        """All whose `objectName` begins so."""
        return [item for item in self.seen() if item.objectName().startswith(beginning)]

    def seen(self) -> list[QQuickItem]:
        """All items that can be seen."""
        return [item for item in walk(self.window.contentItem()) if item.isVisible()]

    def settle(self) -> None:
        """Let what was changed be laid out."""
        QApplication.processEvents()

    def everything(self) -> Iterator[QQuickItem]:
        return walk(self.window.contentItem())

    def texts(self) -> list[str]:
        """Every text that can be seen, from top to bottom of the tree of items."""
        seen = (item for item in walk(self.window.contentItem()) if item.isVisible())
        return [text for item in seen if isinstance(text := item.property("text"), str) and text]

    def click(self, item: QQuickItem) -> None:
        """Where it is once everything is laid out; it is scrolled to where it lies further up or down."""
        self.until(lambda: self._settled(item))
        self._reveal(item)
        self.until(lambda: self._settled(item))
        at = item.mapToScene(item.boundingRect().center())
        QTest.mouseClick(self.window, Qt.MouseButton.LeftButton, pos=QPoint(round(at.x()), round(at.y())))

    def _settled(self, item: QQuickItem) -> bool:
        """It stays where it is when everything is laid out."""
        before = item.mapToScene(item.boundingRect().center())
        QTest.qWait(20)
        self.window.grabWindow()
        return before == item.mapToScene(item.boundingRect().center())

    def _reveal(self, item: QQuickItem) -> None:
        above = item.parentItem()
        while above is not None:
            if above.inherits("QQuickFlickable"):
                y = item.mapToItem(above, item.boundingRect().center()).y()
                if not 0 < y < above.height():
                    most = max(0.0, above.property("contentHeight") - above.height())
                    above.setProperty(
                        "contentY", min(most, max(0.0, above.property("contentY") + y - above.height() / 2))
                    )
            above = above.parentItem()

    def type(self, text: str) -> None:
        """Text as an input method enters it, into what has the focus."""
        target = self.window.activeFocusItem()
        assert target is not None, "nothing has the focus"
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(target, event)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window, key, modifiers)

    def until(self, condition: Callable[[], bool], timeout: int = 30_000) -> None:
        """Wait; `timeout` (ms) only says when a test has failed."""
        # None would count as true there.
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=timeout)


def walk(item: QQuickItem) -> Iterator[QQuickItem]:
    """An item and all below it."""
    yield item
    for child in item.childItems():
        yield from walk(child)


@pytest.fixture(autouse=True)
def nothing_uncaught() -> Iterator[None]:
    """What Qt's loop catches of Python has nowhere else to go."""
    with capture_exceptions() as caught:
        yield
    assert [error for _, error, _ in caught] == []


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(["Par", "is."])


@pytest.fixture
def use_engine() -> Iterator[Callable[[FakeEngine], None]]:
    """Let every chat model be this engine."""
    with ExitStack() as used:
        yield lambda fake: used.enter_context(answered_by(fake))


@pytest.fixture
def show(
    qapp: QApplication, qtbot: QtBot, own_home: Path, engine: FakeEngine, use_engine: Callable[[FakeEngine], None]
) -> Iterator[Callable[..., Shown]]:
    """`show()` opens the window and waits for the assistant; `plugins` are loaded, by name, and no others, except with
    `installed`."""
    use_engine(engine)
    opened: list[tuple[Desktop, object]] = []

    def show(
        *plugins: tuple[str, object],
        ready: bool = True,
        settings: Settings | None = None,
        installed: bool = False,
        newcomer: bool = False,
    ) -> Shown:
        paths = Paths.find(own_home)
        settings = settings or load_settings(paths, environ={})
        host = PluginHost.load(PluginSettings(), extra=plugins, entry_points=None if installed else ())
        desktop = Desktop(paths, settings, environ={}, host=host)
        if newcomer:
            desktop.welcome_newcomers()
        qml, shown = window(desktop)
        opened.append((desktop, qml))
        qtbot.waitUntil(shown.isExposed)
        result = Shown(desktop, shown, qtbot)
        if ready:
            desktop.begin()
            result.until(lambda: desktop.property("ready"))
        return result

    yield show
    for desktop, qml in opened:
        assert isinstance(qml, QObject)
        for root in qml.rootObjects():  # type: ignore[attr-defined]
            root.close()
        qml.deleteLater()
        qapp.processEvents()
        QApplication.sendPostedEvents(qml)
        desktop.close()
        desktop.deleteLater()
    qapp.processEvents()
