"""What visitors may try to get out of the kiosk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from myna.testing import FakeEngine

from ..conftest import walk
from .conftest import Visit, begun

NONE = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
META = Qt.KeyboardModifier.MetaModifier
KEYS = [
    (Qt.Key.Key_F4, ALT),
    (Qt.Key.Key_Tab, ALT),
    (Qt.Key.Key_Space, ALT),
    (Qt.Key.Key_Left, ALT),
    (Qt.Key.Key_Home, ALT),
    *((key, CTRL) for key in (Qt.Key.Key_Q, Qt.Key.Key_C, Qt.Key.Key_W, Qt.Key.Key_N, Qt.Key.Key_O, Qt.Key.Key_P)),
    *((key, CTRL) for key in (Qt.Key.Key_S, Qt.Key.Key_F, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Escape)),
    (Qt.Key.Key_I, CTRL | SHIFT),
    (Qt.Key.Key_Delete, CTRL | ALT),
    (Qt.Key.Key_Backspace, CTRL | ALT),
    (Qt.Key.Key_F2, CTRL | ALT),
    (Qt.Key.Key_T, CTRL | ALT),
    (Qt.Key.Key_D, META),
    *((key, NONE) for key in (Qt.Key.Key_Super_L, Qt.Key.Key_Escape, Qt.Key.Key_F1, Qt.Key.Key_F5, Qt.Key.Key_F11)),
    *((key, NONE) for key in (Qt.Key.Key_F12, Qt.Key.Key_Menu, Qt.Key.Key_Print, Qt.Key.Key_Back, Qt.Key.Key_Help)),
]


def windows() -> list[str]:
    """All that is on the screen, by its title."""
    return [window.title() for window in QGuiApplication.topLevelWindows() if window.isVisible()]


def test_no_key_leads_out(visit: Visit) -> None:
    shown = begun(visit)
    state = shown.window.windowStates()
    assert shown.window.flags() & Qt.WindowType.FramelessWindowHint
    for key, modifiers in KEYS:
        shown.press(key, modifiers)
    shown.window.close()
    QGuiApplication.sendEvent(shown.window, QCloseEvent())
    shown.settle()
    assert windows() == ["Myna"]
    assert shown.window.windowStates() == state
    assert shown.screen == "visit"
    # What was held down leaves no trace either.
    shown.click(shown.item("question"))
    shown.type("still here")
    assert "still here" in shown.item("question").property("text")


def test_no_key_begins_anything_behind_a_card(visit: Visit) -> None:
    shown = begun(visit)
    shown.kiosk.admin.ask()
    shown.until(lambda: bool(shown.items("pin-1")))
    for _ in range(12):
        shown.press(Qt.Key.Key_Tab)
        focused = shown.window.activeFocusItem()
        assert focused is not None
        assert focused.objectName() not in {"finish", "question", "send", "suggestion-0", "speak-zh"}
    shown.press(Qt.Key.Key_Escape)
    assert shown.kiosk.admin.property("stage") == "closed"


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.BackButton])
def test_other_buttons_open_no_menu_and_paste_nothing(visit: Visit, button: Qt.MouseButton) -> None:
    shown = begun(visit)
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("from elsewhere")
    if clipboard.supportsSelection():
        clipboard.setText("from elsewhere", clipboard.Mode.Selection)
    shown.click(shown.item("question"))
    at = shown.item("question").mapToScene(QPointF(40, 20)).toPoint()
    QTest.mouseClick(shown.window, button, pos=at)
    shown.settle()
    assert windows() == ["Myna"]
    assert not [item for item in shown.seen() if "Menu" in item.metaObject().className()]
    assert shown.item("question").property("text") == ""


def test_what_is_dropped_is_not_taken(visit: Visit, tmp_path: Path) -> None:
    shown = begun(visit)
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png"))])
    mime.setText("dropped")
    for name in ("question", "opening"):
        at = shown.item(name).mapToScene(QPointF(40, 20))
        for kind in (QDragEnterEvent, QDropEvent):
            point = at.toPoint() if kind is QDragEnterEvent else at
            event = kind(point, Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, NONE)
            QApplication.sendEvent(shown.window, event)
    shown.settle()
    assert shown.item("question").property("text") == ""
    assert shown.desktop.conversation_view.tray_of_next.property("count") == 0


def test_a_very_long_text_is_cut_and_does_not_hold_anything_up(visit: Visit) -> None:
    shown = begun(visit)
    shown.click(shown.item("question"))
    shown.type("x" * 1_000_000)
    assert len(shown.item("question").property("text")) == 2000
    shown.click(shown.item("send"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert shown.window.contentItem().childrenRect().width() <= shown.window.width()


def test_many_fingers_are_no_key_to_anything(visit: Visit) -> None:
    shown = begun(visit)
    device = QTest.createTouchDevice()
    before = [(item.width(), item.height(), item.scale()) for item in shown.seen() if item.objectName() == "visit"]
    # A pinch of two, then ten fingers at once.
    for step in range(0, 120, 20):
        touch = QTest.touchEvent(shown.window, device)
        for finger, at in enumerate((QPoint(300 - step, 600), QPoint(400 + step, 600))):
            (touch.press if step == 0 else touch.move)(finger, at, shown.window)
        touch.commit()
    touch = QTest.touchEvent(shown.window, device)
    for finger in range(2):
        touch.release(finger, QPoint(100 + 400 * finger, 600), shown.window)
    touch.commit()
    many = QTest.touchEvent(shown.window, device)
    for finger in range(10):
        many.press(finger, QPoint(40 + 60 * finger, 700), shown.window)
    many.commit()
    many = QTest.touchEvent(shown.window, device)
    for finger in range(10):
        many.release(finger, QPoint(40 + 60 * finger, 700), shown.window)
    many.commit()
    shown.settle()
    after = [(item.width(), item.height(), item.scale()) for item in shown.seen() if item.objectName() == "visit"]
    assert after == before
    assert shown.screen == "visit"
    assert shown.kiosk.admin.property("stage") == "closed"


def test_the_corner_needs_one_finger_that_stays(visit: Visit) -> None:
    shown = begun(visit)
    shown.item("corner").setProperty("pressAndHoldInterval", 200)
    for _ in range(20):
        QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    QTest.mousePress(shown.window, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    QTest.mouseMove(shown.window, QPoint(400, 600))
    QTest.qWait(300)
    QTest.mouseRelease(shown.window, Qt.MouseButton.LeftButton, pos=QPoint(400, 600))
    assert shown.kiosk.admin.property("stage") == "closed"


def test_a_screen_that_is_unplugged_or_turned_is_filled_again(visit: Visit) -> None:
    shown = begun(visit)
    for size in ((1, 1), (1920, 1080), (480, 800), (1080, 1920)):
        shown.window.resize(*size)
        shown.settle()
    shown.until(lambda: shown.item("visit").width() == 1080 and shown.item("visit").height() == 1920)
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])


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
