"""Ask on the page, and see the answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from myna.errors import EngineCrashed
from myna.testing import FakeEngine

from .conftest import Shown

Show = Callable[..., Shown]


def answers(shown: Shown) -> list[tuple[str, str, str]]:
    entries = shown.desktop.property("conversation").property("messages").entries()
    return [(entry.role, entry.text, entry.state) for entry in entries]


def test_a_question_is_typed_and_answered(show: Show) -> None:
    shown = show()
    shown.type("Capital of France?")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: answers(shown)[-1:] == [("assistant", "Paris.", "done")])
    assert answers(shown)[0] == ("user", "Capital of France?", "done")
    assert "Capital of France?" in shown.texts()


def test_chinese_comes_through_an_input_method(show: Show, engine: FakeEngine) -> None:
    shown = show()
    shown.type("法国的首都是哪里？")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: answers(shown)[-1:] == [("assistant", "Paris.", "done")])
    assert engine.requests[0].messages[-1].text == "法国的首都是哪里？"


def test_a_question_before_the_assistant_is_there_waits_for_it(show: Show) -> None:
    shown = show(ready=False)
    shown.type("Early")
    shown.press(Qt.Key.Key_Return)
    assert answers(shown) == [("user", "Early", "done"), ("assistant", "", "waiting")]
    shown.desktop.begin()
    shown.until(lambda: answers(shown)[-1:] == [("assistant", "Paris.", "done")])


def test_stop_keeps_what_has_arrived(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    engine = FakeEngine(["One ", "two ", "three"], hold_after=2)
    use_engine(engine)
    shown = show()
    shown.type("Count")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: answers(shown)[-1:] == [("assistant", "One two ", "streaming")])
    shown.click(shown.item("send"))
    shown.until(lambda: answers(shown)[-1:] == [("assistant", "One two ", "cancelled")])
    assert "Stopped" in shown.texts()


@pytest.mark.parametrize(
    ("language", "message", "button"),
    [
        ("en", "fake failed while working: no memory", "Try again"),
        ("zh", "fake 工作时出错：no memory", "重试"),
    ],
)
def test_a_crash_of_the_engine_is_shown_where_the_answer_would_be(
    show: Show, use_engine: Callable[[FakeEngine], None], language: str, message: str, button: str
) -> None:
    crash = EngineCrashed("fake failed while working: no memory")
    use_engine(FakeEngine(["One ", "two"], error=crash, error_after=1))
    shown = show()
    shown.desktop.speaking.use(language)
    shown.type("Hello")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: bool(answers(shown)) and answers(shown)[-1][2] == "error")
    shown.until(lambda: {message, button} <= set(shown.texts()))
    assert "One " in [text for _, text, _ in answers(shown)]
