"""The clipboard, as pages need it before they take something from it: `clipboard` in QML."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication


class Clipboard(QObject):
    """Qt lays out all that is pasted into a field, which takes minutes for a million characters; whoever knows how
    much there is can do something better with it."""

    @Slot(result=str)
    def text(self) -> str:
        """The text on it; empty for none."""
        return QGuiApplication.clipboard().text()
