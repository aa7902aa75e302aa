"""What is recorded of a turn, and when its answer may be let out."""

from __future__ import annotations

import asyncio
import errno
from types import ModuleType

import msgspec
import pytest

from myna.audit.files import Files
from myna.audit.journal import Journal
from myna.audit.log import AuditLog
from myna.audit.places import Places
from myna.audit.policy import AuditPolicy, strictest
from myna.audit.records import decode
from myna.audit.verify import verify
from myna.config import AuditSettings, PluginSettings, Settings
from myna.conversation import Conversation
from myna.draft import AskOptions
from myna.errors import AskAgain, Blocked, EngineCrashed, PluginFailed
from myna.events import GuardFailed, GuardFinding, Notice, TextDelta, TurnFinished
from myna.history import MemoryHistory
from myna.hookspecs import PromptUse, ResolvedModel, Verdict, hookimpl
from myna.host import PluginHost
from myna.messages import Attachment, Image, Message, Text
from myna.testing import FakeEngine, FakeReduction
from myna.testing.hosted import until


class Breakable(Files):
    """A disk that is full while it is told to be, and slow while it is held."""

    def __init__(self) -> None:
        super().__init__(durable=False)
        self.full = False

    def write(self, descriptor: int, data: bytes) -> None:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        super().write(descriptor, data)


class Talk:
    """A conversation with a fake engine, whose audit log lies in `folder`."""

    def __init__(self, folder, mode="full", *, engine=None, before="nothing", on_failure="open", **hooks):
        self.engine = engine or FakeEngine(["Hel", "lo"])
        self.settings = Settings(audit=AuditSettings(mode=mode, before_release=before, on_failure=on_failure))
        plugin = ModuleType("plugin")
        for name, function in hooks.items():
            setattr(plugin, name, hookimpl(function))
        extra = [("guard", plugin)] if hooks else []
        self.host = PluginHost.load(PluginSettings(), extra=extra, entry_points=())
        self.places = Places.of_folder(folder / "audit")
        self.files = Breakable()
        self.reduction = FakeReduction()
        self.audit = AuditLog(Journal(self.places, files=self.files), lambda: self.host.audit_policy(self.settings))
        self.conversation = Conversation(self, MemoryHistory(), model="", system="", recorded=True)

    async def resolve(self, name="", task="chat"):
        return ResolvedModel("fake-model", "chat", ".gguf", {})

    async def store(self):
        return self

    async def read(self, sha256):
        return b"a picture"

    async def text_engine(self, name=""):
        if isinstance(self.engine, Exception):
            raise self.engine
        return self.engine

    def default_options(self):
        return AskOptions()

    async def ask(self, question="Hi", **more):
        """All events of a turn."""
        return [event async for event in self.conversation.ask(question, **more)]

    async def records(self):
        await self.audit.close()
        if not self.places.log.exists():
            return []
        assert verify(self.places).ok
        return [decode(line) for line in self.places.log.read_bytes().splitlines()]

    async def kinds(self):
        return [record.kind for record in await self.records()]

    def on_disk(self):
        """Kinds of what is recorded this very moment."""
        if not self.places.log.exists():
            return []
        return [decode(line).kind for line in self.places.log.read_bytes().splitlines()]

    def texts(self):
        lines = [line for path in self.places.content.glob("*") for line in path.read_bytes().splitlines()]
        return {(line["name"], line.get("text")) for line in map(msgspec.json.decode, lines)}


async def test_a_question_and_its_answer(tmp_path):
    talk = Talk(tmp_path)
    events = await talk.ask("What is it? 你好")
    question, answer = await talk.records()
    assert (question.kind, answer.kind) == ("question", "answer")
    assert question.group == answer.group == talk.conversation.id
    assert question.data == {"turn": events[-1].turn, "model": "fake-model"}
    assert answer.data | {"prompt_tokens": 0} == {
        "turn": events[-1].turn,
        "model": "fake-model",
        "reason": "stop",
        "prompt_tokens": 0,
        "completion_tokens": 2,
    }
    assert talk.texts() == {("question", "What is it? 你好"), ("answer", "Hello")}


async def test_off_leaves_nothing(tmp_path):
    talk = Talk(tmp_path, "off", before="answer", on_failure="closed")
    assert (await talk.ask())[-1].reason == "stop"
    assert await talk.records() == []
    assert not talk.places.folder.exists()


