"""The window of the kiosk, with the pictures that its pages ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..app import window
from .stills import NAME

if TYPE_CHECKING:
    from PySide6.QtQml import QQmlApplicationEngine
    from PySide6.QtQuick import QQuickWindow

    from ..desktop import Desktop
    from .kiosk import Kiosk


def show_kiosk(desktop: Desktop, kiosk: Kiosk) -> tuple[QQmlApplicationEngine, QQuickWindow]:
    """Keep the engine for as long as the window is shown, and delete it before `desktop`."""
    engine, shown = window(desktop, "kiosk/KioskMain.qml", kiosk=kiosk)
    engine.addImageProvider(NAME, kiosk.stills.provider())
    return engine, shown
