"""What was said beside messages is there when a conversation is opened again; options go along with a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from myna.draft import AskOptions
from myna.engine.protocols import Sampling
from myna.errors import EngineCrashed
from myna.events import ContextShrunk, Event, GuardFailed, GuardFinding, HistoryDropped, Notice
from myna.testing import FakeEngine

from .talking import Show, ask, click, entries, fail, settled, view
from .test_conversation_events import finding, telling

TOLD: list[Event] = [
    finding("mask"),
    finding("mask", "answer"),
    GuardFailed(turn="", epoch=0, policy="p", part="x", origin="user", closed=False),
    HistoryDropped(turn="", epoch=0, messages=12, tokens=90),
    ContextShrunk(turn="", epoch=0, wanted=8192, given=2048),
    Notice(turn="", epoch=0, code="c", text="The camera was used."),
]


def reopened(shown: Any) -> None:
    """As from the page History."""
    conversation = shown.desktop.opened.conversation.id
    view(shown).begin()
    shown.until(lambda: not entries(shown))
    view(shown).open(conversation)
    shown.until(lambda: bool(entries(shown)))


def beside(shown: Any) -> list[Any]:
    return [(one.role, one.state, one.notes, one.error, one.stats.get("stages", {}).keys()) for one in entries(shown)]


def test_notes_and_timings_are_there_again(show: Show) -> None:
    shown = show(telling(*TOLD))
    ask(shown, "Hello")
    before = [one.notes for one in entries(shown)]
    assert [[note["kind"] for note in notes] for notes in before] == [
        ["masked", "unjudged"],
        ["masked", "dropped", "shrunk", "notice"],
    ]
    reopened(shown)
    assert [one.notes for one in entries(shown)] == before
    assert "first_token" in entries(shown)[-1].stats["stages"]
    shown.until(lambda: any("The camera was used." in text for text in shown.texts()))


@pytest.mark.parametrize("after", [0, 1])
def test_what_an_answer_broke_off_with_is_there_again(
    show: Show, use_engine: Callable[[FakeEngine], None], after: int
) -> None:
    engine = FakeEngine(["One ", "two"], error=EngineCrashed("the worker died"), error_after=after)
    use_engine(engine)
    shown = show(telling(finding("mask"), Notice(turn="", epoch=0, code="c", text="Look.")))
    fail(shown, "Hello")
    before = [(one.role, one.text, one.state, one.error, one.notes) for one in entries(shown)]
    assert before[-1][2:4] == ("error", {**entries(shown)[-1].error, "code": "engine-crashed"})
    reopened(shown)
    assert [(one.role, one.text, one.state, one.error, one.notes) for one in entries(shown)] == before
    engine._error = None
    view(shown).regenerate()
    shown.until(lambda: settled(shown) and entries(shown)[-1].text == "One two")
    assert [one.role for one in entries(shown)] == ["user", "assistant"]
    reopened(shown)
    assert [one.error for one in entries(shown)] == [{}, {}]


def test_an_answer_that_was_stopped_is_there_again(show: Show, use_engine: Callable[[FakeEngine], None]) -> None:
    engine = FakeEngine(["One ", "two"], hold_after=0)
    use_engine(engine)
    shown = show()
    shown.type("Hello")
    click(shown, "send")
    shown.until(lambda: engine.running == 1)
    view(shown).stop()
    shown.until(lambda: entries(shown)[-1].state == "cancelled" and entries(shown)[0].stored)
    reopened(shown)
    assert [(one.role, one.state) for one in entries(shown)] == [("user", "done"), ("assistant", "cancelled")]
    assert "Stopped" in shown.texts()


def test_a_question_keeps_what_a_page_asked_it_with(show: Show) -> None:
    engine = FakeEngine(["Par", "is."])
    shown = show()
    from myna.testing import answered_by

    with answered_by(engine):
        options = AskOptions(sampling=Sampling(temperature=0.25, seed=7), max_tokens=99, schema='{"type": "string"}')
        view(shown).ask_with("Where?", options)
        shown.until(lambda: settled(shown) and len(engine.requests) == 1)
        view(shown).regenerate()
        shown.until(lambda: settled(shown) and len(engine.requests) == 2)
        view(shown).edit(entries(shown)[0].key, "Where, exactly?")
        shown.until(lambda: settled(shown) and len(engine.requests) == 3)
        view(shown).step(entries(shown)[0].key, -1)
        shown.until(lambda: entries(shown)[0].text == "Where?")
        view(shown).regenerate()
        shown.until(lambda: settled(shown) and len(engine.requests) == 4)
        ask(shown, "And now?")
    asked = [(one.sampling.temperature, one.max_tokens, one.schema) for one in engine.requests]
    assert asked[:4] == [(0.25, 99, '{"type": "string"}')] * 4
    assert asked[4][2] != asked[0][2]
    assert isinstance(finding("mask"), GuardFinding)


def test_what_is_typed_before_the_conversation_is_there_stays(show: Show) -> None:
    shown = show()
    ask(shown, "Hello")
    conversation = shown.desktop.opened.conversation.id
    view(shown).begin()
    shown.until(lambda: not entries(shown))
    view(shown).open(conversation)
    shown.type("And of Spain?")
    shown.until(lambda: bool(entries(shown)))
    assert shown.item("question").property("text") == "And of Spain?"
    # Another question is not changed any more.
    shown.click(shown.item("edit"))
    shown.until(lambda: shown.item("question").property("text") == "Hello")
    view(shown).begin()
    shown.until(lambda: not entries(shown))
    shown.until(lambda: shown.item("question").property("text") == "")
