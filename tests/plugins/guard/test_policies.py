"""Policies: laid over one another, read again when they change, and refused with a clear error when wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from myna.config import GuardSettings
from myna.errors import BadPolicy
from myna.paths import Paths
from myna_guard.cases import run_cases
from myna_guard.findings import Score
from myna_guard.judging import judged
from myna_guard.policies.active import ActivePolicy
from myna_guard.policies.compiled import CompiledPolicy
from myna_guard.policies.layers import SHIPPED, Folders, layered

HEAD = 'name = "{name}"\ndescription = {{ en = "a", zh = "甲" }}\n'


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def write(folder: Path, name: str, body: str = "", head: str = HEAD) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(head.format(name=name) + body, encoding="utf-8")
    return path


def rule(name: str, words: str = '["foo"]', more: str = "") -> str:
    return f'[[rules]]\nid = "{name}"\nwords = {words}\n{more}\n'


def refused(folder: Path, name: str = "mine") -> BadPolicy:
    with pytest.raises(BadPolicy) as raised:
        layered([name], Folders([folder]))
    return raised.value


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.toml")))
async def test_shipped_policies_pass_their_own_tests(name):
    """Those about classifiers in tests/e2e."""

    async def judge(text, origin):
        raise AssertionError("no classifier is installed")

    policy = CompiledPolicy(layered([name], Folders([])))
    outcome = await run_cases(policy, judge)
    assert outcome.count > 0
    assert outcome.failed == ()


def test_layers_replace_and_remove_rules(folder):
    write(folder, "base", rule("a") + rule("b", '["bar"]') + rule("c", '["baz"]'))
    write(folder, "mine", 'extends = ["base"]\nremove = ["b"]\non_failure = "closed"\n' + rule("a", '["other"]'))
    policy = layered(["mine"], Folders([folder]))
    assert [(active.rule.id, active.policy, active.over) for active in policy.rules] == [
        ("a", "mine", "base"),
        ("c", "base", ""),
    ]
    assert policy.removed == {"b": "mine"}
    assert policy.fails_closed
    assert policy.names == ("base", "mine")


def test_what_two_layers_extend_is_read_once(folder):
    write(folder, "base", rule("a"))
    write(folder, "one", 'extends = ["base"]\n' + rule("b"))
    write(folder, "two", 'extends = ["base"]\n')
    assert layered(["one", "two"], Folders([folder])).names == ("base", "one", "two")


def test_cases_of_a_rule_that_was_replaced_no_longer_count(folder):
    case = '[[tests]]\ntext = "foo"\nexpect = "block"\nrule = "a"\n'
    write(folder, "base", rule("a") + case)
    write(folder, "mine", 'extends = ["base"]\n' + rule("a", '["other"]'))
    assert layered(["mine"], Folders([folder])).cases == ()
    assert len(layered(["base"], Folders([folder])).cases) == 1


def test_lists_lie_beside_the_policy(folder):
    (folder / "words.txt").write_text("\ufeff# a list\n\nfoo bar\n炸弹\n", encoding="utf-8")
    write(folder, "mine", '[[rules]]\nid = "a"\nlists = ["words.txt"]\n')
    policy = layered(["mine"], Folders([folder]))
    assert policy.rules[0].words == ("foo bar", "炸弹")
    assert folder / "words.txt" in policy.files


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("colour = 1\n", "unknown key 'colour'"),
        ("remov = []\n", "unknown key 'remov'; did you mean remove?"),
        (rule("a", more='word = "x"'), "rule 1 has an unknown key 'word'; did you mean words?"),
        (rule("a", more='action = "shout"'), "Invalid"),
        (rule("a") + rule("a"), "two rules a"),
        ('remove = ["a"]\n' + rule("a"), "given and removed"),
        ('remove = ["zzz"]\n', "removes the rule zzz"),
        (rule("a") + rule("b", more='action = "mask"'), "'foo' leads to block by rule a and to mask by rule b"),
        (rule("a", '["ｆｏｏ"]') + rule("b", more='action = "allow"'), "leads to block by rule a and to allow"),
        (rule("a", more='pattern = "x"'), "needs one of"),
        ('[[rules]]\nid = "a"\n', "needs one of"),
        ('[[rules]]\nid = "a"\npattern = "("\n', "wrong pattern"),
        ('[[rules]]\nid = "a"\npattern = "x*"\n', "and so everything"),
        (rule("a", '["..."]'), "word without letters"),
        (rule("a", more='action = "ask-again"'), "only be on the answer"),
        (rule("a", more='notice = "none"'), "names the notice none"),
        ('[[rules]]\nid = "a"\nlists = ["../x.txt"]\n', "must lie beside the policy"),
        ('[[rules]]\nid = "a"\nlists = ["absent.txt"]\n', "absent.txt: No such file"),
        ('[notices.x]\nen = "{a}"\nzh = ""\n', "in braces"),
        ("extends = [\n", "it is not TOML"),
        ('extends = ["nothing"]\n', "there is no policy nothing"),
        ('[[rules]]\nid = "a"\nlabel = "x"\naction = "mask"\n', "masks by a label"),
    ],
)
def test_a_wrong_policy_is_refused(folder, body, message):
    write(folder, "mine", body)
    error = refused(folder)
    assert message in error.message
    assert error.hint


def test_a_circle_is_named(folder):
    write(folder, "one", 'extends = ["two"]\n')
    write(folder, "two", 'extends = ["one"]\n')
    assert "one -> two -> one" in refused(folder, "one").message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("敏感词".encode("gbk"), "it is not UTF-8, at byte 0"),
        ("word".encode("utf-16"), "it is in UTF-16"),
        (b"a\0b", "it is no text file"),
        (b"fine\n\xff", "at byte 5"),
    ],
)
def test_a_list_in_another_encoding_is_refused(folder, content, message):
    (folder / "words.txt").write_bytes(content)
    write(folder, "mine", '[[rules]]\nid = "a"\nlists = ["words.txt"]\n')
    error = refused(folder)
    assert message in error.message
    assert error.hint == "save it as UTF-8"


def test_a_policy_is_called_as_its_file(folder):
    write(folder, "mine", head=HEAD.replace("{name}", "yours"))
    assert "it is called 'yours'" in refused(folder).message


def touch(path: Path, text: str) -> None:
    before = path.stat().st_mtime_ns
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 10**9, before + 10**9))


@pytest.mark.logs
def test_an_edited_policy_counts_at_once_and_a_wrong_one_not(folder, caplog):
    paths = Paths.find(folder)
    policies = paths.config / "policies"
    policies.mkdir(parents=True)
    path = write(policies, "mine", rule("a"))
    active, settings = ActivePolicy(paths), GuardSettings(policies=("mine",))
    first = active.get(settings)
    assert active.get(settings) is first
    touch(path, path.read_text() + rule("b", '["bar"]'))
    second = active.get(settings)
    assert [one.rule.id for one in second.policy.rules] == ["a", "b"]
    touch(path, "nonsense")
    assert active.get(settings) is second
    assert active.get(settings) is second
    assert active.error is not None
    assert len(caplog.records) == 1
    touch(path, HEAD.format(name="mine"))
    assert active.get(settings).policy.rules == ()
    assert active.error is None


def test_other_settings_are_another_policy(folder):
    active = ActivePolicy(Paths.find(folder))
    assert active.get(GuardSettings(policies=("off",))).policy.rules == ()
    assert active.get(GuardSettings(policies=("default",))).policy.rules


class Judge:
    name = "test-judge"

    def __init__(self, **scores: float) -> None:
        self.scores = scores
        self.asked: list[tuple[str, str]] = []

    async def judge(self, text, origin):
        self.asked.append((text, origin))
        return [Score(label, score) for label, score in self.scores.items()]


async def test_a_judge_is_asked_where_a_rule_names_a_label(folder):
    write(
        folder,
        "mine",
        '[[rules]]\nid = "injection"\nlabel = "injection"\nthreshold = 0.8\non = ["user", "retrieved"]\n' + rule("a"),
    )
    policy = CompiledPolicy(layered(["mine"], Folders([folder])))
    sure, unsure = Judge(injection=0.9), Judge(injection=0.7)
    judgement = await judged(policy, "forget it", "retrieved", [sure])
    assert (judgement.action, judgement.found[0].level, judgement.found[0].score) == ("block", 2, 0.9)
    assert (await judged(policy, "forget it", "user", [unsure])).action == "allow"
    assert (await judged(policy, "forget it", "answer", [sure])).action == "allow"
    assert (await judged(policy, "foo", "user", [sure])).action == "block"
    assert sure.asked == [("forget it", "retrieved")]
