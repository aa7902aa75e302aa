"""What the page says beside an answer: guards, memory, plugins; and turns that others begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import pytest

from myna.events import ContextShrunk, Event, GuardFailed, GuardFinding, HistoryDropped, Notice, Routed
from myna.hookspecs import TurnDraft, Verdict, hookimpl
from myna.messages import Message
from myna.testing import FakeEngine
from myna_ui.conversation.notes import note_of, with_note

from .talking import Show, ask, click, entries, settled, view


def telling(*events: Event) -> tuple[str, ModuleType]:
    """A plugin that tells these events of every turn."""
    made = ModuleType("telling")

    def myna_prepare_turn(draft: TurnDraft) -> None:
        for event in events:
            draft.emit(event)

    made.myna_prepare_turn = hookimpl(myna_prepare_turn)  # type: ignore[attr-defined]
    return "telling", made


def finding(action: Any, origin: Any = "user") -> GuardFinding:
    return GuardFinding(
        turn="", epoch=0, policy="p", rule="mail", level=1, origin=origin, action=action, start=0, end=3, ms=0.1
    )


EVENTS: list[tuple[Event, str, str]] = [
    (finding("mask"), "Part of the question hidden from the model", "未交给模型"),
    (finding("mask", "answer"), "Part of the answer masked", "遮盖"),
    (finding("replace"), "Question changed by a rule", "按规则修改"),
    (finding("block", "answer"), "Answer blocked by a rule: mail", "被规则拦截"),
    (finding("ask-again", "answer"), "Answer checked and written again", "重写"),
    (GuardFailed(turn="", epoch=0, policy="p", part="x", origin="user", closed=False), "could not run", "未能运行"),
    (HistoryDropped(turn="", epoch=0, messages=12, tokens=90), "12 earlier messages no longer", "12 条较早"),
    (ContextShrunk(turn="", epoch=0, wanted=8192, given=2048), "2048 tokens instead of 8192", "2048"),
    (
        Routed(turn="", epoch=0, route="auto", rule="", model="near", instead_of="far"),
        "far cannot answer now: near answers instead.",
        "far 暂时无法回答，由 near 代为回答。",
    ),
    (Notice(turn="", epoch=0, code="c", text="The camera was used."), "The camera was used.", "The camera was used."),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("event", "english", "chinese"), EVENTS)
def test_what_happened_on_the_way_is_said(show: Show, event: Event, english: str, chinese: str, language: str) -> None:
    shown = show(telling(event))
    shown.desktop.speaking.use(language)
    ask(shown, "Hello")
    shown.until(lambda: any((chinese if language == "zh" else english) in text for text in shown.texts()))


def test_notes_are_still_there_when_another_branch_was_shown(show: Show) -> None:
    shown = show(telling(finding("mask")))
    ask(shown, "Hello")
    click(shown, "regenerate")
    shown.until(lambda: settled(shown) and entries(shown)[-1].branches == 2)
    click(shown, "branch-before")
    shown.until(lambda: entries(shown)[-1].place == 1)
    assert [note["kind"] for note in entries(shown)[0].notes] == ["masked"]


def test_findings_of_one_kind_are_counted() -> None:
    notes: list[dict[str, Any]] = []
    for _ in range(3):
        note = note_of(finding("mask"))
        assert note is not None
        notes = with_note(notes, note)
    assert [(note["kind"], note["count"]) for note in notes] == [("masked", 3)]
    assert note_of(finding("log")) is None


def test_a_blocked_question_is_shown_as_such(show: Show) -> None:
    made = ModuleType("strict")

    def myna_screen_input(message: Message) -> Verdict:
        return Verdict("block", "This is not answered here.", "no-spells")

    made.myna_screen_input = hookimpl(myna_screen_input)  # type: ignore[attr-defined]
    shown = show(("strict", made))
    shown.type("A spell")
    from PySide6.QtCore import Qt

    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: bool(entries(shown)) and entries(shown)[-1].state == "blocked")
    # The row of an answer is made with the next frame.
    shown.until(lambda: "Blocked by the safety policy" in shown.texts())
    assert any("This is not answered here." in (entry.text or entry.error["message"]) for entry in entries(shown)[-1:])


def elsewhere(shown: Any, questions: Sequence[str]) -> None:
    """Ask in the conversation that is open, as voice does."""
    opened = shown.desktop._opened

    async def run() -> None:
        for question in questions:
            await opened.conversation.ask(question).finish()

    shown.desktop.bridge.run(run())


def test_turns_that_others_begin_appear(show: Show) -> None:
    shown = show()
    ask(shown, "Typed")
    elsewhere(shown, ["Spoken"])
    shown.until(lambda: len(entries(shown)) == 4 and settled(shown))
    assert [(entry.role, entry.text) for entry in entries(shown)] == [
        ("user", "Typed"),
        ("assistant", "Paris."),
        ("user", "Spoken"),
        ("assistant", "Paris."),
    ]
    ask(shown, "Typed again")
    assert [entry.text for entry in entries(shown)][::2] == ["Typed", "Spoken", "Typed again"]


def test_the_question_is_there_while_the_answer_of_another_grows(
    show: Show, use_engine: Callable[[FakeEngine], None]
) -> None:
    engine = FakeEngine(["One ", "two ", "three"], hold_after=2)
    use_engine(engine)
    shown = show()
    elsewhere(shown, ["Spoken"])
    shown.until(lambda: [entry.text for entry in entries(shown)] == ["Spoken", "One two "])
    shown.desktop.bridge.in_loop(engine.release)
    shown.until(lambda: [entry.text for entry in entries(shown)] == ["Spoken", "One two three"] and settled(shown))


def test_turns_of_other_conversations_do_not(show: Show) -> None:
    shown = show()
    ask(shown, "Typed")
    opened = shown.desktop._opened
    ended: list[object] = []

    async def run() -> None:
        conversation = await opened.assistant.conversation()
        await conversation.ask("Elsewhere").finish()

    shown.desktop.bridge.run(run()).on_end(lambda: ended.append(1))
    shown.until(lambda: bool(ended))
    assert [entry.text for entry in entries(shown)] == ["Typed", "Paris."]
    assert view(shown).property("title") == "Typed"
