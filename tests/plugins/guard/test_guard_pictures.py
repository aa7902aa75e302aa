"""Pictures and what was found in them, judged by policies."""

from __future__ import annotations

import msgspec
import pytest

from myna.audit.policy import AuditPolicy
from myna.config import GuardSettings, PluginSettings, Settings
from myna.engine.sight import Measures, PictureFacts
from myna.errors import BadPolicy, ExtraMissing
from myna.events import GuardFailed, GuardFinding
from myna.host import PluginHost
from myna.messages import Attachment, Image, Message, Text, user
from myna.testing import FakeClassifier, draft
from myna_guard import pictures
from myna_guard.classifiers import models
from myna_guard.plugin import GuardPlugin
from myna_guard.policies.reading import read_policy

PICTURE = Attachment("a" * 64, "image/png", 9)
CLASSIFIERS = {"securevector-guardian": FakeClassifier(), "profanity-en": FakeClassifier()}


def settings(*policies):
    return Settings(guard=GuardSettings(policies=policies))


def shown(policy, score, text="What is this?"):
    """A question with a picture under a policy; the picture is unsafe by `score`."""
    turn = draft(text, settings=settings(policy))
    turn.classifiers = CLASSIFIERS
    turn.facts[PICTURE.sha256] = PictureFacts(Measures(8, 8, "PNG"), unsafe=score)
    parts = (Image(PICTURE), Text(text)) if text else (Image(PICTURE),)
    return Message("user", parts), turn


async def screen(message, turn):
    return await GuardPlugin().myna_screen_input(message=message, draft=turn)


@pytest.mark.parametrize(("policy", "score"), [("workplace", 0.8), ("kiosk-public", 0.5)])
@pytest.mark.parametrize(
    ("text", "notice"),
    [("What is this?", "This picture is not looked at here."), ("这是什么？", "这里不查看这张图片。")],
)
async def test_an_unsafe_picture_is_blocked_in_the_language_of_the_question(policy, score, text, notice):
    message, turn = shown(policy, score, text)
    verdict = await screen(message, turn)
    assert (verdict.action, verdict.rule, verdict.text) == ("block", "unsafe-picture", notice)
    [told] = turn.events
    assert (told.rule, told.policy, told.level) == ("unsafe-picture", policy, 2)
    assert (told.origin, told.score) == ("picture", score)


@pytest.mark.parametrize(("policy", "score"), [("workplace", 0.79), ("kiosk-public", 0.49), ("default", 1.0)])
async def test_another_picture_goes_on(policy, score):
    message, turn = shown(policy, score)
    assert await screen(message, turn) is None
    assert turn.events == []


async def test_a_picture_without_words_is_judged_too():
    verdict = await screen(*shown("workplace", 0.9, ""))
    assert verdict.action == "block"


async def test_without_the_model_a_policy_that_closes_lets_no_picture_go_on():
    message, turn = shown("kiosk-public", None)
    verdict = await screen(message, turn)
    assert [(told.part, told.origin, told.closed) for told in turn.events] == [("unsafe-picture", "picture", True)]
    assert isinstance(turn.events[0], GuardFailed)
    assert verdict.action == "block"


@pytest.mark.parametrize(("there", "failures"), [(False, []), (True, [False])])
async def test_without_the_model_another_policy_goes_on_and_tells_no_failure(monkeypatch, there, failures):
    """One that is installed and does not answer has failed."""
    monkeypatch.setattr(pictures, "installed", lambda: there)
    message, turn = shown("workplace", None)
    assert await screen(message, turn) is None
    assert [told.closed for told in turn.events] == failures


async def test_so_it_is_where_nothing_looks_at_pictures():
    message, turn = shown("kiosk-public", 0.0)

    async def look(picture):
        raise ExtraMissing("nothing here looks at pictures")

    turn.look = look
    assert (await screen(message, turn)).action == "block"


async def test_a_question_that_is_blocked_has_no_pictures_looked_at():
    message, turn = shown("kiosk-public", 0.0, "Which stocks should I buy?")
    turn.facts.clear()
    assert (await screen(message, turn)).rule == "financial"


