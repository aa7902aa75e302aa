"""What visitors may try to get out of the kiosk."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest

from myna.testing import FakeEngine

from ..conftest import walk
from .conftest import Visit, begun


def test_the_window_does_not_close_and_has_no_frame(visit: Visit) -> None:
    shown = begun(visit)
    assert shown.window.flags() & Qt.WindowType.FramelessWindowHint
    shown.window.close()
    shown.press(Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier)
    shown.press(Qt.Key.Key_Escape)
    shown.press(Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    QTest.qWait(50)
    assert shown.window.isVisible()
    assert shown.screen == "visit"


def test_no_answer_follows_a_link_or_loads_a_picture(
    visit: Visit, use_engine: Callable[[FakeEngine], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = begun(visit)
    use_engine(FakeEngine(["![x](file:///etc/passwd) <img src='file:///etc/hosts'> [a](http://b.c)"]))
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1][1] == "done")
    drawn = [item for item in walk(shown.window.contentItem()) if item.metaObject().indexOfProperty("textFormat") >= 0]
    texts = [text for item in drawn if "etc" in (text := str(item.property("text")))]
    assert texts
    assert not any("<img" in text for text in texts)
    opened: list[object] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    for item in drawn:
        if "b.c" in str(item.property("text")):
            middle = item.mapToScene(QPointF(0, item.height() / 2))
            for x in range(0, round(item.width()), 4):
                at = QPoint(round(middle.x()) + x, round(middle.y()))
                QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, pos=at)
    assert opened == []
