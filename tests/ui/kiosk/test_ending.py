"""How a visit ends, and that nothing of it is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from shiboken6 import isValid

from myna.errors import StoreFailed
from myna.paths import Paths
from myna.testing import FakeEngine
from myna_ui.kiosk import ending
from myna_ui.kiosk import kiosk as kiosk_module
from myna_ui.kiosk.places import Places
from myna_ui.kiosk.wiping import clear

from ..conftest import walk
from .conftest import Visit, begun


def test_idleness_counts_down_and_wipes(visit: Visit) -> None:
    shown = begun(visit)
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert shown.conversations() == 1
    QGuiApplication.clipboard().setText("secret")
    (shown.places.temporary / "sound.wav").write_bytes(b"secret")
    shown.clock.advance(62)
    shown.until(lambda: bool(shown.items("countdown")))
    assert shown.item("countdown").property("text") == "13"
    shown.clock.advance(13)
    shown.until(lambda: shown.screen == "attract")
    assert shown.answers() == []
    assert shown.conversations() == 0
    assert QGuiApplication.clipboard().text() == ""
    assert list(shown.places.temporary.iterdir()) == []


@pytest.mark.parametrize("sign", ["button", "key", "anywhere"])
def test_a_sign_of_life_ends_the_countdown(visit: Visit, sign: str) -> None:
    shown = begun(visit)
    shown.clock.advance(70)
    shown.until(lambda: bool(shown.items("countdown")))
    if sign == "button":
        shown.click(shown.item("stay"))
    elif sign == "key":
        shown.press(Qt.Key.Key_A)
    else:
        QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, pos=QPoint(5, 1270))
    shown.until(lambda: shown.kiosk.property("countdown") == -1 and not shown.items("countdown"))
    assert shown.screen == "visit"


def test_nobody_is_sent_away_while_an_answer_comes(visit: Visit, use_engine: Callable[[FakeEngine], None]) -> None:
    shown = begun(visit)
    use_engine(FakeEngine(["One ", "two"], hold_after=1))
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("One ", "streaming")])
    shown.clock.advance(1000)
    QTest.qWait(3 * kiosk_module.TICK_MS)
    assert shown.kiosk.property("countdown") == -1
    # Whoever is finished is finished, also in the middle of an answer.
    shown.click(shown.item("finish"))
    shown.until(lambda: shown.screen == "attract")
    assert shown.conversations() == 0


def test_a_second_visitor_sees_nothing_of_the_first(visit: Visit, engine: FakeEngine) -> None:
    shown = begun(visit)
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    shown.click(shown.item("question"))
    shown.type("half a secret")
    shown.click(shown.item("finish"))
    shown.until(lambda: shown.screen == "attract")
    shown.kiosk.begin("en")
    shown.until(lambda: shown.screen == "visit" and bool(shown.items("question")))
    assert shown.item("question").property("text") == ""
    assert not any("Paris" in text or "secret" in text for text in shown.texts())
    engine.requests.clear()
    shown.click(shown.item("suggestion-1"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    asked = [request for request in engine.requests if request.messages[-1].text == "Toilets"]
    assert not any("open" in message.text for request in asked for message in request.messages)


def test_where_something_may_be_left_the_process_must_go(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = begun(visit, call={"en": "Call 0800 123"})

    async def wipe(*args: object, **more: object) -> None:
        raise StoreFailed("the disk is gone")

    monkeypatch.setattr(ending, "wipe", wipe)
    broken: list[bool] = []
    shown.kiosk.ending.broken.connect(lambda: broken.append(True))
    shown.click(shown.item("finish"))
    shown.until(lambda: bool(broken))
    assert shown.screen == "trouble"
    shown.until(lambda: "Call 0800 123" in shown.texts())


def test_what_a_crash_left_is_removed_at_the_start(own_home: Path) -> None:
    places = Places.find(Paths.find(own_home))
    left = [
        places.paths.database,
        places.paths.data / "attachments" / "ab" / "cd" / "abcd",
        places.temporary / "1" / "sound.wav",
        places.paths.cache / "prefix" / "1.partial",
    ]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half a word")
    kept = [places.starts, places.attempts, places.paths.audit / "audit.jsonl"]
    for path in kept:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"{}")
    clear(places)
    assert not any(path.exists() for path in left)
    assert all(path.exists() for path in kept)
    assert list(places.temporary.iterdir()) == []


def test_the_thanks_can_be_read_and_the_next_visit_begins_clean_all_the_same(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = begun(visit)
    monkeypatch.setattr(kiosk_module, "THANKS_MS", 3_600_000)
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    shown.kiosk.finish()
    shown.until(lambda: shown.answers() == [] and "Thank you for your visit" in shown.texts())
    shown.kiosk.begin("en")
    assert shown.screen == "ending"
    shown.kiosk._thank()
    shown.until(lambda: shown.screen == "attract")


def test_what_a_visit_was_shown_with_is_gone(visit: Visit) -> None:
    shown = begun(visit)
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    items = list(walk(shown.window.contentItem()))
    held = [item for item in items if item.metaObject().className().startswith(("KioskMessage", "Field", "RichText"))]
    assert len(held) >= 4
    del items
    shown.kiosk.finish()
    shown.until(lambda: shown.screen == "attract")
    shown.until(lambda: not any(isValid(item) for item in held))