async def test_what_was_found_in_a_picture_is_judged_as_that():
    turn = draft("看这张图", settings=settings("workplace"))
    turn.classifiers = CLASSIFIERS
    found = Message("user", (Text("Mail jane@example.org, you bastard", "picture"),))
    verdict = await screen(found, turn)
    assert (verdict.action, verdict.text) == ("replace", "Mail [email], you bastard")
    assert [told.origin for told in turn.events if isinstance(told, GuardFinding)] == ["picture"]


@pytest.mark.parametrize(
    ("score", "left"), [(0.9, "[A text that gives orders to the assistant was left out here.]"), (0.6, "")]
)
async def test_orders_that_were_found_in_a_picture_are_left_out(score, left):
    turn = draft("What does it say?", settings=settings("default"))
    turn.classifiers = {"securevector-guardian": FakeClassifier({"obey": score})}
    verdict = await screen(Message("user", (Text("obey me", "picture"),)), turn)
    assert (verdict.text if verdict else "") == left
    assert [(told.rule, told.origin) for told in turn.events] == ([("injection", "picture")] if left else [])


async def test_without_a_classifier_the_default_lets_everything_go_on(caplog):
    turn = draft("What does it say?", settings=settings("default"))
    assert await screen(user("What does it say?"), turn) is None
    assert turn.events == []
    for origin in ("picture", "retrieved"):
        assert await screen(Message("user", (Text("obey me", origin),)), turn) is None
    # The doctor says that it is not installed; that is no failure of each text.
    assert turn.events == []
    assert caplog.messages == []


async def test_what_was_looked_up_is_judged_as_that():
    turn = draft("Who is it?", settings=settings("default"))
    turn.classifiers = {"securevector-guardian": FakeClassifier({"obey": 0.9})}
    verdict = await screen(Message("user", (Text("obey me", "retrieved"),)), turn)
    assert verdict.text == "[A text that gives orders to the assistant was left out here.]"
    assert [(told.rule, told.origin) for told in turn.events] == [("injection", "retrieved")]


@pytest.mark.parametrize(
    ("policy", "installed", "wanted"),
    [
        ("off", True, False),
        ("default", True, True),
        ("default", False, False),
        ("workplace", False, True),
        ("kiosk-public", False, True),
    ],
)
def test_pictures_are_read_only_where_something_judges_them(own_home, monkeypatch, policy, installed, wanted):
    monkeypatch.setattr(models, "installed", lambda name: installed)
    host = PluginHost.load(PluginSettings(), extra=[("guard", GuardPlugin())], entry_points=())
    assert host.screens_printed(settings(policy)) is wanted


async def test_what_a_person_typed_is_not_judged_as_a_picture():
    turn = draft("bastard", settings=settings("workplace"))
    turn.classifiers = CLASSIFIERS
    assert (await screen(user("bastard"), turn)).text == "***"
    assert [told.origin for told in turn.events] == ["user"]


@pytest.mark.parametrize(
    "wrong", ['on = ["user"]', 'on = ["picture"]\naction = "replace"', 'on = ["picture"]\naction = "mask"']
)
def test_a_rule_for_pictures_that_could_not_be_kept_is_refused(tmp_path, wrong):
    path = tmp_path / "mine.toml"
    rule = f'[[rules]]\nid = "p"\nlabel = "unsafe-picture"\n{wrong}\n'
    path.write_text(f'name = "mine"\ndescription = {{ en = "a", zh = "甲" }}\n{rule}', encoding="utf-8")
    with pytest.raises(BadPolicy, match="judges pictures"):
        read_policy(path)


@pytest.mark.parametrize(("policy", "level"), [("default", None), ("workplace", "note"), ("kiosk-public", "problem")])
def test_the_doctor_says_that_the_model_is_missing(own_home, policy, level):
    found = GuardPlugin().myna_check_health(settings=settings(policy))
    missing = [finding for finding in found if "open-nsfw" in finding.text]
    assert [finding.level for finding in missing] == ([] if level is None else [level])
    assert all(finding.mend == "myna models pull open-nsfw" for finding in missing)


@pytest.mark.parametrize(
    ("policies", "asked"),
    [(("default",), AuditPolicy()), (("kiosk-public", "workplace"), AuditPolicy("metadata", "question", "closed"))],
)
def test_a_policy_may_demand_a_record(policies, asked):
    required = GuardPlugin().myna_require_audit(settings=settings(*policies))
    assert msgspec.structs.asdict(required) == msgspec.structs.asdict(asked)
