"""Summaries of what is dropped: made once, extended, bounded, and never in the way of the answer."""

from __future__ import annotations

import pytest

from myna.config import ChatSettings, Settings
from myna.engine.protocols import TextRequest
from myna.errors import Cancelled, EngineCrashed
from myna.events import HistoryDropped
from myna.messages import Attachment, Image, Message, assistant, system, user
from myna.testing import FakeDraft, FakeEngine, count_messages
from myna_chat.plugin import ChatPlugin
from myna_chat.summary import language_of, note_tokens

CONTEXT = 1000
SUMMARISE = Settings(chat=ChatSettings(summarise=True))


def words(count: int, name: str) -> str:
    return " ".join(f"{name}{at}" for at in range(count))


def dialogue(turns: int, *, head: bool = True) -> list[Message]:
    said = [message for at in range(turns) for message in (user(words(20, f"u{at}x")), assistant(words(20, f"a{at}x")))]
    return [*([system("be brief")] if head else []), *said, user("and now?")]


def make(messages: list[Message], engine: FakeEngine, conversation: str = "c1") -> FakeDraft:
    draft = FakeDraft(list(messages), engine, SUMMARISE, CONTEXT)
    draft.conversation = conversation
    return draft


def dropped(draft: FakeDraft) -> HistoryDropped:
    (event,) = draft.events
    assert isinstance(event, HistoryDropped)
    return event


async def test_note_goes_into_the_system_message() -> None:
    engine = FakeEngine(["The user ", "counts."])
    draft = make(dialogue(30), engine)
    await ChatPlugin().myna_prepare_turn(draft)
    head = draft.messages[0]
    assert head.role == "system"
    assert head.text.startswith("be brief\n\n")
    assert head.text.endswith("The user counts.")
    assert dropped(draft).summarised
    (request,) = engine.requests
    assert request.sampling.temperature == 0
    assert 0 < request.max_tokens <= 256
    assert count_messages(request.messages) + request.max_tokens <= CONTEXT
    assert count_messages(draft.messages) <= 750


async def test_without_system_message_the_note_becomes_one() -> None:
    draft = make(dialogue(30, head=False), FakeEngine(["Summary."]))
    await ChatPlugin().myna_prepare_turn(draft)
    assert [message.role for message in draft.messages[:2]] == ["system", "user"]


async def test_summary_is_made_once_then_extended() -> None:
    plugin = ChatPlugin()
    engine = FakeEngine(lambda request: [f"summary {len(engine.requests)}"])
    messages = dialogue(30)
    heads = []
    for _ in range(14):
        draft = make(messages, engine)
        await plugin.myna_prepare_turn(draft)
        heads.append(draft.messages[0].text)
        messages = [*messages, assistant(words(20, "n")), user(words(10, "q"))]
    assert len(engine.requests) == 2
    assert len(set(heads)) == 2
    second = engine.requests[1].messages[-1].text
    assert "summary 1" in second
    # What the first summary covers is not sent again.
    assert "u0x0" in engine.requests[0].messages[-1].text
    assert "u0x0" not in second


async def test_conversations_do_not_share_summaries() -> None:
    plugin = ChatPlugin()
    engine = FakeEngine(["Secret of one."])
    await plugin.myna_prepare_turn(make(dialogue(30), engine, "one"))
    await plugin.myna_prepare_turn(make(dialogue(30), engine, "two"))
    assert len(engine.requests) == 2


async def test_failure_leaves_the_turn_going_and_is_not_repeated() -> None:
    plugin = ChatPlugin()
    engine = FakeEngine(error=EngineCrashed("gone"))
    for _ in range(2):
        draft = make(dialogue(30), engine)
        await plugin.myna_prepare_turn(draft)
        assert draft.messages[0] == system("be brief")
        assert not dropped(draft).summarised
    assert len(engine.requests) == 1


async def test_cancelling_is_not_a_failed_summary() -> None:
    with pytest.raises(Cancelled):
        await ChatPlugin().myna_prepare_turn(make(dialogue(30), FakeEngine(error=Cancelled("went away"))))


@pytest.mark.parametrize("answer", ["", "   \n", "<think>hm, what", "<think>a</think>  "])
async def test_empty_summary_is_none(answer: str) -> None:
    draft = make(dialogue(30), FakeEngine([answer]))
    await ChatPlugin().myna_prepare_turn(draft)
    assert draft.messages[0] == system("be brief")
    assert not dropped(draft).summarised


async def test_endless_summary_is_bounded() -> None:
    draft = make(dialogue(30), FakeEngine([" ".join("word" for _ in range(5000))]))
    await ChatPlugin().myna_prepare_turn(draft)
    assert len(draft.messages[0].text) < 1800
    assert count_messages(draft.messages) <= 750


async def test_chinese_conversation_is_summarised_in_chinese() -> None:
    said = [message for at in range(40) for message in (user("今天北京的天气怎么样？" * 3), assistant("晴天。" * 5))]
    engine = FakeEngine(["用户询问天气。"])
    draft = make([*said, user("明天呢？")], engine)
    await ChatPlugin().myna_prepare_turn(draft)
    (request,) = engine.requests
    assert "总结" in request.messages[0].text
    assert "用户：今天北京" in request.messages[1].text
    assert draft.messages[0].text.startswith("本次对话")


async def test_huge_dropped_messages_are_clipped_for_the_summary() -> None:
    requests: list[TextRequest] = []

    def answer(request: TextRequest) -> list[str]:
        requests.append(request)
        return ["Summary."]

    messages = [user(words(4000, "long")), assistant(words(10, "a")), *dialogue(3)[1:]]
    draft = make(messages, FakeEngine(answer, context=CONTEXT))
    await ChatPlugin().myna_prepare_turn(draft)
    assert dropped(draft).summarised
    assert count_messages(requests[0].messages) + requests[0].max_tokens <= CONTEXT


async def test_dropped_picture_is_named() -> None:
    engine = FakeEngine(["Summary."])
    picture = Message("user", (Image(Attachment("0" * 64, "image/png", 5)),))
    draft = make([picture, assistant("A cat."), *dialogue(30)[1:]], engine)
    await ChatPlugin().myna_prepare_turn(draft)
    assert "[picture or sound]" in engine.requests[0].messages[1].text


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How are you?", "en"),
        ("你好", "zh"),
        ("用 Python 写一个排序函数", "zh"),
        ("こんにちは、元気ですか", "en"),
        ("", "en"),
    ],
)
def test_language(text: str, language: str) -> None:
    assert language_of([user(text)]) == language


def test_tiny_context_gets_no_summary() -> None:
    assert note_tokens(200) == 0
    assert note_tokens(100_000) == 256
