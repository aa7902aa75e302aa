"""`myna bench desktop`: it is there, in both languages, and its watchdog sees what it should."""

from __future__ import annotations

import importlib
import time

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from myna_ui.benchmarks.streaming import Steady, Watchdog
from myna_ui.chinese import CHINESE
from myna_ui.plugin import myna_register_benchmarks, myna_register_commands


def test_the_benchmark_can_be_called_and_is_told_in_chinese() -> None:
    [info] = myna_register_benchmarks()
    module, _, name = info.target.partition(":")
    assert callable(getattr(importlib.import_module(module), name))
    assert info.summary in CHINESE
    assert all(command.summary in CHINESE for command in myna_register_commands())


def test_the_watchdog_sees_when_the_main_thread_sleeps_and_when_it_works(qapp: QApplication, qtbot: QtBot) -> None:
    dog = Watchdog()
    done: list[int] = []

    def sleep() -> None:
        time.sleep(0.08)
        done.append(1)

    QTimer.singleShot(20, sleep)
    qtbot.waitUntil(lambda: bool(done))
    dog.stop()
    assert dog.stall >= 70
    assert dog.work < dog.stall


async def test_the_steady_engine_says_as_many_tokens_as_it_counts() -> None:
    import myna_ui.benchmarks.streaming as streaming
    from myna.engine.protocols import TextEnd, TextRequest

    pieces = [piece async for piece in Steady().generate(TextRequest())]
    assert isinstance(pieces[-1], TextEnd)
    assert pieces[-1].usage.completion_tokens == len(pieces) - 1 == streaming.RATE * streaming.SECONDS
