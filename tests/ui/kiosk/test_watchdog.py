"""systemd's watchdog is fed only while Qt's thread, the loop and the workers all answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from myna_ui.bridge import Bridge
from myna_ui.kiosk.notify import Notifier
from myna_ui.kiosk.watchdog import Watchdog

ROUND_MS = 25
"""Of a watchdog time of 100 ms."""


class Heard(Notifier):
    def __init__(self) -> None:
        super().__init__(watchdog_s=0.1)
        self.fed = 0

    def alive(self) -> None:
        self.fed += 1


class Workers:
    def __init__(self) -> None:
        self.silent: list[str] = []

    async def ask(self, within_s: float) -> list[str]:
        await asyncio.sleep(0)
        return self.silent


class Watched:
    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.heard = Heard()
        self.workers = Workers()
        self.watchdog = Watchdog(self.heard, bridge, self.workers.ask)

    def starved(self) -> bool:
        """Whether ten rounds bring nothing, once what was under way is over."""
        QTest.qWait(2 * ROUND_MS)
        before = self.heard.fed
        QTest.qWait(10 * ROUND_MS)
        return self.heard.fed == before


@pytest.fixture
def watched(qapp: QApplication, qtbot: QtBot) -> Iterator[Watched]:
    made = Watched(Bridge())
    made.watchdog.start()
    qtbot.waitUntil(lambda: made.heard.fed > 2)
    yield made
    made.watchdog.stop()
    made.bridge.close()


def test_a_silent_worker_starves_it_until_it_answers(
    watched: Watched, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    watched.workers.silent = ["smollm2"]
    assert watched.starved()
    assert "no sign of life from smollm2" in caplog.text
    watched.workers.silent = []
    before = watched.heard.fed
    qtbot.waitUntil(lambda: watched.heard.fed > before)


def test_a_blocked_loop_starves_it(watched: Watched, qtbot: QtBot) -> None:
    release = threading.Event()
    watched.bridge.in_loop(lambda: cast(object, release.wait(30)))
    assert watched.starved()
    release.set()
    before = watched.heard.fed
    qtbot.waitUntil(lambda: watched.heard.fed > before)


def test_a_blocked_window_starves_it(watched: Watched) -> None:
    # No events are handled meanwhile, as in a frozen window; the loop and the workers run on.
    before = watched.heard.fed
    threading.Event().wait(20 * ROUND_MS / 1000)
    assert watched.heard.fed == before
