"""A QML window with a list and nothing else; says `frame`, and waits to be ended."""

from __future__ import annotations

import sys

from PySide6.QtCore import QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlApplicationEngine

QML = b"""
import QtQuick
import QtQuick.Controls.Basic

ApplicationWindow {
    width: 1120
    height: 760
    visible: true
    ListView {
        anchors.fill: parent
        model: 40
        delegate: Text { text: "Line " + index }
    }
}
"""


def main() -> None:
    application = QGuiApplication(sys.argv)
    engine = QQmlApplicationEngine()
    engine.loadData(QML, QUrl())
    [window] = engine.rootObjects()
    window.frameSwapped.connect(lambda: print("frame", flush=True))  # type: ignore[attr-defined]
    application.exec()


if __name__ == "__main__":
    main()
