"""Typing on the screen, with fingers."""

from __future__ import annotations

from ..conftest import walk
from .conftest import Visit, begun


def test_a_question_is_typed_on_the_screen(visit: Visit) -> None:
    shown = begun(visit)
    shown.click(shown.item("question"))
    shown.until(lambda: bool(shown.items("key-h")))
    for key in ("shift", "h", "i", "x", "back", "signs"):
        shown.click(shown.item(f"key-{key}"))
    shown.until(lambda: bool(shown.items("key-!")))
    shown.click(shown.item("key-!"))
    assert shown.item("question").property("text") == "Hi!"
    shown.click(shown.item("key-send"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert shown.answers()[0][0] == "Hi!"


def test_the_keyboard_deletes_a_character_of_two_halves_whole(visit: Visit) -> None:
    shown = begun(visit)
    shown.click(shown.item("question"))
    shown.until(lambda: bool(shown.items("key-back")))
    shown.type("a😀")
    shown.click(shown.item("key-back"))
    assert shown.item("question").property("text") == "a"


def test_targets_are_large_enough_for_fingers(visit: Visit) -> None:
    shown = begun(visit)
    shown.click(shown.item("question"))
    shown.until(lambda: bool(shown.items("key-h")))
    small = []
    for item in walk(shown.window.contentItem()):
        touched = item.metaObject().className().startswith(("AppButton", "IconButton", "Suggestion", "Key_"))
        if item.isVisible() and touched and min(item.width(), item.height()) < 48:
            small.append((item.objectName(), item.width(), item.height()))
    assert small == []