async def test_metadata_holds_no_texts(tmp_path):
    talk = Talk(tmp_path, "metadata")
    await talk.ask("a secret question")
    assert await talk.kinds() == ["question", "answer"]
    everything = b"".join(path.read_bytes() for path in talk.places.folder.rglob("*") if path.is_file())
    assert b"secret" not in everything
    assert b"Hello" not in everything


async def test_pictures_are_named_by_their_hashes(tmp_path):
    talk = Talk(tmp_path)
    picture = Attachment("ab" * 32, "image/png", 10)
    await talk.ask([Text("What is this?"), Image(picture)])
    [question, _] = await talk.records()
    assert question.data["attachments"] == 1
    assert ("attachments", "ab" * 32) in talk.texts()


async def test_an_answer_made_again_repeats_no_question(tmp_path):
    talk = Talk(tmp_path)
    await talk.ask()
    await talk.conversation.regenerate().finish()
    records = await talk.records()
    assert [record.kind for record in records] == ["question", "answer"] * 2
    assert records[2].data["repeated"] is True
    assert records[2].content == {}


async def test_a_blocked_question(tmp_path):
    talk = Talk(tmp_path, myna_screen_input=lambda message: Verdict("block", "not here", "weapons"))
    finished = (await talk.ask("how to"))[-1]
    question, verdict, answer = await talk.records()
    assert verdict.data == {"turn": finished.turn, "stage": "input", "action": "block", "rule": "weapons"}
    assert (answer.data["reason"], answer.data["error"]) == ("blocked", "blocked")
    assert talk.texts() == {("question", "how to"), ("answer", "not here")}
    assert question.seq == 1


async def test_a_masked_question_is_recorded_masked(tmp_path):
    talk = Talk(tmp_path, myna_screen_input=lambda message: Verdict("replace", "my card is [card]", "cards"))
    await talk.ask("my card is so-and-so")
    assert await talk.kinds() == ["question", "verdict", "answer"]
    assert ("question", "my card is [card]") in talk.texts()
    everything = b"".join(path.read_bytes() for path in talk.places.folder.rglob("*") if path.is_file())
    assert b"so-and-so" not in everything


class Filter:
    def __init__(self, change=str.upper, end=None):
        self.change, self.end = change, end

    def feed(self, text):
        return self.change(text)

    def finish(self):
        if self.end is not None:
            raise self.end
        return ""


async def test_a_filter_that_changes_the_answer_is_named(tmp_path):
    talk = Talk(tmp_path, myna_open_output_filter=lambda draft: Filter())
    await talk.ask()
    _, verdict, _ = await talk.records()
    assert verdict.data | {"turn": ""} == {"turn": "", "stage": "output", "action": "replace", "rule": "guard"}
    assert ("answer", "HELLO") in talk.texts()


async def test_a_filter_that_changes_nothing_is_not(tmp_path):
    talk = Talk(tmp_path, myna_open_output_filter=lambda draft: Filter(str))
    await talk.ask()
    assert await talk.kinds() == ["question", "answer"]


async def test_a_filter_may_say_which_rule(tmp_path):
    def opened(draft):
        draft.audit("output", Verdict("replace", "never recorded", "names"))
        return Filter()

    talk = Talk(tmp_path, myna_open_output_filter=opened)
    await talk.ask()
    verdicts = [record.data["rule"] for record in await talk.records() if record.kind == "verdict"]
    assert verdicts == ["names"]


async def test_a_filter_that_blocks(tmp_path):
    talk = Talk(tmp_path, myna_open_output_filter=lambda draft: Filter(str, Blocked("enough", hint="violence")))
    await talk.ask()
    _, verdict, answer = await talk.records()
    assert (verdict.data["stage"], verdict.data["action"], verdict.data["rule"]) == ("output", "block", "violence")
    assert (answer.data["reason"], answer.data["error"]) == ("blocked", "blocked")


def emitting(*events):
    """A screen of a guard that tells this of the question."""

    def myna_screen_input(message, draft):
        for event in events:
            draft.emit(event)

    return myna_screen_input


FOUND = GuardFinding(
    turn="",
    epoch=0,
    policy="kiosk",
    rule="cards",
    level=2,
    origin="picture",
    action="log",
    start=3,
    end=19,
    ms=1.5,
    label="card",
    score=0.87654,
)


