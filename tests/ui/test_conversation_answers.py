"""What can be done with an answer: read, copied, rated, asked for again, changed, and stepped through."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from myna.assistant import Assistant
from myna.config import ChatSettings, Settings
from myna.conversation import Conversation
from myna.engine.protocols import TextRequest
from myna.testing import FakeEngine
from myna_ui.conversation.settled import Settled
from myna_ui.conversation.settled import settled as settled_of
from myna_ui.opened import Opened

from .conftest import Shown
from .talking import Show, ask, click, entries, html, settled, view

ANSWER = "Read [this](https://example.org/tides):\n\n```python\nprint(1)\n```\n\n- one\n- two"


def numbered() -> Callable[[TextRequest], list[str]]:
    """Every answer is another."""
    count = 0

    def answer(request: TextRequest) -> list[str]:
        nonlocal count
        count += 1
        return ["Answer ", str(count), "."]

    return answer


def test_markdown_is_shown_and_code_copied(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    use_engine(FakeEngine([ANSWER]))
    shown = show()
    ask(shown, "Tides?")
    assert 'href="https://example.org/tides"' in html(shown)
    assert "python" in shown.texts()
    click(shown, "copy-code")
    assert QGuiApplication.clipboard().text() == "print(1)\n"


def test_a_link_shows_its_address_before_it_is_opened(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    use_engine(FakeEngine([ANSWER]))
    shown = show()
    ask(shown, "Tides?")
    click(shown, "links")
    shown.until(lambda: "https://example.org/tides" in shown.texts())
    shown.until(lambda: shown.window.activeFocusItem().objectName() == "cancel-link")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: "https://example.org/tides" not in shown.texts())


def test_a_message_is_copied_as_it_was_written(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    use_engine(FakeEngine([ANSWER]))
    shown = show()
    ask(shown, "Tides?")
    click(shown, "copy", last=True)
    assert QGuiApplication.clipboard().text() == ANSWER


def test_regenerate_makes_a_branch_and_arrows_step_between(
    show: Show, use_engine: Callable[[FakeEngine], None]
) -> None:
    use_engine(FakeEngine(numbered()))
    shown = show()
    ask(shown, "Say something")
    click(shown, "regenerate")
    shown.until(lambda: settled(shown) and entries(shown)[-1].text == "Answer 2.")
    assert len(entries(shown)) == 2
    shown.until(lambda: "2 / 2" in shown.texts())
    click(shown, "branch-before")
    shown.until(lambda: entries(shown)[-1].text == "Answer 1.")
    assert "1 / 2" in shown.texts()
    click(shown, "branch-after")
    shown.until(lambda: entries(shown)[-1].text == "Answer 2.")


def test_a_changed_question_is_a_branch_with_its_own_answers(
    show: Show, use_engine: Callable[[FakeEngine], None]
) -> None:
    use_engine(FakeEngine(numbered()))
    shown = show()
    ask(shown, "First")
    ask(shown, "Second")
    # Up in an empty field takes the last question back.
    shown.press(Qt.Key.Key_Up)
    field = shown.item("question")
    assert field.property("text") == "Second"
    shown.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    shown.type("Third")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: settled(shown) and entries(shown)[-1].text == "Answer 3.")
    assert [entry.text for entry in entries(shown)] == ["First", "Answer 1.", "Third", "Answer 3."]
    assert (entries(shown)[2].place, entries(shown)[2].branches) == (2, 2)
    click(shown, "branch-before")
    shown.until(lambda: [entry.text for entry in entries(shown)][2:] == ["Second", "Answer 2."])


def test_escape_leaves_a_change(show: Show) -> None:
    shown = show()
    ask(shown, "First")
    shown.press(Qt.Key.Key_Up)
    assert shown.item("question").property("text") == "First"
    shown.press(Qt.Key.Key_Escape)
    assert shown.item("question").property("text") == ""
    ask(shown, "Second")
    assert [entry.text for entry in entries(shown)][::2] == ["First", "Second"]


def test_escape_stops_an_answer(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    use_engine(FakeEngine(["One ", "two ", "three"], hold_after=2))
    shown = show()
    shown.type("Count")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: bool(entries(shown)) and entries(shown)[-1].text == "One two ")
    shown.press(Qt.Key.Key_Escape)
    shown.until(lambda: entries(shown)[-1].state == "cancelled")


def test_thumbs_are_kept(show: Show) -> None:
    shown = show()
    ask(shown, "Capital of France?")
    click(shown, "thumb-up")
    shown.until(lambda: entries(shown)[-1].rating == "up")
    opened = shown.desktop._opened
    assert opened is not None
    conversation = opened.conversation.id
    view(shown).begin()
    shown.until(lambda: not entries(shown))
    view(shown).open(conversation)
    shown.until(lambda: bool(entries(shown)) and entries(shown)[-1].rating == "up")
    shown.until(lambda: shown.item("thumb-up").property("chosen"))
    click(shown, "thumb-up")
    shown.until(lambda: entries(shown)[-1].rating == "")


def test_timings_are_shown_on_demand(show: Show) -> None:
    shown = show()
    ask(shown, "Capital of France?")
    assert "First token after" not in shown.texts()
    click(shown, "timings")
    shown.until(lambda: "First token after" in shown.texts())
    assert "2 tokens" in shown.texts()
    assert "fake" in shown.texts()
    click(shown, "timings")
    shown.until(lambda: "First token after" not in shown.texts())


def test_a_new_conversation_is_empty_and_the_old_one_can_be_opened(show: Show) -> None:
    shown = show()
    ask(shown, "Capital of France?")
    opened = shown.desktop._opened
    assert opened is not None
    first = opened.conversation.id
    shown.until(lambda: view(shown).property("title") == "Capital of France?")
    click(shown, "new")
    shown.until(lambda: not entries(shown))
    assert view(shown).property("title") == ""
    view(shown).open(first)
    shown.until(lambda: [entry.text for entry in entries(shown)] == ["Capital of France?", "Paris."])
    assert view(shown).property("title") == "Capital of France?"


def test_a_new_conversation_during_an_answer_ends_it(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    engine = FakeEngine(["One ", "two ", "three"], hold_after=2)
    use_engine(engine)
    shown = show()
    shown.type("Count")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: bool(entries(shown)) and entries(shown)[-1].text == "One two ")
    click(shown, "new")
    shown.until(lambda: not entries(shown) and engine.cancelled == 1)
    assert not view(shown).property("busy")


def test_what_failed_is_asked_again_with_its_question(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    from myna.errors import EngineCrashed

    use_engine(FakeEngine(["One "], error=EngineCrashed("the worker died"), error_after=0))
    shown = show()
    shown.type("Hello")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: bool(entries(shown)) and entries(shown)[-1].state == "error")
    shown.until(lambda: not view(shown).property("busy"))
    use_engine(FakeEngine(["Better."]))
    view(shown).regenerate()
    shown.until(lambda: entries(shown)[-1].text == "Better.")
    assert [entry.text for entry in entries(shown)] == ["Hello", "Better."]


def test_answers_are_announced_by_sentence(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    use_engine(FakeEngine(["It ", "is ", "Pa", "ris. ", "It is ", "large"]))
    shown = show()
    said: list[str] = []
    view(shown).announced.connect(said.append)
    ask(shown, "Capital?")
    assert said == ["It is Paris.", "It is large"]


def test_a_conversation_that_is_not_kept_has_branches_and_no_thumbs(
    show: Show, use_engine: Callable[[FakeEngine], None]
) -> None:
    use_engine(FakeEngine(numbered()))
    shown = show(settings=Settings(language="en", chat=ChatSettings(record=False)))
    ask(shown, "Say something")
    assert not [item for item in shown.items("thumb-up") if item.isVisible()]
    click(shown, "regenerate")
    shown.until(lambda: settled(shown) and entries(shown)[-1].text == "Answer 2.")
    click(shown, "branch-before")
    shown.until(lambda: entries(shown)[-1].text == "Answer 1.")
    assert (entries(shown)[-1].place, entries(shown)[-1].branches) == (1, 2)


def test_the_model_is_chosen_above_the_conversation(
    show: Show, use_engine: Callable[[FakeEngine], None], own_home: Path
) -> None:
    for name in ("large", "small"):
        folder = own_home / "models" / name
        folder.mkdir(parents=True)
        (folder / "lock.toml").write_text(
            f'id = "{name}"\nname = "The {name} one"\ntask = "chat"\nformat = ".gguf"\nlicence = "MIT"\n'
            'installed = "2026-01-01T00:00:00Z"\nfiles = []\n'
        )
    shown = show()
    models = view(shown).property("models")
    shown.until(lambda: len(models.property("known")) == 3)
    assert models.property("current") == "fake"
    models.choose("small")
    ask(shown, "Hello")
    opened = shown.desktop.opened
    assert opened.conversation.model == "small"
    assert entries(shown)[-1].stats["model"] == "small"
    # A new conversation goes on with it.
    click(shown, "new")
    shown.until(lambda: not entries(shown))
    shown.until(lambda: opened.conversation.model == "small" and models.property("current") == "small")


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """What the history says of a turn does not come before this is set."""
    written = threading.Event()

    async def later(opened: Opened, *, turn: str = "", asked: bool = False) -> Settled:
        if turn:
            await asyncio.to_thread(written.wait, 30)
        return await settled_of(opened, turn=turn, asked=asked)

    monkeypatch.setattr("myna_ui.conversation.turns.settled", later)
    return written


def answered(shown: Shown, text: str) -> None:
    """Type a question, and wait for its answer, and not for the disk."""
    shown.type(text)
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: len(entries(shown)) == 2 and not view(shown).property("busy"))
    assert not entries(shown)[-1].stored


def test_an_answer_that_was_only_just_given_is_asked_for_again(
    show: Show, use_engine: Callable[[FakeEngine], None], slow_disk: threading.Event
) -> None:
    """Asked as if for the first time, the question would be in the history twice."""
    use_engine(FakeEngine(numbered()))
    shown = show()
    answered(shown, "Say something")
    click(shown, "regenerate")
    slow_disk.set()
    shown.until(lambda: settled(shown) and entries(shown)[-1].text == "Answer 2.")
    assert [entry.text for entry in entries(shown)] == ["Say something", "Answer 2."]
    assert (entries(shown)[1].place, entries(shown)[1].branches) == (2, 2)


def test_a_question_that_was_only_just_answered_is_changed(
    show: Show, use_engine: Callable[[FakeEngine], None], slow_disk: threading.Event
) -> None:
    use_engine(FakeEngine(numbered()))
    shown = show()
    answered(shown, "First")
    shown.press(Qt.Key.Key_Up)
    # It gets the key of the history while somebody changes it.
    slow_disk.set()
    shown.until(lambda: settled(shown))
    shown.press(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    shown.type("Second")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: settled(shown) and entries(shown)[-1].text == "Answer 2.")
    assert (entries(shown)[0].text, entries(shown)[0].branches) == ("Second", 2)


def test_another_conversation_is_not_asked_what_was_wanted_of_the_last(
    show: Show, use_engine: Callable[[FakeEngine], None], slow_disk: threading.Event
) -> None:
    engine = FakeEngine(numbered())
    use_engine(engine)
    shown = show()
    answered(shown, "Say something")
    click(shown, "regenerate")
    view(shown).begin()
    shown.until(lambda: not entries(shown))
    slow_disk.set()
    shown.item("question").forceActiveFocus()
    ask(shown, "Another")
    assert [entry.text for entry in entries(shown)] == ["Another", "Answer 2."]


def test_a_question_too_long_for_the_field_is_changed_beside_it(show: Show, engine: FakeEngine) -> None:
    shown = show()
    shown.type("words " * 10_000)
    tray = view(shown).tray_of_next
    shown.until(lambda: tray.property("count") == 1 and not shown.item("question").property("text"))
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: not view(shown).property("busy") and entries(shown)[0].stored)
    shown.press(Qt.Key.Key_Up)
    assert (tray.property("count"), shown.item("question").property("text")) == (1, "")
    # Left alone, it is not beside the next question either.
    shown.press(Qt.Key.Key_Escape)
    assert tray.property("count") == 0
    shown.press(Qt.Key.Key_Up)
    shown.type("In one sentence:")
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: entries(shown)[0].text.startswith("In one sentence:\n\nwords words"))
    shown.until(lambda: not view(shown).property("busy") and entries(shown)[0].stored)
    assert entries(shown)[0].branches == 2
    assert tray.property("count") == 0


def test_what_is_asked_while_a_conversation_begins_is_asked_in_it(
    show: Show, use_engine: Callable[[FakeEngine], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_engine(FakeEngine(numbered()))
    shown = show()
    ask(shown, "First")
    before, begin = shown.desktop.opened.conversation, Assistant.conversation
    slow = threading.Event()

    async def later(assistant: Assistant, *names: str, model: str = "") -> Conversation:
        await asyncio.to_thread(slow.wait, 30)
        return await begin(assistant, *names, model=model)

    monkeypatch.setattr(Assistant, "conversation", later)
    click(shown, "new")
    click(shown, "new")
    assert not entries(shown)
    shown.item("question").forceActiveFocus()
    shown.type("Second")
    shown.press(Qt.Key.Key_Return)
    assert [entry.text for entry in entries(shown)] == ["Second", ""]
    slow.set()
    shown.until(lambda: settled(shown) and entries(shown)[-1].text == "Answer 2.")
    assert [entry.text for entry in entries(shown)] == ["Second", "Answer 2."]
    assert shown.desktop.opened.conversation.id != before.id
