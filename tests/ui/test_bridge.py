"""Work goes into the loop, and what comes of it back into Qt's thread."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from myna.errors import ModelMissing, MynaError, StoreFailed
from myna_ui.bridge import Bridge


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.close()


def test_a_result_arrives_in_the_thread_of_qt(bridge: Bridge, qtbot: QtBot) -> None:
    async def work() -> str:
        await asyncio.sleep(0)
        return threading.current_thread().name

    seen: list[tuple[str, str]] = []
    bridge.run(work()).on_result(lambda name: seen.append((name, threading.current_thread().name)))
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [("myna-loop", "MainThread")]


def test_an_error_of_myna_goes_to_its_callback_and_the_end_comes_last(bridge: Bridge, qtbot: QtBot) -> None:
    async def work() -> None:
        raise ModelMissing("not there")

    seen: list[object] = []
    job = bridge.run(work()).on_result(lambda _: seen.append("result")).on_error(seen.append)
    job.on_end(lambda: seen.append("end"))
    qtbot.waitUntil(lambda: "end" in seen)
    assert isinstance(seen[0], MynaError)
    assert seen[1:] == ["end"]


def test_a_bug_is_not_hidden(bridge: Bridge, qtbot: QtBot) -> None:
    async def work() -> None:
        raise ZeroDivisionError

    ended: list[bool] = []
    with capture_exceptions() as caught:
        bridge.run(work()).on_error(lambda _: pytest.fail("no error of Myna")).on_end(lambda: ended.append(True))
        qtbot.waitUntil(lambda: bool(ended) and bool(caught))
    assert caught[0][0] is ZeroDivisionError


def test_events_keep_their_order_and_one_bad_callback_loses_none(bridge: Bridge, qtbot: QtBot) -> None:
    async def count() -> AsyncIterator[int]:
        for number in range(1000):
            yield number

    seen: list[int] = []

    def take(number: int) -> None:
        seen.append(number)
        if number == 500:
            raise ZeroDivisionError

    over: list[bool] = []
    with capture_exceptions() as caught:
        bridge.stream(count()).on_event(take).on_end(lambda: over.append(True))
        qtbot.waitUntil(lambda: bool(over))
    assert seen == list(range(1000))
    assert len(caught) == 1


def test_a_cancelled_job_says_nothing_more(bridge: Bridge, qtbot: QtBot) -> None:
    begun, cancelled = threading.Event(), threading.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    job = bridge.run(work()).on_result(lambda _: pytest.fail("it was cancelled"))
    job.on_end(lambda: pytest.fail("it was cancelled"))
    assert begun.wait(10)
    job.cancel()
    qtbot.waitUntil(cancelled.is_set)


def test_closing_ends_what_runs_and_then_does_the_last_thing(qapp: QApplication) -> None:
    order: list[str] = []
    bridge = Bridge()
    begun = threading.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            order.append("cancelled")

    async def last() -> None:
        order.append("last")

    bridge.run(work())
    assert begun.wait(10)
    bridge.close(last())
    assert order == ["cancelled", "last"]


def test_what_fails_while_the_window_closes_is_in_the_log(qapp: QApplication, caplog: pytest.LogCaptureFixture) -> None:
    bridge = Bridge()
    begun = threading.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.sleep(3600)
        finally:
            raise StoreFailed("the answer could not be kept")

    async def last() -> None:
        raise ZeroDivisionError("a worker would not end")

    bridge.run(work()).on_error(lambda _: pytest.fail("nobody is there to be told"))
    assert begun.wait(10)
    bridge.close(last())
    assert sorted(record.getMessage() for record in caplog.records) == [
        "while the window closed",
        "while the window closed: the answer could not be kept (store-failed)",
    ]
    [bug] = [record.exc_info[1] for record in caplog.records if record.exc_info]
    assert isinstance(bug, ZeroDivisionError)