async def test_what_a_guard_tells_is_recorded(tmp_path):
    failed = GuardFailed(turn="", epoch=0, policy="kiosk", part="slow", origin="answer", closed=False)
    talk = Talk(tmp_path, "metadata", myna_screen_input=emitting(FOUND, failed))
    finished = (await talk.ask())[-1]
    question, found, could_not, answer = await talk.records()
    assert (question.kind, found.kind, could_not.kind, answer.kind) == ("question", "finding", "finding", "answer")
    assert found.data == {
        "turn": finished.turn,
        "stage": "input",
        "origin": "picture",
        "action": "log",
        "policy": "kiosk",
        "rule": "cards",
        "level": 2,
        "start": 3,
        "end": 19,
        "microseconds": 1500,
        "label": "card",
        "permille": 877,
    }
    assert (could_not.data["action"], could_not.data["rule"]) == ("fail-open", "slow")


async def test_many_findings_of_one_turn_are_counted(tmp_path):
    talk = Talk(tmp_path, "metadata", myna_screen_input=emitting(*[FOUND] * 250))
    await talk.ask()
    findings = [record.data for record in await talk.records() if record.kind == "finding"]
    assert len(findings) == 101
    assert findings[-1]["left_out"] == 150


async def test_what_was_found_in_a_picture_is_judged_on_record(tmp_path):
    def myna_prepare_turn(draft):
        last = draft.messages[-1]
        draft.messages[-1] = Message(last.role, (Text("obey", "picture"), *last.parts))

    def myna_screen_input(message):
        found = any(part.origin == "picture" for part in message.parts)
        return Verdict("block", "not that picture", "orders") if found else None

    talk = Talk(tmp_path, myna_prepare_turn=myna_prepare_turn, myna_screen_input=myna_screen_input)
    assert (await talk.ask())[-1].reason == "blocked"
    _, verdict, _ = await talk.records()
    assert (verdict.data["stage"], verdict.data["action"], verdict.data["rule"]) == ("input", "block", "orders")
    assert talk.texts() == {("question", "Hi"), ("answer", "not that picture")}


def knowing(draft):
    draft.answer = "It says 42."


async def test_an_answer_that_a_plugin_knew_is_held_and_recorded_like_another(tmp_path):
    talk = Talk(
        tmp_path, before="answer", myna_prepare_turn=knowing, myna_open_output_filter=lambda draft: Filter(str.upper)
    )
    seen = [talk.on_disk() async for event in talk.conversation.ask("Hi") if isinstance(event, TextDelta)]
    assert seen == [["question", "verdict", "answer"]]
    assert ("answer", "IT SAYS 42.") in talk.texts()
    assert talk.engine.requests == []


class Again:
    """Wants another answer than the first."""

    def __init__(self):
        self.left = 1

    def feed(self, text):
        return text

    def finish(self):
        self.left -= 1
        if self.left == 0:
            raise AskAgain("no", hint="kind", correction="Be kind.")
        return ""


async def test_nothing_of_an_answer_that_was_asked_for_again_is_let_out(tmp_path):
    output = Again()
    talk = Talk(tmp_path, before="answer", myna_open_output_filter=lambda draft: output)
    events = await talk.ask()
    assert [event.text for event in events if isinstance(event, TextDelta)] == ["Hel", "lo"]
    assert len(talk.engine.requests) == 2
    _, verdict, answer = await talk.records()
    assert (verdict.data["action"], verdict.data["rule"], answer.kind) == ("ask-again", "kind", "answer")
    assert ("answer", "Hello") in talk.texts()


async def test_what_a_plugin_knew_is_not_asked_for_again(tmp_path):
    output = Again()
    talk = Talk(tmp_path, before="answer", myna_prepare_turn=knowing, myna_open_output_filter=lambda draft: output)
    events = await talk.ask()
    assert not [event for event in events if isinstance(event, TextDelta)]
    assert (events[-1].reason, talk.engine.requests) == ("blocked", [])


def templated(draft):
    draft.used = PromptUse("summary", "2", "ab" * 32)


async def test_the_template_is_recorded_and_kept_with_the_answer(tmp_path):
    talk = Talk(tmp_path, myna_prepare_turn=templated)
    options = AskOptions(prompt="summary", variables={"words": 50, "tone": "warm"})
    await talk.ask("Hi", options=options)
    question, _ = await talk.records()
    assert question.data | {"turn": ""} == {
        "turn": "",
        "model": "fake-model",
        "prompt": "summary",
        "prompt_version": "2",
        "prompt_sha256": "ab" * 32,
    }
    assert ("variables", '{"words": 50, "tone": "warm"}') in talk.texts()
    answer = (await talk.conversation.history())[-1]
    assert (answer.meta.prompt, answer.meta.prompt_version, answer.meta.prompt_hash) == ("summary", "2", "ab" * 32)


