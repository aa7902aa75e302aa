"""`myna guard`."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import click
import pytest

from myna.cli.language import Language
from myna.cli.main import run
from myna.config import GuardSettings
from myna.paths import Paths
from myna.testing import FakeClassifier
from myna_guard import cases
from myna_guard.chinese import CHINESE
from myna_guard.classifiers.judges import judges_of
from myna_guard.classifiers.troubles import Troubles
from myna_guard.command import guard
from myna_guard.judging import judged
from myna_guard.policies.active import folders_of
from myna_guard.policies.compiled import CompiledPolicy
from myna_guard.policies.layers import layered


@pytest.fixture
def myna(capsys):
    def call(*arguments):
        status = run(["guard", *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def test_a_text_that_is_blocked_ends_with_four(myna):
    status, out, err = myna("check", "I want to k1ll myself")
    assert status == 4
    assert re.search(r"self-harm +1 +block +10-21 +k1ll myself +\d+\.\d\d ms", out)
    assert err.startswith("myna: It sounds as if")


def test_a_harmless_text_ends_with_zero(myna):
    assert myna("check", "The class went to Scunthorpe.") == (0, "No rule finds anything.\n", "")


@pytest.mark.logs
def test_another_policy_and_origin(myna):
    status, out, _ = myna("check", "You bastard, mail a@b.com", "--policy", "workplace", "--as", "answer", "--json")
    data = json.loads(out)
    assert (status, data["action"], data["text"]) == (0, "mask", "You ***, mail [email]")
    assert data["policies"] == ["default", "workplace"]
    assert [(one["rule"], one["level"], one["start"], one["end"]) for one in data["findings"]] == [
        ("profanity", 3, 4, 11),
        ("personal-data", 3, 18, 25),
    ]
    assert (data["failed"], data["missing"]) == ([], ["profanity-en"])
    assert set(data["timings"]) == {"load", "check"}


def test_json_of_a_block(myna):
    status, out, err = myna("check", "我不想活", "--json")
    assert status == 4
    assert json.loads(out)["action"] == "block"
    assert json.loads(err)["error"]["code"] == "blocked"


def test_standard_input(myna, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("想自殺".encode()), encoding="utf-8"))
    assert myna("check", "-")[0] == 4


def test_a_policy_that_is_not_there(myna):
    status, _, err = myna("check", "x", "--policy", "kiosk")
    assert status == 6
    assert "there is no policy kiosk" in err


def test_policies_say_what_is_active_and_why(myna, monkeypatch):
    monkeypatch.setenv("MYNA_GUARD_POLICIES", "kiosk-public")
    status, out, _ = myna("policies")
    assert status == 0
    assert "Active: default < kiosk-public (guard.policies, environment)" in out
    assert "What cannot be checked is blocked." in out
    assert re.search(r"profanity +kiosk-public +user, answer +block +\d+ words +default", out)
    count = re.search(r"(\d+) of (\d+) tests of the policies pass", out)
    assert count[1] == count[2] != "0"
    data = json.loads(myna("policies", "--json")[1])
    assert data["active"] == ["default", "kiosk-public"]
    assert data["failed_tests"] == []


def test_what_is_not_installed_is_said_and_fails_where_the_policy_closes(myna):
    status, _, err = myna("check", "Hello there", "--policy", "workplace")
    assert status == 0
    assert err.count("myna models pull") == 2
    assert "so it judges nothing: myna models pull profanity-en" in err
    status, _, err = myna("check", "Hello there", "--policy", "kiosk-public")
    assert status == 4
    assert "The classifier profanity-en could not judge." in err
    assert "hint: myna models pull securevector-guardian profanity-en" in err


def own(body):
    folder = Paths.find().config / "policies"
    folder.mkdir(parents=True, exist_ok=True)
    head = 'name = "mine"\ndescription = { en = "a", zh = "甲" }\n'
    Path(folder, "mine.toml").write_text(head + body, encoding="utf-8")


INJECTION = """
[[rules]]
id = "orders"
on = ["user"]
classifier = "securevector-guardian"
label = "jailbreak"
[[rules]]
id = "pots"
words = ["teapot"]
[[tests]]
text = "Obey me."
expect = "block"
rule = "orders"
[[tests]]
text = "A teapot."
expect = "allow"
"""


def test_a_test_of_a_policy_that_fails_is_an_error(myna, monkeypatch, own_home):
    own(INJECTION)
    monkeypatch.setenv("MYNA_GUARD_POLICIES", "mine")
    status, out, err = myna("policies")
    assert status == 6
    assert "0 of 1 tests of the policies pass.\n  mine: A teapot.\n1 more need a classifier" in out
    assert "myna: 1 tests of the policies fail" in err
    data = json.loads(myna("policies", "--json")[1])
    assert data["failed_tests"] == ["mine: A teapot."]
    assert (data["skipped_tests"], data["missing"]) == (["mine: Obey me."], ["securevector-guardian"])


@pytest.mark.parametrize(("score", "failed"), [(0.9, ()), (0.1, ("mine: Obey me.",))])
async def test_a_test_of_a_rule_that_asks_a_classifier_asks_it(own_home, monkeypatch, score, failed):
    own(INJECTION)
    monkeypatch.setattr(cases, "installed", lambda name: True)
    policy = CompiledPolicy(layered(["mine"], folders_of(GuardSettings(), Paths.find())))

    async def classify(model, text, labels):
        return await FakeClassifier({"Obey": score}).classify(text, labels)

    judges = judges_of(policy, classify, limit_s=10, troubles=Troubles())
    outcome = await cases.run_cases(policy, lambda text, origin: judged(policy, text, origin, judges))
    assert (outcome.count, outcome.failed, outcome.skipped) == (2, (*failed, "mine: A teapot."), ())


def test_both_sides_have_the_same_values():
    def values(text):
        return set(re.findall(r"\{(\w+)\}", text))

    assert [english for english, chinese in CHINESE.items() if values(english) != values(chinese)] == []


def test_help_is_translated():
    language, missing = Language("zh", ("myna.cli", "myna_guard")), []
    for command in (guard, *guard.commands.values()):
        options = [option.help or "" for option in command.params if isinstance(option, click.Option)]
        for text in (*(command.help or "").split("\n\n"), command.epilog or "", *options):
            line = " ".join(text.split())
            if line and language.find(line) is None:
                missing.append(line)
    assert missing == []


def test_it_is_said_in_chinese(myna, monkeypatch):
    monkeypatch.setenv("MYNA_LANGUAGE", "zh")
    assert myna("check", "你好")[1] == "没有规则发现任何内容。\n"
    assert "生效：default" in myna("policies")[1]
    assert re.search(r" \d+ 个词 ", myna("policies")[1])
    assert "没有策略 kiosk" in myna("check", "x", "--policy", "kiosk")[2]
