"""Judges: asked together, within their time, and told apart when they fail."""

from __future__ import annotations

import asyncio
import logging
import time

import pytest

from myna.errors import EngineCrashed, EngineError
from myna.testing import FakeClassifier
from myna_guard.classifiers.asking import asked
from myna_guard.classifiers.judges import ModelJudge
from myna_guard.classifiers.troubles import Troubles
from myna_guard.findings import Score
from myna_guard.policies.model import Rule


def rule(name, label="bad", threshold=0.5, action="block", classifier=""):
    return Rule(id=name, label=label, threshold=threshold, action=action, classifier=classifier)


class Says:
    def __init__(self, name, *scores):
        self.name, self.scores = name, scores

    async def judge(self, text, origin):
        return [Score(label, score, 2, 5) for label, score in self.scores]


def model_judge(name, classifier, limit_s=5.0, troubles=None):
    async def classify(model, text, labels):
        return await classifier.classify(text, labels)

    return ModelJudge(name, ("bad",), classify, limit_s=limit_s, troubles=troubles or Troubles())


async def test_the_gravest_rule_decides_and_each_finding_is_told():
    rules = [rule("note", action="log"), rule("stop", threshold=0.8), rule("never", threshold=0.95)]
    opinion = await asked(rules, "abcdef", "user", [Says("j", ("bad", 0.9), ("other", 1.0))])
    assert (opinion.action, opinion.rule.id) == ("block", "stop")
    assert [(one.rule, one.start, one.end, one.score, one.threshold, one.level) for one in opinion.found] == [
        ("note", 2, 5, 0.9, 0.5, 2),
        ("stop", 2, 5, 0.9, 0.8, 2),
    ]


async def test_a_rule_asks_the_classifier_that_it_names():
    rules = [rule("a", classifier="one"), rule("b", classifier="two")]
    opinion = await asked(rules, "x", "user", [Says("one", ("bad", 0.9)), Says("two"), Says("three", ("bad", 0.9))])
    assert [one.rule for one in opinion.found] == ["a"]


async def test_a_classifier_that_is_named_and_not_there_has_failed():
    assert (await asked([rule("a", classifier="one")], "x", "user", [])).failed == ("one",)


async def test_judges_are_asked_at_the_same_time():
    meeting = asyncio.Barrier(2)

    class Meets(Says):
        async def judge(self, text, origin):
            await asyncio.wait_for(meeting.wait(), 10)
            return await super().judge(text, origin)

    opinion = await asked([rule("a")], "x", "user", [Meets("one", ("bad", 0.9)), Meets("two", ("bad", 0.9))])
    assert len(opinion.found) == 2


async def test_one_that_fails_does_not_keep_the_others_from_judging():
    gone = model_judge("gone", FakeClassifier(error=EngineCrashed("it is gone")))
    rules = [rule("a", classifier="gone"), rule("b", classifier="there")]
    logging.getLogger("myna_guard.classifiers.troubles").disabled = True
    try:
        opinion = await asked(rules, "very bad", "user", [gone, model_judge("there", FakeClassifier({"bad": 0.9}))])
    finally:
        logging.getLogger("myna_guard.classifiers.troubles").disabled = False
    assert (opinion.failed, [one.rule for one in opinion.found]) == (("gone",), ["b"])


async def test_one_that_hangs_has_failed_when_its_time_is_over(caplog):
    started = time.monotonic()
    hanging = model_judge("slow", FakeClassifier(held=asyncio.Event()), limit_s=0.05)
    with pytest.raises(EngineError, match=r"slow took longer than 0\.05 s"):
        await hanging.judge("x", "user")
    assert time.monotonic() - started < 60


async def test_trouble_is_told_once_until_it_is_over(caplog):
    classifier = FakeClassifier(error=EngineCrashed("it is gone"))
    judge = model_judge("m", classifier)
    for error in (classifier.error, classifier.error, None, classifier.error):
        classifier.error = error
        if error is None:
            await judge.judge("x", "user")
        else:
            with pytest.raises(EngineCrashed):
                await judge.judge("x", "user")
    assert caplog.messages == ["the classifier m cannot judge: it is gone"] * 2