async def test_values_are_judged_and_recorded_as_they_went_on(tmp_path):
    def myna_screen_input(message):
        return Verdict("replace", "[card]", "cards") if "4111" in message.text else None

    talk = Talk(tmp_path, myna_prepare_turn=templated, myna_screen_input=myna_screen_input)
    await talk.ask("Hi", options=AskOptions(prompt="summary", variables={"of": ["4111"]}))
    assert await talk.kinds() == ["question", "verdict", "answer"]
    assert ("variables", '{"of": ["[card]"]}') in talk.texts()


class Telling(Filter):
    """Says something aside, as the steps to an answer are told."""

    def __init__(self, draft):
        super().__init__(str)
        self.draft = draft

    def feed(self, text):
        self.draft.emit(Notice(turn="", epoch=0, code="steps", text=f"a step to {text}"))
        return text


@pytest.mark.parametrize("before", ["nothing", "answer"])
async def test_what_is_said_aside_is_on_record_before_it_is_told(tmp_path, before):
    def myna_open_output_filter(draft):
        return Telling(draft)

    talk = Talk(tmp_path, before=before, myna_open_output_filter=myna_open_output_filter)
    seen = [talk.on_disk() async for event in talk.conversation.ask("Hi") if isinstance(event, Notice)]
    assert len(seen) == 2
    if before == "answer":
        assert seen[0] == ["question", "answer"]
    await talk.audit.close()
    assert ("aside", "a step to Hel\na step to lo") in talk.texts()


async def test_a_failed_turn(tmp_path):
    talk = Talk(tmp_path, engine=EngineCrashed("gone"))
    await talk.ask()
    question, answer = await talk.records()
    assert (answer.data["reason"], answer.data["error"]) == ("error", "engine-crashed")
    assert talk.texts() == {("question", "Hi")}
    assert question.kind == "question"


async def test_a_cancelled_turn(tmp_path):
    talk = Talk(tmp_path, engine=FakeEngine(["Hel", "lo"], hold_after=1))
    turn = talk.conversation.ask("Hi")
    async for event in turn:
        if isinstance(event, TextDelta):
            turn.cancel()
    _, answer = await talk.records()
    assert answer.data["reason"] == "cancelled"
    assert ("answer", "Hel") in talk.texts()


async def test_a_turn_that_does_not_count_leaves_nothing(tmp_path):
    talk = Talk(tmp_path, before="question")
    turn = talk.conversation.ask("Hi", confirmed=asyncio.Event())
    reading = asyncio.create_task(turn.finish())
    await asyncio.sleep(0.05)
    turn.cancel()
    assert (await reading).reason == "cancelled"
    assert await talk.records() == []


async def test_a_turn_that_counts_late_is_recorded(tmp_path):
    talk, confirmed = Talk(tmp_path, before="question"), asyncio.Event()
    reading = asyncio.create_task(talk.ask("Hi", confirmed=confirmed))
    await asyncio.sleep(0.05)
    assert talk.on_disk() == []
    confirmed.set()
    assert (await reading)[-1].text == "Hello"
    assert await talk.kinds() == ["question", "answer"]


# before an answer is let out


@pytest.mark.parametrize(
    ("before", "at_first_text", "at_end"),
    [("question", ["question"], ["question", "answer"]), ("answer", ["question", "answer"], ["question", "answer"])],
)
async def test_what_is_recorded_before_text_is_let_out(tmp_path, before, at_first_text, at_end):
    talk = Talk(tmp_path, before=before)
    kinds = TextDelta | TurnFinished
    seen = [talk.on_disk() async for event in talk.conversation.ask("Hi") if isinstance(event, kinds)]
    assert (seen[0], seen[-1]) == (at_first_text, at_end)
    assert await talk.kinds() == at_end


async def test_a_held_answer_arrives_as_it_would(tmp_path):
    talk = Talk(tmp_path, before="answer")
    events = await talk.ask()
    assert [event.text for event in events if isinstance(event, TextDelta)] == ["Hel", "lo"]
    assert (events[-1].text, events[-1].reason) == ("Hello", "stop")


async def test_nothing_of_a_held_answer_is_let_out_when_it_is_blocked(tmp_path):
    talk = Talk(
        tmp_path, before="answer", myna_open_output_filter=lambda draft: Filter(str, Blocked("enough", hint="violence"))
    )
    events = await talk.ask()
    assert not [event for event in events if isinstance(event, TextDelta)]
    assert events[-1].reason == "blocked"
    assert await talk.kinds() == ["question", "verdict", "answer"]


