"""An error comes with the one button that mends it, or with none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt

import myna_ui.plugin
from myna.errors import (
    EngineCrashed,
    ModelQuarantined,
    MynaError,
    OutOfMemory,
    PromptTooLong,
    StoreFailed,
)
from myna.testing import FakeEngine
from myna_ui.mending import MENDS, mend_of

from .talking import Show, click, entries, fail, settled

OWN = ("desktop", myna_ui.plugin)
AGAIN, CHANGE, START = "Try again", "Change the question", "Start the model again"


def tree(root: type[MynaError]) -> Iterator[type[MynaError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


def test_it_is_decided_for_every_error() -> None:
    codes = {kind.code for kind in tree(MynaError) if kind.__module__ == "myna.errors"}
    assert set(MENDS) == codes
    assert mend_of("an-error-of-a-plugin") == ""


@pytest.mark.parametrize(
    ("error", "button"),
    [
        (EngineCrashed("the worker died"), AGAIN),
        (PromptTooLong("the prompt is too long"), CHANGE),
        (ModelQuarantined("it crashed too often"), START),
        (StoreFailed("the database is damaged"), 'Open "Health"'),
        (OutOfMemory("there is no memory"), ""),
    ],
    ids=lambda value: getattr(value, "code", value),
)
def test_the_button_is_what_mends_it(
    show: Show, use_engine: Callable[[FakeEngine], None], error: MynaError, button: str
) -> None:
    use_engine(FakeEngine(error=error))
    shown = show(OWN)
    fail(shown, "Hello")
    shown.until(lambda: any(error.message in text for text in shown.texts()))
    offered = {text for text in shown.texts() if text in {AGAIN, CHANGE, START} or text.startswith("Open ")}
    assert offered == ({button} if button else set())


def press(shown: object, text: str) -> None:
    shown.click(next(item for item in shown.seen() if item.property("text") == text))  # type: ignore[attr-defined]


def test_changing_the_question_mends_one_that_is_too_long(show: Show) -> None:
    shown = show()
    fail(shown, "long " * 5000)
    shown.until(lambda: entries(shown)[-1].error.get("code") == "prompt-too-long")
    shown.until(lambda: CHANGE in shown.texts())
    press(shown, CHANGE)
    shown.until(lambda: bool(shown.item("leave-edit").isVisible()))
    assert shown.item("question").property("text").startswith("long long")


def test_a_command_is_not_shown_where_a_button_does_the_same(
    show: Show, use_engine: Callable[[FakeEngine], None]
) -> None:
    use_engine(FakeEngine(error=EngineCrashed("the worker died")))
    shown = show()
    fail(shown, "Hello")
    shown.until(lambda: AGAIN in shown.texts())
    assert not [text for text in shown.texts() if text.startswith("myna ")]


def test_trying_again_asks_again(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    engine = FakeEngine(["One ", "two"], error=EngineCrashed("the worker died"), error_after=1)
    use_engine(engine)
    shown = show()
    fail(shown, "Hello")
    shown.until(lambda: AGAIN in shown.texts())
    engine._error = None
    press(shown, AGAIN)
    shown.until(lambda: settled(shown) and entries(shown)[-1].text == "One two")
    assert AGAIN not in shown.texts()


def test_a_page_that_mends_it_is_opened(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    use_engine(FakeEngine(error=StoreFailed("the database is damaged")))
    shown = show(OWN)
    fail(shown, "Hello")
    shown.until(lambda: 'Open "Health"' in shown.texts())
    press(shown, 'Open "Health"')
    assert shown.desktop.property("page") == "health"


def test_a_window_that_could_not_open_its_assistant_tries_again(show: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    from myna_ui.opened import Opened

    opens = Opened.open.__func__  # type: ignore[attr-defined]

    async def fails(*args: object, **more: object) -> Opened:
        raise EngineCrashed("nothing could be opened")

    monkeypatch.setattr(Opened, "open", fails)
    shown = show(ready=False)
    shown.desktop.begin()
    shown.until(lambda: AGAIN in shown.texts())
    monkeypatch.setattr(Opened, "open", classmethod(opens))
    press(shown, AGAIN)
    shown.until(lambda: bool(shown.desktop.property("ready")))
    assert AGAIN not in shown.texts()
    shown.press(Qt.Key.Key_Escape)
    click(shown, "new")
