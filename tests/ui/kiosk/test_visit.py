"""What a visitor sees and does, on the real screens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from myna.assistant import Assistant
from myna.errors import ModelMissing

from .conftest import Visit, begun


def test_touching_anywhere_begins_in_the_first_language(visit: Visit) -> None:
    shown = visit()
    assert "Clock Museum" in shown.texts()
    QTest.mouseClick(shown.window, Qt.MouseButton.LeftButton, pos=QPoint(600, 1200))
    shown.until(lambda: shown.screen == "visit")
    assert shown.desktop.property("language") == "en"


def test_a_visitor_chooses_chinese_and_the_next_is_asked_again(visit: Visit) -> None:
    shown = visit()
    shown.click(shown.item("language-zh"))
    shown.until(lambda: "有什么可以帮您？" in shown.texts())
    assert "钟表博物馆" in shown.texts()
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert shown.answers()[0][0] == "几点开门？"
    shown.click(shown.item("finish"))
    shown.until(lambda: shown.screen == "attract" and "Clock Museum" in shown.texts())


def test_a_suggestion_brings_its_template(visit: Visit) -> None:
    shown = begun(visit, prompt={"name": "kiosk", "en": {"place": "here"}})
    shown.prepared.seen.clear()
    shown.click(shown.item("suggestion-1"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")] and len(shown.answers()) == 4)
    asked = [one for one in shown.prepared.seen if one[0] != "?"]
    assert asked == [
        ("Toilets", "way", {"to": "toilets"}),
        ("When are you open?", "kiosk", {"place": "here"}),
    ]


def test_where_typing_is_not_allowed_suggestions_are_left(visit: Visit) -> None:
    shown = visit(inputs=["voice"])
    shown.kiosk.begin("en")
    shown.until(lambda: bool(shown.items("suggestion-0")))
    assert not [item for item in shown.items("question") if item.isVisible()]
    shown.kiosk.ask("typed all the same")
    assert shown.answers() == []
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])


def test_a_kiosk_on_its_side_fills_the_window(visit: Visit) -> None:
    shown = begun(visit, orientation="left")
    item: QQuickItem = shown.item("question")
    shown.until(lambda: item.width() > 100)
    corner = item.mapToScene(QPointF(0, 0))
    other = item.mapToScene(QPointF(item.width(), item.height()))
    assert abs(corner.y() - other.y()) > abs(corner.x() - other.x())
    assert 0 <= corner.x() <= 720
    assert 0 <= other.y() <= 1280


def test_after_a_crash_the_screen_asks_for_a_moment(visit: Visit) -> None:
    shown = visit(until="starting", recovering=True)
    shown.until(lambda: "One moment, please" in shown.texts())


def test_without_a_model_it_is_out_of_order(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    async def missing(self: Assistant, name: str = "", task: str = "chat") -> None:
        raise ModelMissing("large is not installed")

    monkeypatch.setattr(Assistant, "resolve", missing)
    shown = visit(until="trouble")
    shown.until(lambda: any("Out of order" in text for text in shown.texts()))