async def test_less_was_let_out_than_was_recorded(tmp_path):
    talk, delivered = Talk(tmp_path, before="answer"), asyncio.Event()
    turn = talk.conversation.ask("Hi", delivered=delivered)
    reading = asyncio.create_task(turn.finish())
    await until(lambda: talk.on_disk() == ["question", "answer"])
    await asyncio.sleep(0.05)
    turn.heard("Hel")
    assert (await reading).text == "Hel"
    last = (await talk.records())[-1]
    assert (last.kind, last.data["characters"]) == ("cut-short", 3)


@pytest.mark.logs
@pytest.mark.parametrize("before", ["nothing", "question", "answer"])
async def test_a_full_disk_stops_the_turn_where_policy_closes(tmp_path, before):
    talk = Talk(tmp_path, before=before, on_failure="closed")
    talk.files.full = True
    events = await talk.ask()
    assert not [event for event in events if isinstance(event, TextDelta)]
    assert (events[-1].reason, events[-1].error.code, events[-1].text) == ("error", "disk-full", "")
    talk.files.full = False
    assert (await talk.ask())[-1].text == "Hello"
    kinds = await talk.kinds()
    assert kinds[-2:] == ["question", "answer"]


@pytest.mark.logs
async def test_a_disk_that_fills_up_while_an_answer_streams_fails_the_turn(tmp_path):
    talk = Talk(tmp_path, before="question", on_failure="closed")
    async for event in talk.conversation.ask("Hi"):
        if isinstance(event, TextDelta):
            talk.files.full = True
        if isinstance(event, TurnFinished):
            assert (event.reason, event.error.code) == ("error", "disk-full")
    talk.files.full = False


@pytest.mark.parametrize("before", ["nothing", "question", "answer"])
async def test_a_full_disk_is_no_hindrance_where_policy_is_open(tmp_path, before, caplog):
    talk = Talk(tmp_path, before=before)
    await talk.ask()
    talk.files.full = True
    events = await talk.ask()
    assert (events[-1].reason, events[-1].text) == ("stop", "Hello")
    await talk.audit.close()
    talk.files.full = False
    assert "are missing in the audit log" in caplog.text
    await talk.ask()
    assert verify(talk.places).ok


async def test_a_plugin_may_ask_for_more(tmp_path):
    policies = [AuditPolicy("metadata", "answer"), None]
    talk = Talk(tmp_path, "off", myna_require_audit=lambda settings: policies[0])
    await talk.ask()
    policies.pop(0)
    await talk.ask()
    assert await talk.kinds() == ["question", "answer"]


@pytest.mark.logs
async def test_a_plugin_that_cannot_say_what_must_be_recorded_ends_the_turn(tmp_path):
    def broken(settings):
        raise ValueError("no idea")

    talk = Talk(tmp_path, "off", myna_require_audit=broken)
    events = await talk.ask()
    assert events[-1].error.code == PluginFailed.code
    assert not [event for event in events if isinstance(event, TextDelta)]


def test_the_strictest_counts():
    assert strictest([]) == AuditPolicy()
    found = strictest([AuditPolicy("full"), AuditPolicy("metadata", "question", "closed"), AuditPolicy()])
    assert found == AuditPolicy("full", "question", "closed")
    assert AuditPolicy("off", "answer", "closed").release == "nothing"
    assert AuditPolicy("metadata", on_failure="closed").release == "question"


async def test_turns_at_the_same_time_share_steps(tmp_path):
    talk = Talk(tmp_path, before="question")
    others = [Conversation(talk, MemoryHistory(), model="", system="", recorded=True) for _ in range(8)]
    ends = await asyncio.gather(*[other.ask(f"question {at}").finish() for at, other in enumerate(others)])
    assert {end.text for end in ends} == {"Hello"}
    kinds = await talk.kinds()
    assert (kinds.count("question"), kinds.count("answer")) == (8, 8)


async def test_a_log_that_was_changed_stops_a_closed_policy(tmp_path, caplog):
    talk = Talk(tmp_path, on_failure="closed")
    await talk.ask()
    await talk.audit.close()
    talk.places.log.write_bytes(talk.places.log.read_bytes()[:-100])
    assert (await talk.ask())[-1].error.code == "audit-broken"
