"""Typing on the screen, with fingers."""

from __future__ import annotations

from contextlib import suppress
from itertools import combinations

import pytest
from PySide6.QtCore import QRectF
from pytestqt.exceptions import TimeoutError as QtTimeoutError

from .conftest import ShownKiosk, Visit, begun


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


SIZES = [(1080, 1920), (1920, 1080), (1280, 720), (1024, 768), (800, 480)]


def targets(shown: ShownKiosk) -> list[tuple[str, QRectF]]:
    """What can be touched, and where it is drawn."""
    kinds = ("AppButton", "IconButton", "Suggestion", "Key_", "Field")
    found = []
    for item in shown.seen():
        if item.metaObject().className().startswith(kinds):
            # Keys touch one another; between what is drawn of them there is a gap.
            drawn = item.childItems()[0] if item.metaObject().className().startswith("Key_") else item
            found.append((item.objectName(), drawn.mapRectToScene(QRectF(0, 0, drawn.width(), drawn.height()))))
    return found


def wrong(shown: ShownKiosk, size: tuple[int, int]) -> list[object]:
    """Targets that are too small, cut off by the screen, or drawn over one another."""
    shown.window.grabWindow()
    found = targets(shown)
    small = [one for one in found if min(one[1].width(), one[1].height()) < 48]
    cut = [one for one in found if not QRectF(0, 0, *size).contains(one[1])]
    over = [(one, other) for one, other in combinations(found, 2) if one[1].intersects(other[1])]
    return [*small, *cut, *over] if found else ["nothing can be touched"]


def check(shown: ShownKiosk, size: tuple[int, int]) -> None:
    with suppress(QtTimeoutError):
        shown.until(lambda: wrong(shown, size) == [], 3000)
    assert wrong(shown, size) == []


@pytest.mark.parametrize(
    ("language", "size"),
    [*(("en", size) for size in SIZES), ("zh", SIZES[-1])],
    ids=lambda value: value if isinstance(value, str) else f"{value[0]}x{value[1]}",
)
def test_what_is_touched_is_large_whole_and_apart(visit: Visit, size: tuple[int, int], language: str) -> None:
    shown = visit(languages=["en", "zh"])
    shown.window.resize(*size)
    shown.kiosk.speak(language)
    shown.until(lambda: shown.item("begin").isVisible())
    check(shown, size)
    shown.kiosk.begin(language)
    shown.until(lambda: bool(shown.items("question")))
    check(shown, size)
    shown.click(shown.item("question"))
    shown.until(lambda: bool(shown.items("key-h")))
    check(shown, size)
    shown.click(shown.item("key-signs"))
    shown.until(lambda: bool(shown.items("key-!")))
    check(shown, size)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_cards_fit_the_screen(visit: Visit, size: tuple[int, int]) -> None:
    shown = visit(hearing=True, inputs=["text", "voice"], languages=["en"])
    shown.window.resize(*size)
    shown.kiosk.begin("en")
    shown.until(lambda: bool(shown.items("microphone")))
    shown.click(shown.item("microphone"))
    for name in ("agree", "refuse"):
        shown.until(lambda name=name: bool(shown.items(name)))
        inside(shown, name, size)
    shown.click(shown.item("refuse"))
    shown.clock.advance(70)
    shown.until(lambda: bool(shown.items("stay")))
    for name in ("stay", "finish-now"):
        inside(shown, name, size)
    shown.kiosk.touched()
    shown.until(lambda: not shown.items("stay"))
    shown.kiosk.admin.ask()
    shown.until(lambda: bool(shown.items("pin-1")))
    for name in ("pin-1", "pin-0", "pin-enter", "admin-back"):
        inside(shown, name, size)


def inside(shown: ShownKiosk, name: str, size: tuple[int, int]) -> None:
    shown.window.grabWindow()
    item = shown.item(name)
    at = item.mapRectToScene(item.boundingRect())
    assert QRectF(0, 0, *size).contains(at), (name, at)
    assert min(at.width(), at.height()) >= 48, (name, at)
    card = item
    while card is not None and not card.inherits("QQuickFlickable"):
        card = card.parentItem()
    assert card is not None
    seen = card.mapRectToScene(QRectF(0, 0, card.width(), card.height()))
    assert seen.contains(at), f"{name} is reached by a swipe only"


def test_letters_are_smaller_on_a_small_screen_and_grow_with_it(visit: Visit) -> None:
    shown = begun(visit)
    sizes = []
    for size in ((800, 480), (1024, 768), (1080, 1920)):
        shown.window.resize(*size)
        shown.settle()
        sizes.append(shown.desktop.theme.property("body"))
    assert sizes == sorted(set(sizes))
    assert shown.desktop.theme.property("control") >= 48
