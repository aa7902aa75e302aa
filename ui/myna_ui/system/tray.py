"""The icon in the system tray, where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

if TYPE_CHECKING:
    from ..speaking import Speaking


class Tray(QObject):
    """Shown while the setting `desktop.tray` is on and the platform has a tray."""

    show = Signal()
    begin = Signal()
    """A new conversation is wanted."""
    quit = Signal()

    def __init__(self, icon: QIcon, speaking: Speaking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._speaking = speaking
        self._menu = QMenu()
        self._icon = QSystemTrayIcon(icon, self)
        self._icon.setContextMenu(self._menu)
        self._icon.setToolTip("Myna")
        self._icon.activated.connect(self._activated)
        self._open = self._menu.addAction("", self.show.emit)
        self._new = self._menu.addAction("", self.begin.emit)
        self._menu.addSeparator()
        self._quit = self._menu.addAction("", self.quit.emit)
        speaking.changed.connect(self._word)
        self._word()

    @property
    def there(self) -> bool:
        """A window that is closed can be found again."""
        return self._icon.isVisible() and QSystemTrayIcon.isSystemTrayAvailable()

    def use(self, wanted: bool) -> None:
        self._icon.setVisible(wanted and QSystemTrayIcon.isSystemTrayAvailable())

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.show.emit()

    def _word(self) -> None:
        text = self._speaking.language.text
        self._open.setText(text("Open Myna"))
        self._new.setText(text("New conversation"))
        self._quit.setText(text("Quit"))
