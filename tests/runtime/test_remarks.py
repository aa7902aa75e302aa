"""What a person should know of a question or an answer is kept beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from myna.errors import EngineCrashed, ErrorInfo, MessageMissing
from myna.events import GuardFinding, HistoryDropped, Notice
from myna.hookspecs import Verdict
from myna.messages import user
from myna.remarks import MOST
from myna.store import ConversationStore, MessageMeta
from myna.testing import FakeEngine
from test_turn import end_of, plugin, talk


def finding(draft, origin="user", action="mask"):
    return GuardFinding(
        turn=draft.turn,
        epoch=0,
        policy="p",
        rule="card",
        level=1,
        origin=origin,
        action=action,
        start=0,
        end=4,
        ms=0.1,
    )


def telling(*made):
    """A plugin that tells what each of `made` makes of a draft."""

    def myna_prepare_turn(draft):
        for make in made:
            draft.emit(make(draft))

    return plugin(myna_prepare_turn=myna_prepare_turn)


def both(draft):
    return Notice(turn=draft.turn, epoch=0, code="c", text="Look.")


async def metas(conversation):
    return [stored.meta for stored in await conversation.history()]


async def test_findings_are_kept_with_what_they_are_about():
    conversation = talk(None, telling(finding, lambda draft: finding(draft, "answer"), both))
    await end_of(conversation.ask("Hello"))
    question, answer = await metas(conversation)
    assert [remark.origin for remark in question.remarks] == ["user"]
    assert [type(remark) for remark in answer.remarks] == [GuardFinding, Notice]
    assert answer.remarks[0].origin == "answer"
    assert (question.finish, question.error, answer.error) == (None, None, None)


async def test_what_is_merely_logged_is_not_kept():
    conversation = talk(None, telling(lambda draft: finding(draft, action="log")))
    await end_of(conversation.ask("Hello"))
    assert [meta.remarks for meta in await metas(conversation)] == [(), ()]


async def test_another_answer_keeps_what_was_found_in_its_question():
    conversation = talk(None, telling(finding))
    await end_of(conversation.ask("Hello"))
    await end_of(conversation.regenerate())
    _question, answer = await metas(conversation)
    assert [remark.origin for remark in answer.remarks] == ["user"]


async def test_no_more_is_kept_than_anybody_reads():
    many = [lambda draft: HistoryDropped(turn=draft.turn, epoch=0, messages=1, tokens=1)] * (MOST * 2)
    conversation = talk(None, telling(*many))
    await end_of(conversation.ask("Hello"))
    assert len((await metas(conversation))[-1].remarks) == MOST


async def test_an_answer_that_breaks_off_keeps_why():
    crash = EngineCrashed("the engine ended", hint="myna doctor")
    conversation = talk(FakeEngine(["one ", "two"], error=crash, error_after=1))
    await end_of(conversation.ask("Hello"))
    answer = (await metas(conversation))[-1]
    assert (answer.finish, answer.error) == ("error", ErrorInfo("engine-crashed", "the engine ended", "myna doctor"))


async def test_without_an_answer_the_question_says_what_became_of_it():
    crash = EngineCrashed("the engine ended")
    conversation = talk(FakeEngine(error=crash, error_after=0), telling(finding, both))
    await end_of(conversation.ask("Hello"))
    [question] = await metas(conversation)
    assert (question.finish, question.error.code) == ("error", "engine-crashed")
    assert [type(remark) for remark in question.remarks] == [GuardFinding, Notice]


async def test_another_answer_that_fails_changes_nothing_of_what_is_there():
    engine = FakeEngine()
    conversation = talk(engine)
    await end_of(conversation.ask("Hello"))
    before = await metas(conversation)
    engine._error, engine._error_after = EngineCrashed("the engine ended"), 0
    assert (await end_of(conversation.regenerate())).reason == "error"
    assert await metas(conversation) == before


async def test_a_blocked_answer_keeps_what_the_policy_said():
    def myna_screen_input(message):
        return Verdict("block", "Not here.", "no-spells")

    conversation = talk(None, plugin(myna_screen_input=myna_screen_input))
    assert (await end_of(conversation.ask("A spell"))).reason == "blocked"
    assert await metas(conversation) == []


async def test_the_store_keeps_remarks_and_changes_them(tmp_path: Path) -> None:
    store = await ConversationStore.open("sqlite://", attachments=tmp_path)
    conversation = await store.create(title="", model="", system="")
    notice = Notice(turn="t", epoch=0, code="c", text="lone \ud800")
    meta = MessageMeta(finish="error", error=ErrorInfo("engine", "broken \udfff"), remarks=(notice,))
    asked = await store.append(conversation.id, user("Hello"), parent=None, turn="t", meta=meta)
    [found] = await store.path(conversation.id)
    assert found == asked
    assert (found.meta.error.message, found.meta.remarks[0].text) == ("broken \ufffd", "lone \ufffd")
    await store.amend(asked.id, MessageMeta(finish="cancelled"))
    assert (await store.path(conversation.id))[0].meta == MessageMeta(finish="cancelled")
    with pytest.raises(MessageMissing):
        await store.amend("0" * 32, meta)
    await store.close()
