"""From a process to a window: what must be there for the first frame, and nothing else before it."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QIcon, QWindow
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow
from PySide6.QtQuickControls2 import QQuickStyle
from PySide6.QtWidgets import QApplication

from myna.config import Settings
from myna.host import PluginHost
from myna.paths import Paths

from .clipboard import Clipboard
from .conversation.pictures import NAME
from .desktop import Desktop
from .system.geometry import Remembered, apply, read
from .system.instance import Instance

if TYPE_CHECKING:
    from .system.shortcut import Shortcut
    from .system.tray import Tray

QML = Path(__file__).parent / "qml"
ICON = QML / "Myna" / "Ui" / "myna.svg"
SIGNALS_MS = 100
"""How often Python gets to see a Ctrl-C while Qt's loop runs: half of the 0.2 s in which it is to be answered."""


def application(arguments: list[str]) -> QApplication:
    """The one of this process, with the style that pages are made for. A tray icon needs more than QGuiApplication."""
    QQuickStyle.setStyle("Basic")
    app = QApplication(arguments)
    app.setApplicationName("Myna")
    app.setDesktopFileName("myna")
    app.setWindowIcon(QIcon(str(ICON)))
    app.setQuitOnLastWindowClosed(False)
    return app


def window(desktop: Desktop, page: str = "Main.qml", **more: QObject) -> tuple[QQmlApplicationEngine, QQuickWindow]:
    """The window of `desktop`; keep the engine for as long as it is shown, and delete it before `desktop`. `more` are
    objects that its pages know."""
    engine = QQmlApplicationEngine()
    engine.addImportPath(str(QML))
    engine.addImageProvider(NAME, desktop.conversation_view.pictures_of_messages.provider())
    context = engine.rootContext()
    context.setContextProperty("desktop", desktop)
    context.setContextProperty("theme", desktop.theme)
    context.setContextProperty("clipboard", Clipboard(engine))
    for name, known in more.items():
        context.setContextProperty(name, known)
    desktop.speaking.follow(engine)
    engine.load(QUrl.fromLocalFile(str(QML / page)))
    roots = engine.rootObjects()
    if not roots or not isinstance(roots[0], QQuickWindow):
        raise RuntimeError(f"{page} makes no window; what is wrong with it was printed above")
    return engine, roots[0]


class Session(QObject):
    """The window while it is open: what happens when it is closed, called for, or told to end."""

    def __init__(self, app: QApplication, desktop: Desktop, shown: QQuickWindow, data: Path) -> None:
        super().__init__()
        self._app = app
        self._desktop = desktop
        self._window = shown
        self._begun = False
        self._tray: Tray | None = None
        self._shortcut: Shortcut | None = None
        self._keys = ""
        file = data / "window.json"
        if (place := read(file)) is not None:
            apply(shown, place)
        self._place = Remembered(shown, file)
        shown.frameSwapped.connect(self._framed)
        shown.closing.connect(self._closing)
        # Python's signal handlers run only when Python code does.
        self._ticking = QTimer(self, interval=SIGNALS_MS)
        self._ticking.timeout.connect(lambda: None)
        self._ticking.start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self.end())

    def show(self) -> None:
        """Bring the window to the front."""
        if self._window.visibility() in {QWindow.Visibility.Hidden, QWindow.Visibility.Minimized}:
            self._window.showNormal()
        self._window.raise_()
        self._window.requestActivate()

    def end(self) -> None:
        """Leave for good."""
        self._place.keep()
        self._app.exit(0)

    def _framed(self) -> None:
        if not self._begun:
            self._begun = True
            # The frame is on the screen; now the rest may take its share of the interpreter.
            QTimer.singleShot(0, self._begin)

    def _begin(self) -> None:
        from .system.shortcut import Shortcut
        from .system.tray import Tray

        self._desktop.begin()
        self._shortcut = Shortcut(self)
        self._shortcut.pressed.connect(self.show)
        tray = self._tray = Tray(self._app.windowIcon(), self._desktop.speaking, self)
        tray.show.connect(self.show)
        tray.begin.connect(self._new)
        tray.quit.connect(self.end)
        self._desktop.settingsChanged.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        """Do as the settings say; the key is taken again only when it is another one."""
        settings = self._desktop.settings.desktop
        if self._tray is not None:
            self._tray.use(settings.tray)
        if self._shortcut is not None and settings.shortcut != self._keys:
            self._keys = settings.shortcut
            self._shortcut.use(self._keys)

    def _new(self) -> None:
        self.show()
        self._desktop.start_conversation()

    def _closing(self) -> None:
        if self._tray is not None and self._tray.there:
            self._place.keep()
        else:
            self.end()


def run(paths: Paths, settings: Settings, host: PluginHost | None = None) -> int:
    """Show the window until it is closed; the exit status. Where it is open already, that one is shown."""
    app = application(sys.argv[:1])
    instance = Instance(paths.data)
    if not instance.claim():
        return 0
    desktop = Desktop(paths, settings, host=host)
    desktop.welcome_newcomers()
    engine, shown = window(desktop)
    session = Session(app, desktop, shown, paths.data)
    instance.asked.connect(session.show)
    try:
        return app.exec()
    finally:
        del session
        shown.close()
        # Pages must be gone before what they show is.
        del engine
        desktop.close()
        instance.release()
