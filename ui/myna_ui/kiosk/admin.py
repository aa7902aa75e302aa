"""Behind the held corner: a pad for the PIN, and what an administrator may do."""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot

from myna.errors import MynaError, StoreFailed

from .pin import DIGITS, PinLock

if TYPE_CHECKING:
    from ..bridge import Bridge

Stage = Literal["closed", "pin", "open"]

LEAVE_S = 30
"""An administrator who walks away leaves no open door."""


class Admin(QObject):
    """`kiosk.admin` in QML."""

    changed = Signal()
    leaving = Signal(int)
    """End the program with this exit status."""

    def __init__(self, lock: PinLock, has_pin: bool, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = lock
        self._has_pin = has_pin
        self._bridge = bridge
        self._stage: Stage = "closed"
        self._wrong = False
        self._checking = False
        self._failed = ""
        self._timer = QTimer(self, interval=500)
        self._timer.timeout.connect(self.changed)
        self._away = QTimer(self, singleShot=True, interval=LEAVE_S * 1000)
        self._away.timeout.connect(self.close)

    def _get_stage(self) -> str:
        return self._stage

    stage = Property(str, _get_stage, notify=changed)
    """`closed`, `pin` or `open`."""

    def _get_wait(self) -> int:
        return math.ceil(self._lock.wait_s())

    wait = Property(int, _get_wait, notify=changed)
    """Seconds until a PIN is looked at."""

    def _get_wrong(self) -> bool:
        return self._wrong

    wrong = Property(bool, _get_wrong, notify=changed)

    def _get_checking(self) -> bool:
        return self._checking

    checking = Property(bool, _get_checking, notify=changed)

    def _get_known(self) -> bool:
        return self._has_pin

    known = Property(bool, _get_known, constant=True)
    """There is a PIN; without one nobody gets in."""

    def _get_digits(self) -> int:
        return DIGITS[-1]

    digits = Property(int, _get_digits, constant=True)

    @Slot()
    def ask(self) -> None:
        """The corner was held."""
        if self._stage == "closed":
            self._stage, self._wrong = "pin", False
            self._timer.start()
            self._away.start()
            self.changed.emit()

    @Slot()
    def close(self) -> None:
        self._stage, self._wrong = "closed", False
        self._timer.stop()
        self._away.stop()
        self.changed.emit()

    @Slot()
    def touched(self) -> None:
        """Somebody is there."""
        if self._stage != "closed":
            self._away.start()

    @Slot(str)
    def enter(self, pin: str) -> None:
        """A PIN was typed."""
        if self._stage != "pin" or self._checking or not self._has_pin or self._lock.wait_s() > 0:
            return
        self._checking, self._wrong = True, False
        self.changed.emit()

        async def check() -> bool:
            try:
                return await asyncio.to_thread(self._lock.check, pin)
            except OSError as error:
                raise StoreFailed(f"wrong PINs cannot be counted: {error.strerror}") from error

        self._bridge.run(check()).on_result(self._checked).on_error(self._refused).on_end(self._over)

    @Slot(int)
    def leave(self, status: int) -> None:
        """End the program: 0 for good, anything else to be started again."""
        if self._stage == "open":
            self.leaving.emit(status)

    def _checked(self, right: bool) -> None:
        if self._stage == "pin":
            self._wrong = not right
            self._stage = "open" if right else "pin"

    def _refused(self, error: MynaError) -> None:
        del error
        self._wrong = True

    def _over(self) -> None:
        self._checking = False
        self.changed.emit()
