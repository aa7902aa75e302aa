"""The end of a process that measured a window."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtQml import QQmlApplicationEngine

from myna_ui.desktop import Desktop


def close(engine: QQmlApplicationEngine, desktop: Desktop) -> None:
    """The pages go before what they show."""
    engine.deleteLater()
    QCoreApplication.sendPostedEvents(engine, QEvent.Type.DeferredDelete)
    desktop.close()
