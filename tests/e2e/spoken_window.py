"""The real window, told by lines on standard input what a person does; it prints what changes, a JSON object a line.

click NAME      the item with this name
hold NAME, release NAME    a key
page NAME
quit            close the window
"""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_QUICK_BACKEND", "software")

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from myna.paths import Paths
from myna.settings import load_settings
from myna_ui.app import application, window
from myna_ui.desktop import Desktop

TOLD = ("session", "floor", "stable", "rest", "remark", "trouble", "trial", "heard", "looked")


class Person:
    def __init__(self) -> None:
        self.app = application(["myna"])
        paths = Paths.find(Path(sys.argv[1]))
        self.desktop = Desktop(paths, load_settings(paths, environ=os.environ))
        self.engine, self.window = window(self.desktop)
        self.told: dict[str, object] = {}
        self.todo: list[str] = []
        self.watching = QTimer(interval=10)
        self.watching.timeout.connect(self.look)
        self.watching.start()
        threading.Thread(target=lambda: self.todo.extend(iter(sys.stdin.readline, "")), daemon=True).start()

    def look(self) -> None:
        pages = {page["name"]: page["panel"] for page in self.desktop.property("pages")}
        state: dict[str, object] = {"ready": self.desktop.property("ready")}
        if "voice" in pages:
            shown = pages["voice"].property("state")
            state |= {name: shown.value(name) for name in TOLD}
        for name, value in state.items():
            if self.told.get(name) != value:
                self.told[name] = value
                print(json.dumps({name: value}), flush=True)
        if self.todo:
            self.do(*self.todo.pop(0).split())

    def do(self, what: str, name: str = "") -> None:
        if what == "quit":
            self.window.close()
            self.app.quit()
        elif what == "page":
            self.desktop.setProperty("page", name)
        elif what == "click":
            item = next(item for item in walk(self.window.contentItem()) if item.objectName() == name)
            place = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
            QTest.mouseClick(self.window, Qt.MouseButton.LeftButton, pos=place)
        else:
            kind = QEvent.Type.KeyPress if what == "hold" else QEvent.Type.KeyRelease
            event = QKeyEvent(kind, getattr(Qt.Key, f"Key_{name}"), Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(self.window, event)

    def run(self) -> None:
        self.desktop.begin()
        self.app.exec()
        self.watching.stop()
        self.desktop.close()
        # Before the desktop, which its pages show.
        del self.window, self.engine


def walk(item: QQuickItem) -> list[QQuickItem]:
    """What can be seen of an item and all below it."""
    below = [found for child in item.childItems() for found in walk(child)]
    return [item, *below] if item.isVisible() else []


if __name__ == "__main__":
    Person().run()
