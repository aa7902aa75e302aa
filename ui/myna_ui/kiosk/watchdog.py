"""Feeds systemd's watchdog, but only while Qt's thread, the asyncio loop and the workers all answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from ..bridge import Bridge, Job
    from .notify import Notifier

log = logging.getLogger(__name__)

SHARE = 0.25
"""Rounds in one watchdog time: one that is late does not end the program, three in a row do."""
LONGEST_S = 5.0
"""Between two rounds."""


class Watchdog(QObject):
    """A round is: Qt's timer asks the loop, the loop asks the workers, and the answer comes back to Qt's thread."""

    def __init__(
        self,
        notifier: Notifier,
        bridge: Bridge,
        ask_workers: Callable[[float], Coroutine[Any, Any, list[str]]],
        parent: QObject | None = None,
    ) -> None:
        """`ask_workers` returns the names of those that gave no sign of life within that many seconds."""
        super().__init__(parent)
        self._notifier = notifier
        self._bridge = bridge
        self._ask = ask_workers
        self._job: Job[list[str]] | None = None
        self.every_s = min(LONGEST_S, notifier.watchdog_s * SHARE) if notifier.watchdog_s else LONGEST_S
        self._timer = QTimer(self, interval=max(10, round(self.every_s * 1000)))
        self._timer.timeout.connect(self._round)

    def start(self) -> None:
        self._timer.start()
        self._round()

    def stop(self) -> None:
        self._timer.stop()

    def _round(self) -> None:
        # While one is under way nothing new is asked: its answer is what is missing.
        if self._job is None:
            self._job = self._bridge.run(self._ask(self.every_s)).on_result(self._feed).on_end(self._ended)

    def _feed(self, silent: list[str]) -> None:
        if silent:
            log.warning("the watchdog is not fed: no sign of life from %s", ", ".join(silent))
        else:
            self._notifier.alive()

    def _ended(self) -> None:
        self._job = None
