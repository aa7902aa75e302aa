"""Where the window was, for the next start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from PySide6.QtCore import QRect
from PySide6.QtGui import QGuiApplication, QWindow

Side = Annotated[int, msgspec.Meta(ge=200, le=20_000)]
Place = Annotated[int, msgspec.Meta(ge=-100_000, le=100_000)]


class Geometry(msgspec.Struct, frozen=True):
    """Of the window while it was neither maximised nor full screen; logical pixels."""

    x: Place
    y: Place
    width: Side
    height: Side
    maximised: bool = False


def read(file: Path) -> Geometry | None:
    """What was kept; None where nothing was, or not what this program writes."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Geometry)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def keep(file: Path, geometry: Geometry) -> None:
    """Keep it. A full disk or a folder that cannot be written costs no more than the place of a window."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(geometry))
        new.replace(file)
    except OSError:
        return


def apply(window: QWindow, geometry: Geometry) -> None:
    """Put the window where it was, or as it was onto a screen that is still there."""
    wanted = QRect(geometry.x, geometry.y, geometry.width, geometry.height)
    screens = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    if any(screen.intersects(wanted.adjusted(40, 0, -40, -40)) for screen in screens):
        window.setGeometry(wanted)
    else:
        primary = QGuiApplication.primaryScreen().availableGeometry()
        window.resize(min(geometry.width, primary.width()), min(geometry.height, primary.height()))
    if geometry.maximised:
        window.showMaximized()


class Remembered:
    """Follows a window, and keeps its place when asked to."""

    def __init__(self, window: QWindow, file: Path) -> None:
        self._window = window
        self._file = file
        self._usual = window.geometry()
        for changed in (window.xChanged, window.yChanged, window.widthChanged, window.heightChanged):
            changed.connect(self._moved)

    def keep(self) -> None:
        usual = self._usual
        keep(
            self._file,
            Geometry(
                usual.x(),
                usual.y(),
                max(usual.width(), 200),
                max(usual.height(), 200),
                self._window.visibility() == QWindow.Visibility.Maximized,
            ),
        )

    def _moved(self) -> None:
        if self._window.visibility() == QWindow.Visibility.Windowed:
            self._usual = self._window.geometry()
