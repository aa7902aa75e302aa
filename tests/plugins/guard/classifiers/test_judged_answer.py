"""An answer, judged sentence by sentence while it streams."""

from __future__ import annotations

from pathlib import Path

import pytest

from myna.errors import AskAgain, Blocked, EngineCrashed
from myna.testing import FakeClassifier, stream_async
from myna_guard.answer import AnswerFilter
from myna_guard.classifiers.answer import LONGEST, JudgedAnswer
from myna_guard.classifiers.judges import judges_of
from myna_guard.classifiers.troubles import Troubles
from myna_guard.notices import Speaker
from myna_guard.policies.compiled import CompiledPolicy
from myna_guard.policies.layers import ActiveRule, Policy
from myna_guard.policies.model import Notice, Rule


class Opened:
    """A filter with one classifier, and what it told."""

    def __init__(self, action, classifier, *, fails_closed=False, rules=()):
        judged = Rule(
            id="judged", on=("answer",), action=action, label="bad", classifier="model", correction="Be kind."
        )
        policy = CompiledPolicy(
            Policy(
                names=("test",),
                files=(Path("test.toml"),),
                rules=tuple(ActiveRule(rule, "test", words=rule.words) for rule in (judged, *rules)),
                removed={},
                notices={"blocked": Notice(en="Sorry.", zh="抱歉。")},
                fails_closed=fails_closed,
                cases=(),
            )
        )

        async def classify(model, text, labels):
            assert (model, labels) == ("model", ("bad",))
            return await classifier.classify(text, labels)

        self.found, self.failed = [], []
        speaker = Speaker("en")
        told = {"found": self.found.append, "failed": self.failed.append}
        self.filter = JudgedAnswer(
            AnswerFilter(policy, speaker, **told),
            policy,
            judges_of(policy, classify, limit_s=5, troubles=Troubles()),
            speaker,
            **told,
        )


async def test_a_sentence_is_let_go_of_when_it_was_judged():
    classifier = FakeClassifier()
    opened = Opened("block", classifier)
    assert await stream_async(opened.filter, ["Hel", "lo. ", "How are", " you? Fi", "ne"]) == [
        "", "Hello. ", "", "How are you? ", "", "Fine",
    ]  # fmt: skip
    assert classifier.texts == ["Hello. ", "How are you? ", "Fine", "Hello. How are you? Fine"]


async def test_chinese_sentences_end_without_a_space():
    assert await stream_async(Opened("block", FakeClassifier()).filter, ["你好。今", "天好吗？好"]) == [
        "你好。",
        "今天好吗？",
        "好",
    ]


async def test_nothing_of_a_sentence_that_is_blocked_is_shown():
    opened = Opened("block", FakeClassifier({"vile": 0.9}))
    assert await opened.filter.feed("Hello. You vi") == "Hello. "
    with pytest.raises(Blocked, match="Sorry"):
        await opened.filter.feed("le thing! More")
    assert [(one.rule, one.start, one.end, one.origin) for one in opened.found] == [("judged", 7, 23, "answer")]


async def test_a_replacement_ends_the_answer():
    opened = Opened("replace", FakeClassifier({"vile": 0.9}))
    assert await stream_async(opened.filter, ["Hello. ", "Vi", "vile. ", "More. "]) == [
        "Hello. ", "", "\n\nSorry.", "", "",
    ]  # fmt: skip


async def test_what_only_the_whole_shows_ends_it_before_the_last_piece():
    opened = Opened("block", FakeClassifier({"One. Two": 0.9}))
    assert await opened.filter.feed("One. ") == "One. "
    assert await opened.filter.feed("Two") == ""
    with pytest.raises(Blocked):
        await opened.filter.finish()


async def test_asking_again_shows_nothing_before():
    opened = Opened("ask-again", FakeClassifier({"vile": 0.9}))
    assert await opened.filter.feed("Hello. You vile thing. ") == ""
    with pytest.raises(AskAgain) as raised:
        await opened.filter.finish()
    assert raised.value.correction == "Be kind."


async def test_what_is_only_noted_is_not_held_back_and_noted_once():
    opened = Opened("log", FakeClassifier({"vile": 0.9}))
    assert await stream_async(opened.filter, ["You vi", "le. And vile", " again"]) == [
        "You vi",
        "le. And vile",
        " again",
        "",
    ]
    assert [one.rule for one in opened.found] == ["judged"]


async def test_masks_come_first():
    classifier = FakeClassifier({"bastard": 0.9})
    opened = Opened("block", classifier, rules=[Rule(id="words", words=("bastard",), action="mask")])
    assert "".join(await stream_async(opened.filter, ["You bas", "tard. ", "Yes"])) == "You ***. Yes"


async def test_a_long_text_without_an_end_is_judged_in_parts():
    classifier = FakeClassifier()
    shown = await stream_async(Opened("block", classifier).filter, ["word " * 50] * 4)
    assert "".join(shown) == "word " * 200
    assert max(map(len, classifier.texts[:-1])) <= LONGEST


@pytest.mark.logs
@pytest.mark.parametrize("closed", [True, False])
async def test_one_that_fails_is_told_once_and_the_policy_says_what_follows(closed):
    classifier = FakeClassifier(error=EngineCrashed("it is gone"))
    opened = Opened("block", classifier, fails_closed=closed)
    if closed:
        with pytest.raises(Blocked, match="could not be checked"):
            await opened.filter.feed("Hello. ")
    else:
        assert "".join(await stream_async(opened.filter, ["Hello. ", "There. ", "Yes"])) == "Hello. There. Yes"
        assert len(classifier.texts) == 1
    assert opened.failed == ["model"]
