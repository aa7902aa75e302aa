"""The corner, the PIN, and what is behind it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from .conftest import PIN, ShownKiosk, Visit, begun


def hold_corner(shown: ShownKiosk) -> None:
    corner = shown.item("corner")
    corner.setProperty("pressAndHoldInterval", 50)
    at = QPoint(10, 10)
    QTest.mousePress(shown.window, Qt.MouseButton.LeftButton, pos=at)
    shown.until(lambda: bool(shown.items("pin-state")))
    QTest.mouseRelease(shown.window, Qt.MouseButton.LeftButton, pos=at)


def enter(shown: ShownKiosk, pin: str) -> None:
    for digit in pin:
        shown.click(shown.item(f"pin-{digit}"))
    shown.click(shown.item("pin-enter"))
    shown.until(lambda: not shown.kiosk.admin.property("checking"))


def test_only_the_pin_opens_the_way_out(visit: Visit) -> None:
    shown = begun(visit)
    assert shown.item("corner").property("pressAndHoldInterval") == 5000
    left: list[int] = []
    shown.kiosk.admin.leaving.connect(left.append)
    hold_corner(shown)
    shown.kiosk.admin.leave(0)
    assert left == []
    enter(shown, "1111")
    shown.until(lambda: "This PIN is wrong." in shown.texts())
    enter(shown, PIN)
    shown.until(lambda: bool(shown.items("admin-leave")) and shown.item("admin-leave").isVisible())
    shown.click(shown.item("admin-leave"))
    assert left == [0]


def test_who_guesses_waits(visit: Visit) -> None:
    shown = begun(visit)
    hold_corner(shown)
    for _ in range(3):
        enter(shown, "1111")
    shown.until(lambda: any(text.startswith("Too many wrong attempts") for text in shown.texts()))
    assert not shown.item("pin-1").isEnabled()
    shown.kiosk.admin.enter(PIN)
    assert shown.kiosk.admin.property("stage") == "pin"


def test_without_a_pin_the_pad_says_how_to_set_one(visit: Visit) -> None:
    shown = begun(visit, pin=False)
    hold_corner(shown)
    shown.until(lambda: any("--set-pin" in text for text in shown.texts()))
    shown.kiosk.admin.enter("")
    assert shown.kiosk.admin.property("stage") == "pin"


@pytest.mark.parametrize("screen", ["visit", "trouble", "attract"])
def test_the_pad_stays_for_whoever_types_on_it(visit: Visit, screen: str) -> None:
    shown = begun(visit)
    if screen == "trouble":
        shown.kiosk.fail()
    elif screen == "attract":
        shown.kiosk.finish()
        shown.until(lambda: shown.screen == "attract")
    hold_corner(shown)
    [away] = [timer for timer in shown.kiosk.admin.findChildren(QTimer) if timer.isSingleShot()]
    for digit in "482":
        # Each touch begins the time anew.
        away.stop()
        shown.click(shown.item(f"pin-{digit}"))
        assert away.isActive()
