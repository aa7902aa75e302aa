"""A turn always ends with exactly one `TurnFinished`, whatever happens on the way."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from types import ModuleType, SimpleNamespace

import pytest

from myna.config import ChatSettings, PluginSettings, Settings
from myna.conversation import Conversation
from myna.draft import AskOptions
from myna.engine.protocols import ModelInfo, TextPiece
from myna.errors import Blocked, EngineCrashed, ModelMissing, StoreFailed, UsageError
from myna.events import ContextShrunk, Notice, TextDelta, TokenLogprob, TurnFinished, TurnStarted
from myna.history import MemoryHistory
from myna.hookspecs import Verdict, hookimpl
from myna.host import PluginHost
from myna.messages import user
from myna.testing import FakeEngine
from myna.turn import QUEUED_EVENTS


class FakeAssistant:
    """What a conversation needs of an assistant: an engine that is there, or fails to come."""

    def __init__(self, engine, plugins, settings):
        self.engine = engine
        self.settings = settings
        self.host = PluginHost.load(
            PluginSettings(), extra=[(f"plugin{at}", plugin) for at, plugin in enumerate(plugins)], entry_points=()
        )

    async def resolve(self, name="", task="chat"):
        return SimpleNamespace(name=name or "fake-model")

    async def text_engine(self, name=""):
        if isinstance(self.engine, Exception):
            raise self.engine
        return self.engine

    def default_options(self):
        return AskOptions()


def plugin(**hooks):
    made = ModuleType("plugin")
    for name, function in hooks.items():
        setattr(made, name, hookimpl(function))
    return made


def talk(engine=None, *plugins, settings=None, history=None, system="Be brief."):
    assistant = FakeAssistant(engine or FakeEngine(), plugins, settings or Settings())
    return Conversation(assistant, history or MemoryHistory(), model="", system=system, recorded=True)


async def events_of(turn):
    """All events, with one end, which is the last, and the same turn in each."""
    events = [event async for event in turn]
    assert [isinstance(event, TurnFinished) for event in events] == [False] * (len(events) - 1) + [True]
    assert {event.turn for event in events} == {turn.id}
    text = "".join(event.text for event in events if isinstance(event, TextDelta))
    if events[-1].reason != "blocked" or text:
        assert events[-1].text == text
    assert events[-1].timings["total"] >= 0
    return events


async def end_of(turn):
    return (await events_of(turn))[-1]


async def said(conversation):
    return [(stored.message.role, stored.message.text) for stored in await conversation.history()]


class SlowHistory(MemoryHistory):
    """Stops in `append` of the given role until it is released."""

    def __init__(self, role):
        super().__init__()
        self.role, self.reached, self.released = role, asyncio.Event(), asyncio.Event()

    async def append(self, message, *, parent, turn, **more):
        if message.role == self.role:
            self.reached.set()
            await self.released.wait()
        return await super().append(message, parent=parent, turn=turn, **more)


# the plain way


async def test_a_question_is_answered_and_both_are_kept():
    conversation = talk(FakeEngine(["Hel", "lo"]))
    started, *deltas, finished = await events_of(conversation.ask("Hi"))
    assert isinstance(started, TurnStarted)
    assert (started.conversation, started.model) == (conversation.id, "fake-model")
    assert [delta.text for delta in deltas] == ["Hel", "lo"]
    assert (finished.reason, finished.text, finished.error) == ("stop", "Hello", None)
    assert finished.usage.completion_tokens == 2
    assert {
        "load",
        "prepare",
        "screen",
        "prefill",
        "first_token",
        "decode",
        "record",
        "total",
    } <= finished.timings.keys()
    question, answer = await conversation.history()
    assert (question.message, answer.message.text) == (user("Hi"), "Hello")
    assert (answer.id, answer.parent, answer.turn) == (finished.message, question.id, finished.turn)
    assert (answer.meta.model, answer.meta.finish) == ("fake-model", "stop")


async def test_the_prompt_is_system_history_and_question():
    engine = FakeEngine()
    conversation = talk(engine)
    for question in ("one", "two"):
        await end_of(conversation.ask(question))
    messages = engine.requests[-1].messages
    assert [(message.role, message.text) for message in messages] == [
        ("system", "Be brief."),
        ("user", "one"),
        ("assistant", "Hello"),
        ("user", "two"),
    ]


async def test_without_a_system_prompt_there_is_none():
    engine = FakeEngine()
    await end_of(talk(engine, system="").ask("Hi"))
    assert [message.role for message in engine.requests[0].messages] == ["user"]


async def test_a_limit_ends_it_with_length():
    conversation = talk(FakeEngine(["a", "b", "c"]))
    finished = await end_of(conversation.ask("Hi", options=AskOptions(max_tokens=2)))
    assert (finished.reason, finished.text) == ("length", "ab")
    assert (await conversation.history())[-1].meta.finish == "length"


async def test_the_limit_of_the_settings_counts():
    conversation = talk(FakeEngine(["a", "b", "c"]), settings=Settings(chat=ChatSettings(max_tokens=1)))
    assert (await end_of(conversation.ask("Hi"))).text == "a"


@pytest.mark.parametrize("question", ["", "  \n", ()])
async def test_an_empty_question_is_refused(question):
    with pytest.raises(UsageError):
        talk().ask(question)


async def test_a_turn_is_iterated_over_once():
    turn = talk().ask("Hi")
    await end_of(turn)
    assert [event async for event in turn] == []
    with pytest.raises(Exception, match="already"):
        await turn.finish()


async def test_a_context_that_shrank_is_told():
    class Shrunk(FakeEngine):
        async def info(self):
            return ModelInfo("small", context=512, context_wanted=8192)

    events = await events_of(talk(Shrunk()).ask("Hi"))
    assert [(event.wanted, event.given) for event in events if isinstance(event, ContextShrunk)] == [(8192, 512)]


# failures


@pytest.mark.parametrize("after", [0, 1, 2])
async def test_an_engine_that_fails_ends_it_with_what_was_said(after):
    crash = EngineCrashed("it is gone")
    conversation = talk(FakeEngine(["a", "b", "c"], error=crash, error_after=after))
    finished = await end_of(conversation.ask("Hi"))
    assert finished.reason == "error"
    assert finished.error == crash.info()
    kept = await conversation.history()
    assert [stored.message.text for stored in kept] == ["Hi", *(["ab"[:after]] if after else [])]
    if after:
        assert kept[-1].meta.finish == "error"
        assert finished.message == kept[-1].id
    else:
        assert finished.message == ""


async def test_a_model_that_is_not_there():
    finished = await end_of(talk(ModelMissing("none")).ask("Hi"))
    assert (finished.reason, finished.error.code) == ("error", "model-missing")


async def test_a_turn_after_a_failed_one_works():
    engine = FakeEngine(error=EngineCrashed("gone"))
    conversation = talk(engine)
    await end_of(conversation.ask("one"))
    engine._error = None
    assert (await end_of(conversation.ask("two"))).reason == "stop"
    assert await said(conversation) == [("user", "one"), ("user", "two"), ("assistant", "Hello")]


class BrokenHistory(MemoryHistory):
    def __init__(self, role):
        super().__init__()
        self.role = role

    async def append(self, message, **more):
        if message.role == self.role:
            raise StoreFailed("the disk is gone")
        return await super().append(message, **more)


@pytest.mark.parametrize("role", ["user", "assistant"])
async def test_what_cannot_be_kept_is_an_error(role):
    finished = await end_of(talk(history=BrokenHistory(role)).ask("Hi"))
    assert finished.error.code == "store-failed"
    assert finished.text == "Hello"


@pytest.mark.logs
@pytest.mark.parametrize("hook", ["myna_prepare_turn", "myna_screen_input", "myna_open_output_filter"])
async def test_a_plugin_that_fails_ends_it(hook):
    def broken():
        raise ValueError("a bug")

    finished = await end_of(talk(FakeEngine(), plugin(**{hook: broken})).ask("Hi"))
    assert (finished.reason, finished.error.code) == ("error", "plugin-failed")
    assert finished.text == ""


async def test_a_defect_is_seen_after_the_end():
    class Defective(FakeEngine):
        async def info(self):
            raise ZeroDivisionError("a defect in Myna")

    events = []
    turn = talk(Defective(), plugin(myna_observe=lambda event: events.append(event) or None)).ask("Hi")
    with pytest.raises(ZeroDivisionError):
        await turn.finish()
    assert isinstance(events[-1], TurnFinished)
    assert events[-1].error.code == "internal"


# screens and filters


async def test_a_blocked_question_never_reaches_the_model():
    engine = FakeEngine()
    screen = plugin(myna_screen_input=lambda: Verdict("block", "Not here.", "rule-1"))
    conversation = talk(engine, screen)
    finished = await end_of(conversation.ask("bad"))
    assert (finished.reason, finished.error.code, finished.error.message) == ("blocked", "blocked", "Not here.")
    assert engine.requests == []


async def test_a_replaced_question_is_what_is_kept_and_sent():
    engine = FakeEngine()
    screen = plugin(myna_screen_input=lambda message: Verdict("replace", message.text.replace("secret", "***")))
    conversation = talk(engine, screen)
    await end_of(conversation.ask("my secret"))
    assert engine.requests[0].messages[-1].text == "my ***"
    assert await said(conversation) == [("user", "my ***"), ("assistant", "Hello")]


async def test_a_replaced_question_is_replaced_in_what_a_plugin_made_of_it():
    def add_context(draft):
        draft.messages[-1] = draft.messages[-1].with_text("Context. " + draft.messages[-1].text)

    def rebuild(draft):
        draft.messages = [user("something else")]

    screen = plugin(myna_screen_input=lambda: Verdict("replace", "my ***"))
    for prepare, sent in ((add_context, "Context. my ***"), (rebuild, "my ***")):
        engine = FakeEngine()
        await end_of(talk(engine, plugin(myna_prepare_turn=prepare), screen).ask("my secret"))
        assert engine.requests[0].messages[-1].text == sent


class Upper:
    def feed(self, text):
        return text.upper()

    def finish(self):
        return "!"


class BlocksAfter:
    """Lets `count` pieces through, then ends the turn."""

    def __init__(self, count, error):
        self.count, self.error = count, error

    def feed(self, text):
        if not self.count:
            raise self.error
        self.count -= 1
        return text

    def finish(self):
        return ""


def filtered(make):
    def open_filter():
        return make()

    return plugin(myna_open_output_filter=open_filter)


async def test_a_filter_decides_what_is_delivered_and_kept():
    conversation = talk(FakeEngine(), filtered(Upper))
    finished = await end_of(conversation.ask("Hi"))
    assert finished.text == "HELLO!"
    assert await said(conversation) == [("user", "Hi"), ("assistant", "HELLO!")]


async def test_a_filter_may_end_the_answer():
    engine = FakeEngine(["a", "b", "c"])
    conversation = talk(engine, filtered(lambda: BlocksAfter(2, Blocked("enough"))))
    finished = await end_of(conversation.ask("Hi"))
    assert (finished.reason, finished.error.code, finished.text) == ("blocked", "blocked", "ab")
    assert (engine.running, engine.cancelled) == (0, 1)
    assert (await conversation.history())[-1].meta.finish == "blocked"


@pytest.mark.logs
async def test_a_filter_that_fails_shows_nothing_more():
    conversation = talk(FakeEngine(["a", "b", "c"]), filtered(lambda: BlocksAfter(1, ValueError("a bug"))))
    finished = await end_of(conversation.ask("Hi"))
    assert (finished.reason, finished.error.code, finished.text) == ("error", "plugin-failed", "a")


class LogprobEngine(FakeEngine):
    async def generate(self, request):
        async for item in super().generate(request):
            if isinstance(item, TextPiece):
                yield TextPiece(item.text, 1, (TokenLogprob(1, "secret", -0.5, ((2, "alternative", -0.1),)),))
            else:
                yield item


async def test_a_filter_never_lets_log_probabilities_through():
    options = AskOptions(logprobs=1)
    plain = await events_of(talk(LogprobEngine()).ask("Hi", options=options))
    assert [len(event.logprobs) for event in plain if isinstance(event, TextDelta)] == [1, 1]
    events = await events_of(talk(LogprobEngine(), filtered(Upper)).ask("Hi", options=options))
    assert [event.logprobs for event in events if isinstance(event, TextDelta)] == [(), (), ()]


async def test_what_plugins_tell_arrives_whenever_they_tell_it():
    def notice(code):
        return Notice(turn="", epoch=0, code=code, text="")

    def screen(draft):
        draft.emit(notice("screen"))
        return Verdict("allow")

    teller = plugin(
        myna_prepare_turn=lambda draft: draft.emit(notice("prepare")),
        myna_screen_input=screen,
        myna_open_output_filter=lambda draft: draft.emit(notice("filter")),
    )
    events = await events_of(talk(FakeEngine(), teller).ask("Hi"))
    assert [event.code for event in events if isinstance(event, Notice)] == ["prepare", "screen", "filter"]


async def test_what_a_blocking_screen_tells_arrives_too():
    def screen(draft):
        draft.emit(Notice(turn="", epoch=0, code="why", text=""))
        return Verdict("block", "no")

    events = await events_of(talk(FakeEngine(), plugin(myna_screen_input=screen)).ask("Hi"))
    assert [event.code for event in events if isinstance(event, Notice)] == ["why"]


async def test_observers_see_every_event():
    seen = []

    def observe(event):
        seen.append(event)

    events = await events_of(talk(FakeEngine(), plugin(myna_observe=observe)).ask("Hi"))
    assert seen == events


# cancelling


async def test_cancelled_before_it_began():
    engine = FakeEngine()
    conversation = talk(engine)
    turn = conversation.ask("Hi")
    turn.cancel()
    assert (await end_of(turn)).reason == "cancelled"
    assert engine.requests == []
    assert conversation.epoch == turn.epoch + 1


async def test_cancelled_between_its_beginning_and_its_first_step():
    turn = talk().ask("Hi")
    reading = asyncio.create_task(events_of(turn))
    asyncio.get_running_loop().call_soon(turn.cancel)
    assert (await asyncio.wait_for(reading, 5))[-1].reason == "cancelled"


async def test_cancelled_while_the_model_loads():
    loading, engine = asyncio.Event(), FakeEngine()

    async def info():
        loading.set()
        await asyncio.Event().wait()

    engine.info = info
    conversation = talk(engine)
    turn = conversation.ask("Hi")
    reading = asyncio.create_task(events_of(turn))
    await loading.wait()
    turn.cancel()
    assert (await reading)[-1].reason == "cancelled"


async def test_cancelled_while_it_answers():
    engine = FakeEngine(["a", "b", "c"], hold_after=2)
    conversation = talk(engine)
    turn = conversation.ask("Hi")
    reading = asyncio.create_task(events_of(turn))
    await engine.held()
    turn.cancel()
    turn.cancel()
    finished = (await reading)[-1]
    assert (finished.reason, finished.text) == ("cancelled", "ab")
    assert (engine.running, engine.cancelled) == (0, 1)
    assert conversation.epoch == turn.epoch + 1
    kept = await conversation.history()
    assert [stored.message.text for stored in kept] == ["Hi", "ab"]
    assert kept[-1].meta.finish == "cancelled"
    assert finished.message == kept[-1].id


async def test_cancelled_while_the_answer_is_recorded():
    history = SlowHistory("assistant")
    conversation = talk(history=history)
    turn = conversation.ask("Hi")
    reading = asyncio.create_task(events_of(turn))
    await history.reached.wait()
    turn.cancel()
    history.released.set()
    finished = (await reading)[-1]
    assert (finished.reason, finished.text) == ("stop", "Hello")
    assert await said(conversation) == [("user", "Hi"), ("assistant", "Hello")]
    assert finished.message == (await conversation.history())[-1].id


async def test_cancelled_while_the_question_is_recorded():
    history, engine = SlowHistory("user"), FakeEngine(["a", "b"], hold_after=1)
    conversation = talk(engine, history=history)
    turn = conversation.ask("Hi")
    reading = asyncio.create_task(events_of(turn))
    await engine.held()
    turn.cancel()
    history.released.set()
    assert (await reading)[-1].reason == "cancelled"
    assert await said(conversation) == [("user", "Hi"), ("assistant", "a")]


async def test_cancelled_after_its_end_nothing_happens():
    conversation = talk()
    turn = conversation.ask("Hi")
    assert (await end_of(turn)).reason == "stop"
    turn.cancel()
    assert (await end_of(conversation.ask("again"))).reason == "stop"


async def test_closing_the_iterator_cancels():
    engine = FakeEngine(["a"] * 5000)
    conversation = talk(engine)
    async with aclosing(aiter(conversation.ask("Hi"))) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break
    assert (engine.running, engine.cancelled) == (0, 1)
    kept = await conversation.history()
    assert kept[-1].meta.finish == "cancelled"
    assert 1 <= len(kept[-1].message.text) < 5000


async def test_cancelling_whoever_reads_cancels():
    engine = FakeEngine(["a", "b"], hold_after=1)
    conversation = talk(engine)
    reading = asyncio.create_task(events_of(conversation.ask("Hi")))
    await engine.held()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert (engine.running, engine.cancelled) == (0, 1)
    assert await said(conversation) == [("user", "Hi"), ("assistant", "a")]


async def test_a_turn_after_a_cancelled_one_is_not_stale():
    engine = FakeEngine(["a", "b"], hold_after=1)
    conversation = talk(engine)
    first, second = conversation.ask("one"), conversation.ask("two")
    reading = [asyncio.create_task(events_of(turn)) for turn in (first, second)]
    await engine.held()
    first.cancel()
    engine.release()
    one, two = [await task for task in reading]
    assert one[-1].reason == "cancelled"
    assert two[-1].reason == "stop"
    assert {event.epoch for event in one} == {0}
    assert {event.epoch for event in two} == {conversation.epoch} == {1}


# order and speed


async def test_two_questions_at_once_are_answered_one_after_the_other():
    engine = FakeEngine(lambda request: ["to ", request.messages[-1].text])
    conversation = talk(engine)
    one, two = await asyncio.gather(end_of(conversation.ask("one")), end_of(conversation.ask("two")))
    assert (one.text, two.text) == ("to one", "to two")
    assert await said(conversation) == [
        ("user", "one"),
        ("assistant", "to one"),
        ("user", "two"),
        ("assistant", "to two"),
    ]
    assert len(engine.requests[1].messages) == 4


async def test_whoever_reads_slowly_holds_the_model_up():
    produced = []

    class Counting(FakeEngine):
        async def generate(self, request):
            async for item in super().generate(request):
                produced.append(item)
                yield item

    total = 4 * QUEUED_EVENTS
    turn = talk(Counting(["x"] * total)).ask("Hi")
    events = aiter(turn)
    await anext(events)
    for _ in range(3 * total):
        await asyncio.sleep(0)
    assert len(produced) <= QUEUED_EVENTS + 2
    rest = [event async for event in events]
    assert rest[-1].text == "x" * total


# branches


async def test_another_answer_is_a_branch_beside_the_first():
    answers = iter(["first", "second"])
    engine = FakeEngine(lambda _: [next(answers)])
    conversation = talk(engine)
    first = await end_of(conversation.ask("Hi"))
    second = await end_of(conversation.regenerate())
    assert engine.requests[0].messages == engine.requests[1].messages
    assert await said(conversation) == [("user", "Hi"), ("assistant", "second")]
    await conversation.switch(first.message)
    assert await said(conversation) == [("user", "Hi"), ("assistant", "first")]
    await conversation.switch(second.message)
    assert (await conversation.history())[-1].id == second.message


async def test_an_unanswered_question_can_be_answered():
    engine = FakeEngine(error=EngineCrashed("gone"))
    conversation = talk(engine)
    await end_of(conversation.ask("Hi"))
    engine._error = None
    assert (await end_of(conversation.regenerate())).reason == "stop"
    assert await said(conversation) == [("user", "Hi"), ("assistant", "Hello")]


async def test_without_a_question_there_is_nothing_to_answer_again():
    finished = await end_of(talk().regenerate())
    assert (finished.reason, finished.error.code) == ("error", "usage")


async def test_a_question_asked_differently_is_a_branch():
    engine = FakeEngine(lambda request: [request.messages[-1].text.upper()])
    conversation = talk(engine)
    await end_of(conversation.ask("one"))
    before = await conversation.history()
    await end_of(conversation.ask("two"))
    await end_of(conversation.edit((await conversation.history())[2].id, "other"))
    assert [text for _, text in await said(conversation)] == ["one", "ONE", "other", "OTHER"]
    await end_of(conversation.edit(before[0].id, "start"))
    assert [text for _, text in await said(conversation)] == ["start", "START"]
    assert [message.text for message in engine.requests[-1].messages] == ["Be brief.", "start"]


async def test_only_questions_that_are_there_can_be_edited():
    conversation = talk()
    answer = (await end_of(conversation.ask("Hi"))).message
    for message in (answer, "nonsense"):
        finished = await end_of(conversation.edit(message, "other"))
        assert (finished.reason, finished.error.code) == ("error", "usage")
    assert len(await conversation.history()) == 2
