"""The guard in a turn: what goes in, what comes out, what is told, and what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from myna.audit.log import AuditLog
from myna.config import GuardSettings, PluginSettings, Settings
from myna.conversation import Conversation
from myna.draft import AskOptions
from myna.errors import EngineCrashed
from myna.events import GuardFailed, GuardFinding, TextDelta, TurnFinished
from myna.history import MemoryHistory
from myna.hookspecs import ResolvedModel
from myna.host import PluginHost
from myna.paths import Paths
from myna.testing import FakeClassifier, FakeEngine, FakeReduction
from myna_guard.plugin import GuardPlugin


class Assistant:
    """What a conversation needs of one."""

    def __init__(self, engine, settings, plugin):
        self.engine, self.settings = engine, settings
        self.classifiers = {}
        self.reduction = FakeReduction()
        self.audit = AuditLog.off()
        self.host = PluginHost.load(PluginSettings(), extra=[("guard", plugin)], entry_points=())
        assert self.host.plugins()[0].state == "active", self.host.plugins()[0].error

    async def resolve(self, name="", task="chat"):
        return ResolvedModel("fake", "chat", ".gguf", {})

    async def text_engine(self, name=""):
        return self.engine

    async def classifier(self, name):
        return self.classifiers.get(name) or FakeClassifier()

    def default_options(self):
        return AskOptions()


def talk(engine=None, *policies, judges=(), **guard):
    settings = Settings(guard=GuardSettings(policies=policies or ("default",), **guard))
    engine = engine or FakeEngine()
    return Conversation(
        Assistant(engine, settings, GuardPlugin(judges)), MemoryHistory(), model="", system="", recorded=True
    )


async def ask(conversation, text):
    events = [event async for event in conversation.ask(text)]
    shown = "".join(event.text for event in events if isinstance(event, TextDelta))
    assert isinstance(events[-1], TurnFinished)
    return shown, events[-1], [event for event in events if isinstance(event, GuardFinding | GuardFailed)]


@pytest.fixture
def own_policy(own_home):
    def write(body: str) -> None:
        folder = Paths.find().config / "policies"
        folder.mkdir(parents=True, exist_ok=True)
        head = 'name = "mine"\ndescription = { en = "a", zh = "甲" }\n'
        Path(folder, "mine.toml").write_text(head + body, encoding="utf-8")

    return write


async def test_a_question_that_is_blocked_never_reaches_the_model():
    engine = FakeEngine()
    conversation = talk(engine, help_line="0800 123")
    _, finished, told = await ask(conversation, "I want to k.i.l.l myself")
    assert finished.reason == "blocked"
    assert "0800 123" in finished.text
    assert engine.requests == []
    assert [(one.rule, one.policy, one.level, one.origin, one.action) for one in told] == [
        ("self-harm", "default", 1, "user", "block")
    ]


async def test_the_notice_is_in_the_language_of_the_question():
    _, finished, _ = await ask(talk(), "我想自杀")
    assert "当地的急救电话" in finished.text


async def test_personal_data_is_masked_before_the_model_and_the_store():
    engine = FakeEngine(["Done."])
    conversation = talk(engine, "workplace")
    await ask(conversation, "Write to jane@example.org")
    assert engine.requests[0].messages[-1].text == "Write to [email]"
    assert [stored.message.text for stored in await conversation.history()] == ["Write to [email]", "Done."]


async def test_an_answer_is_masked_in_the_stream_and_in_the_store():
    conversation = talk(FakeEngine(["You b", "ast", "ard", "!"]))
    shown, finished, told = await ask(conversation, "Hello")
    assert (shown, finished.reason) == ("You ***!", "stop")
    assert [(one.level, one.start, one.end) for one in told] == [(3, 4, 11)]
    assert [stored.message.text for stored in await conversation.history()][-1] == "You ***!"


async def test_an_answer_that_is_blocked_ends_there():
    shown, finished, _ = await ask(talk(FakeEngine(["You b", "astard", "! More"]), "kiosk-public"), "Hello")
    # The beginning of its sentence was not judged by the classifiers yet.
    assert (shown, finished.reason) == ("", "blocked")
    assert finished.error.message == "Please ask in other words."


async def test_the_policy_off_lets_everything_through():
    shown, _, told = await ask(talk(FakeEngine(["You bastard"]), "off"), "I want to die")
    assert (shown, told) == ("You bastard", [])


AGAIN = '[[rules]]\nid = "again"\non = ["answer"]\naction = "ask-again"\nwords = ["bastard"]\ncorrection = "Be kind."\n'


def answers(*texts):
    """An engine with another answer to each question."""
    left = list(texts)
    return FakeEngine(lambda request: [left.pop(0)])


async def test_the_model_is_asked_again_with_the_correction(own_policy):
    own_policy(AGAIN)
    engine = answers("You bastard!", "You friend!")
    shown, finished, told = await ask(talk(engine, "mine"), "Who am I?")
    assert (shown, finished.reason) == ("You friend!", "stop")
    assert [request.messages[-1].text for request in engine.requests] == ["Who am I?", "Who am I?\n\nBe kind."]
    assert [one.action for one in told] == ["ask-again"]


async def test_it_is_asked_again_only_so_often(own_policy):
    own_policy(AGAIN)
    engine = answers(*["You bastard!"] * 5)
    shown, finished, _ = await ask(talk(engine, "mine", corrections=1), "Who am I?")
    assert (shown, finished.reason, finished.error.code) == ("", "blocked", "blocked")
    assert len(engine.requests) == 2


class Broken:
    name = "broken"

    async def judge(self, text, origin):
        raise EngineCrashed("it is gone")


LABEL = '[[rules]]\nid = "injection"\nlabel = "injection"\non = ["user"]\n'


@pytest.mark.parametrize(("failure", "reason"), [("closed", "blocked"), ("open", "stop")])
async def test_a_judge_that_fails_ends_the_turn_where_the_policy_says_so(own_policy, failure, reason):
    own_policy(f'on_failure = "{failure}"\n{LABEL}')
    _, finished, told = await ask(talk(None, "mine", judges=[Broken()]), "Hello")
    assert finished.reason == reason
    assert [(one.part, one.closed) for one in told] == [("broken", failure == "closed")]


async def test_a_policy_that_cannot_be_read_ends_every_turn(own_policy):
    own_policy("colour = 1\n")
    _, finished, _ = await ask(talk(None, "mine"), "Hello")
    assert (finished.reason, finished.error.code) == ("error", "bad-policy")


async def test_long_questions_are_judged_whole():
    _, finished, _ = await ask(talk(), "la " * 10_000 + "I want to die")
    assert finished.reason == "blocked"


def test_health_names_the_policy():
    finding, missing = GuardPlugin().myna_check_health(Settings())
    assert (finding.level, finding.text) == ("ok", "3 rules of the policy default")
    assert (missing.level, missing.mend) == ("note", "myna models pull securevector-guardian")
    settings = Settings(guard=GuardSettings(policies=("nothing",)))
    [finding] = GuardPlugin().myna_check_health(settings)
    assert finding.level == "problem"
