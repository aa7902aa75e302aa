"""A turn always ends with exactly one `TurnFinished`, whatever happens on the way."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from types import ModuleType

import pytest

from myna.audit.log import AuditLog
from myna.config import ChatSettings, PluginSettings, Settings
from myna.conversation import Conversation
from myna.delivery import QUEUED_EVENTS
from myna.draft import AskOptions
from myna.engine.protocols import ModelInfo, TextPiece
from myna.errors import AskAgain, Blocked, EngineCrashed, ModelMissing, StoreFailed, UsageError
from myna.events import ContextShrunk, Notice, TextComplete, TextDelta, TokenLogprob, TurnFinished, TurnStarted
from myna.history import MemoryHistory
from myna.hookspecs import ResolvedModel, Verdict, hookimpl
from myna.host import PluginHost
from myna.messages import assistant, user
from myna.testing import FakeEngine, FakeReduction


class FakeAssistant:
    """What a conversation needs of an assistant: an engine that is there, or fails to come."""

    def __init__(self, engine, plugins, settings):
        self.engine = engine
        self.settings = settings
        self.reduction = FakeReduction()
        self.audit = AuditLog.off()
        self.host = PluginHost.load(
            PluginSettings(), extra=[(f"plugin{at}", plugin) for at, plugin in enumerate(plugins)], entry_points=()
        )

    async def resolve(self, name="", task="chat"):
        return ResolvedModel(name or "fake-model", "chat", ".gguf", {})

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


async def test_a_filter_lets_no_log_probabilities_through_but_of_what_it_lets_out():
    options = AskOptions(logprobs=1)
    plain = await events_of(talk(LogprobEngine()).ask("Hi", options=options))
    assert [len(event.logprobs) for event in plain if isinstance(event, TextDelta)] == [1, 1]
    events = await events_of(talk(LogprobEngine(), filtered(Upper)).ask("Hi", options=options))
    assert [event.logprobs for event in events if isinstance(event, TextDelta)] == [(), (), ()]


class TellingEngine(FakeEngine):
    """Each piece is a token."""

    async def generate(self, request):
        async for item in super().generate(request):
            if isinstance(item, TextPiece):
                yield TextPiece(item.text, 1, (TokenLogprob(1, item.text, -0.5, ((2, "alternative", -0.1),)),))
            else:
                yield item


async def test_log_probabilities_come_with_the_text_that_a_filter_lets_out_and_without_alternatives():
    class Late:
        """Lets go of each piece when the next one comes."""

        held = ""

        def feed(self, text):
            self.held, let_go = text, self.held
            return let_go

        def finish(self):
            return self.held

    options = AskOptions(logprobs=1)
    events = await events_of(talk(TellingEngine(["Hel", "lo", "!"]), filtered(Late)).ask("Hi", options=options))
    told = [(event.text, event.logprobs) for event in events if isinstance(event, TextDelta)]
    assert told == [(text, (TokenLogprob(1, text, -0.5),)) for text in ("Hel", "lo", "!")]


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


# speculation: a turn that may turn out not to count


def watcher(seen):
    def observe(event):
        seen.append(event)

    return plugin(myna_observe=observe)


class Watching:
    """An observer, and whoever asked, side by side."""

    def __init__(self, engine=None, *plugins, **more):
        self.observed = []
        self.engine = engine or FakeEngine()
        self.conversation = talk(self.engine, watcher(self.observed), *plugins, **more)
        self.confirmed, self.got, self.changed = asyncio.Event(), [], asyncio.Event()

    def ask(self, **more):
        self.turn = self.conversation.ask("Hi", confirmed=self.confirmed, **more)
        self.reading = asyncio.create_task(self._read())

    async def _read(self):
        async for event in self.turn:
            self.got.append(event)
            self.changed.set()
        return self.got

    async def until(self, kind):
        while not any(isinstance(event, kind) for event in self.got):
            self.changed.clear()
            await self.changed.wait()

    async def settled(self):
        for _ in range(50):
            await asyncio.sleep(0)


async def test_a_speculative_turn_answers_and_leaves_nothing_when_it_is_cancelled():
    asked = Watching()
    asked.ask()
    await asked.until(TextDelta)
    await asked.settled()
    assert "".join(event.text for event in asked.got if isinstance(event, TextDelta)) == "Hello"
    assert not any(isinstance(event, TurnFinished) for event in asked.got)
    asked.turn.cancel()
    events = await asked.reading
    assert [event.reason for event in events if isinstance(event, TurnFinished)] == ["cancelled"]
    assert asked.observed == []
    assert await said(asked.conversation) == []
    await end_of(asked.conversation.ask("again"))
    assert [message.text for message in asked.engine.requests[-1].messages] == ["Be brief.", "again"]


@pytest.mark.parametrize("hold", [0, 1, None])
async def test_a_speculative_turn_that_is_confirmed_is_as_any_other(hold):
    asked = Watching(FakeEngine(hold_after=hold))
    asked.ask()
    if hold is None:
        await asked.until(TextDelta)
    else:
        await asked.engine.held()
    await asked.settled()
    assert (asked.observed, await said(asked.conversation)) == ([], [])
    asked.confirmed.set()
    await asked.settled()
    # The question is safe and what was told is told, also while the model still thinks.
    assert (await said(asked.conversation))[0] == ("user", "Hi")
    assert isinstance(asked.observed[0], TurnStarted)
    asked.engine.release()
    events = await asked.reading
    assert asked.observed == events
    assert (events[-1].reason, events[-1].text) == ("stop", "Hello")
    assert await said(asked.conversation) == [("user", "Hi"), ("assistant", "Hello")]


async def test_a_turn_that_is_confirmed_and_cancelled_in_one_breath_was_asked():
    asked = Watching(FakeEngine(hold_after=1))
    asked.ask()
    await asked.engine.held()
    asked.confirmed.set()
    asked.turn.cancel()
    events = await asked.reading
    assert asked.observed == events
    assert await said(asked.conversation) == [("user", "Hi"), ("assistant", "Hel")]


@pytest.mark.parametrize("after", [None, 0, 1])
async def test_a_speculative_turn_fails_only_when_it_counts(after):
    crash = EngineCrashed("it is gone")
    asked = Watching(FakeEngine(error=crash, error_after=after) if after is not None else ModelMissing("none"))
    asked.ask()
    await asked.until(TurnStarted)
    await asked.settled()
    assert not any(isinstance(event, TurnFinished) for event in asked.got)
    asked.confirmed.set()
    finished = (await asked.reading)[-1]
    assert finished.reason == "error"
    assert asked.observed == asked.got
    dropped = Watching(asked.engine)
    dropped.ask()
    await dropped.until(TurnStarted)
    await dropped.settled()
    dropped.turn.cancel()
    assert (await dropped.reading)[-1].reason == "cancelled"
    assert (dropped.observed, await said(dropped.conversation)) == ([], [])


async def test_a_speculative_turn_that_a_screen_blocks_is_blocked_when_it_counts():
    asked = Watching(FakeEngine(), plugin(myna_screen_input=lambda: Verdict("block", "Not here.", "rule-1")))
    asked.ask()
    await asked.until(TurnStarted)
    await asked.settled()
    assert asked.observed == []
    asked.confirmed.set()
    assert (await asked.reading)[-1].reason == "blocked"
    assert isinstance(asked.observed[-1], TurnFinished)


async def test_closing_a_speculative_turn_leaves_nothing():
    observed = []
    conversation = talk(FakeEngine(), watcher(observed))
    async with aclosing(aiter(conversation.ask("Hi", confirmed=asyncio.Event()))) as events:
        async for event in events:
            if isinstance(event, TextDelta):
                break
    assert (observed, await said(conversation)) == ([], [])
    assert (await end_of(conversation.ask("again"))).reason == "stop"


# an answer that takes its time to arrive: it is spoken


async def test_an_answer_is_kept_when_it_was_delivered():
    asked = Watching()
    asked.confirmed.set()
    delivered = asyncio.Event()
    asked.ask(delivered=delivered)
    await asked.until(TextComplete)
    await asked.settled()
    assert await said(asked.conversation) == [("user", "Hi")]
    asked.turn.measured({"voice_audio_played": 480.0})
    delivered.set()
    finished = (await asked.reading)[-1]
    assert (finished.reason, finished.text) == ("stop", "Hello")
    assert finished.timings["voice_audio_played"] == 480.0
    assert await said(asked.conversation) == [("user", "Hi"), ("assistant", "Hello")]


@pytest.mark.parametrize("hold", [1, None])
async def test_history_keeps_what_was_heard_and_no_more(hold):
    asked = Watching(FakeEngine(hold_after=hold))
    asked.confirmed.set()
    asked.ask(delivered=asyncio.Event())
    await (asked.until(TextComplete) if hold is None else asked.engine.held())
    asked.turn.heard("He")
    finished = (await asked.reading)[-1]
    assert (finished.reason, finished.text) == ("cancelled", "He")
    assert await said(asked.conversation) == [("user", "Hi"), ("assistant", "He")]
    assert (await asked.conversation.history())[-1].meta.finish == "cancelled"
    assert asked.conversation.epoch == asked.turn.epoch + 1


async def test_of_an_answer_that_nobody_heard_only_the_question_is_kept():
    asked = Watching(FakeEngine(hold_after=1))
    asked.confirmed.set()
    asked.ask(delivered=asyncio.Event())
    await asked.engine.held()
    asked.turn.heard("")
    assert (await asked.reading)[-1].text == ""
    assert await said(asked.conversation) == [("user", "Hi")]


async def test_a_voice_that_fails_ends_the_turn_with_what_was_heard():
    asked = Watching()
    asked.confirmed.set()
    asked.ask(delivered=asyncio.Event())
    await asked.until(TextComplete)
    asked.turn.heard("Hel", error=EngineCrashed("the voice is gone"))
    finished = (await asked.reading)[-1]
    assert (finished.reason, finished.error.code, finished.text) == ("error", "engine-crashed", "Hel")
    assert (await asked.conversation.history())[-1].meta.finish == "error"


async def test_an_answer_that_breaks_off_waits_until_its_beginning_was_delivered():
    asked = Watching(FakeEngine(error=EngineCrashed("gone"), error_after=1))
    asked.confirmed.set()
    delivered = asyncio.Event()
    asked.ask(delivered=delivered)
    await asked.until(TextComplete)
    assert asked.got[-1].error.code == "engine-crashed"
    delivered.set()
    finished = (await asked.reading)[-1]
    assert (finished.reason, finished.error.code, finished.text) == ("error", "engine-crashed", "Hel")


# an answer that does not pass


class Refusing:
    """Wants another answer `times` times, after it has let go of what `feed` says."""

    def __init__(self, times, shown=""):
        self.left, self.shown = times, shown

    def feed(self, text):
        return self.shown

    def finish(self):
        if self.left:
            self.left -= 1
            raise AskAgain("not this", hint="rule", correction="Be kind.")
        return "passed"


async def test_the_model_is_asked_again_when_a_filter_wants_that():
    engine, output = FakeEngine(), Refusing(2)
    finished = await end_of(talk(engine, plugin(myna_open_output_filter=lambda draft: output)).ask("Hi"))
    assert (finished.reason, finished.text) == ("stop", "passed")
    asked = [request.messages[-1].text for request in engine.requests]
    assert asked == ["Hi", "Hi\n\nBe kind.", "Hi\n\nBe kind."]


@pytest.mark.parametrize(("output", "asked"), [(Refusing(9), 3), (Refusing(1, shown="a"), 1)])
async def test_it_is_not_asked_for_ever_nor_after_something_was_shown(output, asked):
    engine = FakeEngine()
    finished = await end_of(talk(engine, plugin(myna_open_output_filter=lambda draft: output)).ask("Hi"))
    assert (finished.reason, finished.error.code, finished.error.message) == ("blocked", "blocked", "not this")
    assert len(engine.requests) == asked


async def test_what_a_client_brings_along_is_judged_and_reaches_the_model_as_it_may():
    engine, judged = FakeEngine(), []

    def myna_screen_input(message, draft):
        judged.append((message.role, message.text))
        return Verdict("replace", message.text.replace("card", "[card]"), "card") if "card" in message.text else None

    conversation = talk(engine, plugin(myna_screen_input=myna_screen_input))
    await conversation.recall([user("my card"), assistant("a card"), user("so?"), assistant("well")])
    await events_of(conversation.ask("and now?"))
    # Neither the system prompt of this machine nor what a model has said.
    assert judged == [("user", "my card"), ("user", "so?"), ("user", "and now?")]
    assert [message.text for message in engine.requests[0].messages] == [
        "Be brief.", "my [card]", "a card", "so?", "well", "and now?",
    ]  # fmt: skip
    with pytest.raises(UsageError):
        await conversation.recall([user("again")])


async def test_what_a_client_brings_along_can_end_the_turn():
    engine = FakeEngine()
    block = plugin(myna_screen_input=lambda message: Verdict("block", "No.") if "bomb" in message.text else None)
    conversation = talk(engine, block)
    await conversation.recall([user("bomb"), assistant("?")])
    assert (await end_of(conversation.ask("go on"))).reason == "blocked"
    assert engine.requests == []


async def test_an_answer_that_is_known_goes_past_the_filters():
    class Upper:
        def feed(self, text):
            return text.upper()

        def finish(self):
            return ""

    engine = FakeEngine()
    conversation = talk(engine, plugin(myna_open_output_filter=lambda draft: Upper()))
    end = await end_of(conversation.ask("Hi", options=AskOptions(answer="known")))
    assert (end.text, end.reason, end.from_plugin) == ("KNOWN", "stop", True)
    assert engine.requests == []
