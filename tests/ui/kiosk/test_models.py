"""A smaller model answers where the machine gets tight."""

from __future__ import annotations

import pytest

from myna.assistant import Assistant
from myna.errors import OutOfMemory
from myna.reading import Reading
from myna.testing import FakeEngine

from .conftest import Visit, begun


def test_tight_memory_changes_the_model_and_says_so(visit: Visit) -> None:
    shown = begun(visit)
    for _ in range(2):
        shown.kiosk.models.take_reading(Reading(50))
    shown.until(lambda: any("Memory is short" in text for text in shown.texts()))
    opened = shown.desktop.opened
    shown.until(lambda: opened.conversation.model == "small")
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    for _ in range(32):
        shown.clock.advance(10)
        shown.kiosk.models.take_reading(Reading(50_000))
    shown.until(lambda: opened.conversation.model == "large")
    assert not any("Memory is short" in text for text in shown.texts())


def test_a_model_that_does_not_fit_is_replaced_and_the_question_asked_again(
    visit: Visit, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = begun(visit)
    large = FakeEngine([], error=OutOfMemory("no room"))

    async def text_engine(self: Assistant, name: str = "") -> FakeEngine:
        return large if name == "large" else engine

    monkeypatch.setattr(Assistant, "text_engine", text_engine)
    shown.click(shown.item("suggestion-0"))
    shown.until(lambda: shown.answers()[-1:] == [("Paris.", "done")])
    assert len(shown.answers()) == 2
    assert any("A smaller model answers" in text for text in shown.texts())
