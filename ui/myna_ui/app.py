"""From a process to a window: what must be there for the first frame, and nothing else before it."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QIcon
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
from PySide6.QtQuickControls2 import QQuickStyle
from PySide6.QtWidgets import QApplication

from myna.config import Settings
from myna.host import PluginHost
from myna.paths import Paths

from .conversation.pictures import NAME
from .desktop import Desktop

QML = Path(__file__).parent / "qml"
SIGNALS_MS = 100
"""How often Python gets to see a Ctrl-C while Qt's loop runs."""


def application(arguments: list[str]) -> QApplication:
    """The one of this process, with the style that pages are made for. A tray icon needs more than QGuiApplication."""
    QQuickStyle.setStyle("Basic")
    app = QApplication(arguments)
    app.setApplicationName("Myna")
    app.setDesktopFileName("myna")
    app.setWindowIcon(QIcon(str(QML / "Myna" / "Ui" / "myna.svg")))
    return app


def window(desktop: Desktop, page: str = "Main.qml", **more: QObject) -> tuple[QQmlApplicationEngine, QQuickWindow]:
    """The window of `desktop`; keep the engine for as long as it is shown. `more` are objects that its pages know."""
    engine = QQmlApplicationEngine()
    engine.addImportPath(str(QML))
    engine.addImageProvider(NAME, desktop.conversation_view.pictures_of_messages.provider())
    context = engine.rootContext()
    context.setContextProperty("desktop", desktop)
    context.setContextProperty("theme", desktop.theme)
    for name, known in more.items():
        context.setContextProperty(name, known)
    desktop.speaking.follow(engine)
    engine.load(QUrl.fromLocalFile(str(QML / page)))
    roots = engine.rootObjects()
    if not roots or not isinstance(roots[0], QQuickWindow):
        raise RuntimeError(f"{page} makes no window; what is wrong with it was printed above")
    return engine, roots[0]


def run(paths: Paths, settings: Settings, host: PluginHost | None = None) -> int:
    """Show the window until it is closed; the exit status."""
    app = application(sys.argv[:1])
    desktop = Desktop(paths, settings, host=host)
    engine, shown = window(desktop)
    begun = False

    def begin() -> None:
        nonlocal begun
        if not begun:
            begun = True
            # The frame is on the screen; now the loop may take its share of the interpreter.
            QTimer.singleShot(0, desktop.begin)

    shown.frameSwapped.connect(begin)
    signal.signal(signal.SIGINT, lambda *_: app.quit())
    signal.signal(signal.SIGTERM, lambda *_: app.quit())
    ticking = QTimer(interval=SIGNALS_MS)
    ticking.timeout.connect(lambda: None)
    ticking.start()
    try:
        return app.exec()
    finally:
        desktop.close()
        del engine
