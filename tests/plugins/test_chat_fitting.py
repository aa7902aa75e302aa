"""History fitted into the context: what is kept, what is dropped, and that the result always fits."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myna.config import ChatSettings, PluginSettings, Settings
from myna.errors import BadTemplate, PromptTooLong
from myna.events import HistoryDropped
from myna.hookspecs import TurnDraft, hookimpl
from myna.host import PluginHost
from myna.messages import Attachment, Image, Message, Role, Text, assistant, system, user
from myna.testing import FakeDraft, FakeEngine, count_messages
from myna.tools import NO_TOOLS, ToolUse
from myna_chat.budget import Budget, certainly_fits
from myna_chat.history import History
from myna_chat.plugin import KEEP_SHARE, ChatPlugin

PLAIN = Settings(chat=ChatSettings(summarise=False))


class CountingEngine(FakeEngine):
    """Counts as the fake does, and remembers how often it was asked."""

    def __init__(self, context: int) -> None:
        super().__init__(context=context)
        self.calls: list[tuple[Message, ...]] = []

    async def count(self, messages: Sequence[Message], *, tools: ToolUse = NO_TOOLS) -> int:
        self.calls.append(tuple(messages))
        return await super().count(messages, tools=tools)


def make(messages: list[Message], *, context: int = 400, max_tokens: int = 0, chosen: Settings = PLAIN) -> FakeDraft:
    draft = FakeDraft(list(messages), CountingEngine(context), chosen, context)
    draft.max_tokens = max_tokens
    return draft


def calls_of(draft: FakeDraft) -> list[tuple[Message, ...]]:
    assert isinstance(draft.engine, CountingEngine)
    return draft.engine.calls


def words(count: int, name: str = "w") -> str:
    return " ".join(f"{name}{at}" for at in range(count))


def dialogue(turns: int, size: int = 20) -> list[Message]:
    said = [message for at in range(turns) for message in (user(words(size, f"u{at}x")), assistant(words(size, "a")))]
    return [system("be brief"), *said, user("and now?")]


texts = st.text(alphabet=st.sampled_from("ab 中文\n"), max_size=60)
histories = st.lists(st.tuples(st.sampled_from(["user", "assistant", "tool"]), texts, st.integers(0, 60)), max_size=25)


@given(histories, st.one_of(st.none(), texts), texts, st.integers(80, 700), st.integers(0, 200))
@settings(max_examples=150, deadline=None)
async def test_fitted_prompt_always_fits_and_keeps_what_it_must(
    said: list[tuple[Role, str, int]], head: str | None, question: str, context: int, max_tokens: int
) -> None:
    messages = [Message(role, (Text(f"{text} {words(size)}"),)) for role, text, size in said]
    messages = ([system(head)] if head is not None else []) + messages + [user(question)]
    draft = make(messages, context=context, max_tokens=max_tokens)
    budget = Budget.of(context, max_tokens)
    history = History(messages)
    newest = [*history.system, *history.turns[-1]]
    try:
        await ChatPlugin().myna_prepare_turn(draft)
    except PromptTooLong:
        assert count_messages(newest) > budget.most
        return
    fitted = draft.messages
    assert count_messages(fitted) <= (budget.prompt if fitted != newest else budget.most)
    assert fitted[: len(history.system)] == list(history.system)
    rest = fitted[len(history.system) :]
    assert rest == messages[len(messages) - len(rest) :]
    assert fitted[-1] == messages[-1]
    dropped = len(messages) - len(fitted)
    if dropped:
        assert rest[0].role == "user"
        (event,) = draft.events
        assert isinstance(event, HistoryDropped)
        assert event.messages == dropped
        assert event.tokens > 0
        assert not event.summarised
    else:
        assert draft.events == []


async def test_short_conversation_does_not_ask_the_worker() -> None:
    draft = make(dialogue(2, 5), context=4096)
    before = list(draft.messages)
    await ChatPlugin().myna_prepare_turn(draft)
    assert draft.messages == before
    assert calls_of(draft) == []


async def test_conversation_that_fits_is_counted_once() -> None:
    draft = make(dialogue(5), context=400)
    await ChatPlugin().myna_prepare_turn(draft)
    assert len(draft.messages) == 12
    assert len(calls_of(draft)) == 1


async def test_dropping_goes_down_to_the_share_and_later_turns_keep_the_prefix() -> None:
    plugin = ChatPlugin()
    prefixes = []
    messages = dialogue(30)
    calls = []
    for _ in range(8):
        draft = make(messages, context=1000)
        await plugin.myna_prepare_turn(draft)
        prefixes.append(draft.messages[1])
        calls.append(len(calls_of(draft)))
        if len(prefixes) == 1:
            assert 0.45 * 750 < count_messages(draft.messages) <= KEEP_SHARE * 750
        messages = [*messages, assistant(words(20, "n")), user(words(10, "q"))]
    # 40 % of 750 tokens hold several turns of 38: they all begin alike, and each costs one count.
    assert prefixes[1:6] == [prefixes[0]] * 5
    assert calls[1:6] == [1] * 5
    assert count_messages(messages) > 1000


async def test_another_branch_is_fitted_by_itself() -> None:
    plugin = ChatPlugin()
    await plugin.myna_prepare_turn(make(dialogue(30), context=600))
    other = dialogue(30)
    other[1] = user("a different beginning " + words(30))
    draft = make(other, context=600)
    await plugin.myna_prepare_turn(draft)
    assert draft.messages[-1] == other[-1]
    assert count_messages(draft.messages) <= 450


async def test_turn_before_the_newest_stays_when_it_fits_at_all() -> None:
    messages = [user(words(200)), assistant("one"), user(words(150)), assistant(words(80)), user("go on")]
    draft = make(messages, context=400)
    await ChatPlugin().myna_prepare_turn(draft)
    assert draft.messages == messages[2:]


async def test_message_that_alone_is_too_long_names_both_numbers() -> None:
    with pytest.raises(PromptTooLong) as raised:
        await ChatPlugin().myna_prepare_turn(make([system("s"), user(words(500))], context=400))
    assert "513" in raised.value.message
    assert "336" in raised.value.message
    assert "400" in raised.value.message


async def test_long_message_may_take_from_the_room_of_the_answer() -> None:
    messages = [user("earlier"), assistant("yes"), user(words(310))]
    draft = make(messages, context=400)
    await ChatPlugin().myna_prepare_turn(draft)
    assert draft.messages == messages[2:]


async def test_huge_message_is_refused_without_counting_all_of_it() -> None:
    draft = make([user("word " * 2_000_000)], context=400)
    with pytest.raises(PromptTooLong, match="about 2,0"):
        await ChatPlugin().myna_prepare_turn(draft)
    assert max(len(call[0].text) for call in calls_of(draft)) < 10_000


async def test_huge_message_of_the_past_is_dropped_without_counting_all_of_it() -> None:
    draft = make([user("word " * 2_000_000), user("short")], context=400)
    await ChatPlugin().myna_prepare_turn(draft)
    assert [message.text for message in draft.messages] == ["short"]
    longest = max(len(message.text) for call in calls_of(draft) for message in call)
    assert longest < 10_000


async def test_template_that_refuses_a_lone_answer_is_no_problem() -> None:
    class Strict(CountingEngine):
        async def count(self, messages: Sequence[Message], *, tools: ToolUse = NO_TOOLS) -> int:
            if messages and messages[0].role not in {"user", "system"}:
                raise BadTemplate("conversation roles must alternate")
            return await super().count(messages, tools=tools)

    draft = FakeDraft(dialogue(30), Strict(600), PLAIN, 600)
    await ChatPlugin().myna_prepare_turn(draft)
    assert [message.role for message in draft.messages[:3]] == ["system", "user", "assistant"]
    assert count_messages(draft.messages) <= 450


async def test_greeting_of_the_assistant_is_dropped_first() -> None:
    draft = make([assistant(words(200)), user("hi"), assistant("hello"), user("and now?")], context=200)
    await ChatPlugin().myna_prepare_turn(draft)
    assert [message.text for message in draft.messages] == ["hi", "hello", "and now?"]


async def test_lone_surrogates_do_not_break_fitting() -> None:
    draft = make([user("\ud83d " + words(300)), assistant("ok"), user("\udc00?")], context=300)
    await ChatPlugin().myna_prepare_turn(draft)
    assert draft.messages == [user("\udc00?")]


async def test_nothing_but_a_system_message_is_left_alone() -> None:
    draft = make([system(words(900))], context=100)
    await ChatPlugin().myna_prepare_turn(draft)
    assert draft.messages == [system(words(900))]


def test_pictures_are_never_taken_for_short() -> None:
    picture = Message("user", (Image(Attachment("0" * 64, "image/png", 5)),))
    assert not certainly_fits([picture], 10_000)
    assert certainly_fits([user("hi")], 10_000)
    assert not certainly_fits([user("好" * 200)], 700)


@given(st.integers(1, 100_000), st.integers(0, 200_000))
def test_budget_leaves_room_for_prompt_and_answer(context: int, max_tokens: int) -> None:
    budget = Budget.of(context, max_tokens)
    assert context / 2 <= budget.prompt <= budget.most <= context
    if max_tokens and context > 1:
        assert budget.most < context


async def test_fitting_sees_what_other_plugins_add() -> None:
    class Persona:
        @hookimpl
        def myna_prepare_turn(self, draft: TurnDraft) -> None:
            draft.messages = [system(words(100, "p")), *draft.messages[1:]]

    for order in ([ChatPlugin, Persona], [Persona, ChatPlugin]):
        extra = [(kind.__name__.lower(), kind()) for kind in order]
        host = PluginHost.load(PluginSettings(), extra=extra, entry_points=[])
        draft = make(dialogue(30), context=600)
        await host.prepare_turn(draft)
        assert draft.messages[0].text == words(100, "p")
        assert count_messages(draft.messages) <= 450
        host.close()


async def test_entry_point_loads() -> None:
    from importlib.metadata import EntryPoint

    entry = EntryPoint("chat", "myna_chat.plugin:ChatPlugin", "myna.plugins")
    host = PluginHost.load(PluginSettings(), entry_points=[entry])
    (status,) = host.plugins()
    assert (status.state, status.needs, status.hooks) == ("active", (), ("myna_prepare_turn",))
    host.close()
