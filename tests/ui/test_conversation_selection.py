"""Text is selected over all the blocks of an answer, and copied as it is read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from myna.testing import FakeEngine

from .conftest import Shown
from .talking import Show, ask

ANSWER = "First words.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nprint(1)\n```\n\n最后一段。"
ALL = "First words.\n\n• one\n• two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nprint(1)\n\n最后一段。"


@pytest.fixture
def answered(show: Show, use_engine: Callable[[FakeEngine], None]) -> Shown:
    use_engine(FakeEngine([ANSWER]))
    shown = show()
    shown.window.resize(1000, 900)
    ask(shown, "Tides?")
    shown.until(lambda: len(blocks(shown)) == 6)
    return shown


def blocks(shown: Shown) -> list[QQuickItem]:
    """Of the answer, from top to bottom."""
    column = [item for item in shown.items("blocks") if item.isVisible()][-1]
    found = [item for item in shown_below(column) if item.property("kind")]
    return sorted(found, key=lambda item: item.y())


def editor(block: QQuickItem) -> QQuickItem:
    return next(
        item for item in shown_below(block) if item.property("html") is not None and item.inherits("QQuickTextEdit")
    )


def shown_below(item: QQuickItem) -> list[QQuickItem]:
    return [item, *(one for child in item.childItems() for one in shown_below(child))]


def at(item: QQuickItem, x: float, y: float) -> QPoint:
    return item.mapToScene(QPointF(x, y)).toPoint()


def drag(shown: Shown, start: QPoint, end: QPoint) -> None:
    shown.settle()
    QTest.mousePress(shown.window, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 9):
        QTest.mouseMove(shown.window, start + (end - start) * step / 8)
        QTest.qWait(5)
    QTest.mouseRelease(shown.window, Qt.MouseButton.LeftButton, pos=end)


def copied(shown: Shown) -> str:
    QGuiApplication.clipboard().setText("nothing")
    shown.press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    return QGuiApplication.clipboard().text()


def resting(shown: Shown, item: QQuickItem) -> None:
    shown.until(lambda: shown._settled(item))


def test_a_drag_selects_over_blocks_downwards(answered: Shown) -> None:
    first, one = editor(blocks(answered)[0]), editor(blocks(answered)[1])
    resting(answered, one)
    drag(answered, at(first, 1, first.height() / 2), at(one, one.width() - 1, one.height() / 2))
    assert copied(answered) == "First words.\n\n• one"


def test_a_drag_selects_over_blocks_upwards(answered: Shown) -> None:
    two, last = editor(blocks(answered)[2]), editor(blocks(answered)[5])
    resting(answered, last)
    drag(answered, at(last, last.width() - 1, last.height() / 2), at(two, 1, two.height() / 2))
    assert copied(answered) == "• two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nprint(1)\n\n最后一段。"


def test_a_drag_in_one_block_selects_there_alone(answered: Shown) -> None:
    first = editor(blocks(answered)[0])
    resting(answered, first)
    drag(answered, at(first, 1, first.height() / 2), at(first, first.width() - 1, first.height() / 2))
    assert copied(answered) == "First words."


def test_the_keyboard_selects_all_of_an_answer(answered: Shown) -> None:
    first = editor(blocks(answered)[0])
    resting(answered, first)
    answered.click(first)
    answered.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert copied(answered) == ALL


def test_the_menu_selects_all_and_copies_the_markdown(answered: Shown) -> None:
    first = editor(blocks(answered)[0])
    resting(answered, first)
    right = Qt.MouseButton.RightButton
    QTest.mouseClick(answered.window, right, pos=at(first, 5, first.height() / 2))
    answered.until(lambda: any(item.isVisible() for item in answered.items("copy-all")))
    assert not answered.item("copy-selection").isEnabled()
    answered.click(answered.item("copy-all"))
    answered.until(lambda: QGuiApplication.clipboard().text() == ANSWER)
    QTest.mouseClick(answered.window, right, pos=at(first, 5, first.height() / 2))
    answered.until(lambda: any(item.isVisible() for item in answered.items("select-all")))
    answered.click(answered.item("select-all"))
    answered.until(lambda: not any(item.isVisible() for item in answered.items("select-all")))
    assert copied(answered) == ALL


def test_nothing_stays_selected_when_the_keyboard_goes_elsewhere(answered: Shown) -> None:
    first, one = editor(blocks(answered)[0]), editor(blocks(answered)[1])
    resting(answered, one)
    drag(answered, at(first, 1, first.height() / 2), at(one, one.width() - 1, one.height() / 2))
    answered.click(answered.item("question"))
    answered.until(lambda: one.property("selectedText") == "")
    assert first.property("selectedText") == ""
