"""The review of an answer: nothing that is forbidden gets out, at no split, not even its first half."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from myna.errors import AskAgain, Blocked
from myna_guard.answer import AnswerFilter
from myna_guard.findings import Found
from myna_guard.notices import Speaker
from myna_guard.policies.compiled import CompiledPolicy
from myna_guard.policies.layers import ActiveRule, Policy
from myna_guard.policies.model import Notice, Rule

WORDS = ("kill yourself", "bastard", "制造炸药", "炸弹")


def policy(*rules: Rule, fails_closed: bool = False) -> CompiledPolicy:
    return CompiledPolicy(
        Policy(
            names=("test",),
            files=(Path("test.toml"),),
            rules=tuple(ActiveRule(rule, "test", words=rule.words) for rule in rules),
            removed={},
            notices={"sorry": Notice(en="Sorry.", zh="抱歉。")},
            fails_closed=fails_closed,
            cases=(),
        )
    )


class Opened:
    """A filter, and what it told."""

    def __init__(self, compiled: CompiledPolicy) -> None:
        self.found: list[Found] = []
        self.failed: list[str] = []
        self.filter = AnswerFilter(compiled, Speaker("en"), found=self.found.append, failed=self.failed.append)

    def run(self, pieces: list[str]) -> tuple[str, str]:
        """(What was shown, what ended it)."""
        shown = ""
        try:
            for piece in pieces:
                shown += self.filter.feed(piece)
            shown += self.filter.finish()
        except Blocked as error:
            return shown, f"{type(error).__name__}: {error.message}"
        return shown, ""


BLOCKING = policy(Rule(id="words", words=WORDS, action="block", notice="sorry"))
MASKING = policy(
    Rule(id="words", words=WORDS, action="mask"),
    Rule(id="personal", personal=("email", "card"), action="mask"),
    exceptions := Rule(id="fine", words=("bastard sword", "炸弹人"), action="allow"),
)


def spellings(phrase: str) -> list[str]:
    return [
        phrase,
        phrase.upper(),
        "\u200b".join(phrase),
        ".".join(phrase.replace(" ", "")),
        "".join(character * 3 if character.isalpha() else character for character in phrase),
        phrase.replace("a", "4").replace("i", "1").replace("弹", "彈").replace("药", "藥"),
        phrase.replace("ill", "*ll").replace("tar", "t#r").replace("造", "×"),
        phrase.replace("k", "|<").replace("d", "|)"),
    ]


SPELLINGS = list(dict.fromkeys(spelling for word in WORDS for spelling in spellings(word)))


@pytest.mark.parametrize("phrase", SPELLINGS)
def test_at_no_split_does_anything_of_it_get_out(phrase):
    text = f"So: {phrase}, it says."
    for first, second in itertools.combinations_with_replacement(range(len(text) + 1), 2):
        shown, ended = Opened(BLOCKING).run([text[:first], text[first:second], text[second:]])
        assert ended == "Blocked: Sorry."
        assert "So: ".startswith(shown), (shown, first, second)


ALPHABET = st.sampled_from([*"kilyousefbatrd d.|<*)", " ", "\u200b", *"制造炸药弹彈人", "4", "1", "@", ".com", "sword"])
CHUNKS = st.lists(st.lists(ALPHABET, max_size=6).map("".join), max_size=8)


@settings(max_examples=200, deadline=None)
@given(before=CHUNKS, phrase=st.sampled_from(SPELLINGS), cuts=st.lists(st.integers(0, 60)))
def test_zero_characters_leak_in_any_surroundings(before, phrase, cuts):
    head = "".join(before) + " "
    text = f"{head}{phrase} "
    places = [0, *sorted(cut for cut in cuts if cut <= len(text)), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(places)]
    shown, ended = Opened(BLOCKING).run(pieces)
    assert ended
    assert len(shown) <= len(head)


@settings(max_examples=300, deadline=None)
@given(pieces=CHUNKS)
def test_masks_do_not_depend_on_how_the_answer_is_cut(pieces):
    text = "".join(pieces)
    assert Opened(MASKING).run(pieces) == Opened(MASKING).run([text]) == Opened(MASKING).run(list(text))


@settings(max_examples=200, deadline=None)
@given(pieces=CHUNKS)
def test_an_answer_without_findings_arrives_whole(pieces):
    opened = Opened(MASKING)
    shown, ended = opened.run(pieces)
    if not opened.found:
        assert (shown, ended) == ("".join(pieces), "")


def test_masks():
    opened = Opened(MASKING)
    assert opened.run(["You b.a.s.", "t.a.r.d\u0301", "! Mail a@b", ".com now"]) == ("You ***! Mail [email] now", "")
    assert [(one.rule, one.level, one.start) for one in opened.found] == [("words", 3, 4), ("personal", 3, 25)]


def test_an_exception_is_waited_for():
    assert Opened(MASKING).run(["a bastard ", "sword, and a bastard", " file"]) == (
        "a bastard sword, and a *** file",
        "",
    )
    assert Opened(MASKING).run(["玩炸", "弹", "人吧，炸弹"]) == ("玩炸弹人吧，***", "")


def test_overlapping_masks_are_one():
    compiled = policy(Rule(id="a", words=("炸弹制",), action="mask"), Rule(id="b", words=("弹制造",), action="mask"))
    for pieces in (["说炸弹制造吧"], list("说炸弹制造吧")):
        assert Opened(compiled).run(pieces) == ("说***吧", "")


def test_a_replacement_ends_the_answer():
    compiled = policy(Rule(id="words", words=WORDS, action="replace", notice="sorry"))
    assert Opened(compiled).run(["You bas", "tard! And more", " text"]) == ("You \n\nSorry.", "")
    assert Opened(compiled).run(["bastard! And", " more"]) == ("Sorry.", "")


def test_log_only_tells():
    opened = Opened(policy(Rule(id="words", words=WORDS, action="log")))
    assert opened.run(["You bastard", "!"]) == ("You bastard!", "")
    assert [one.action for one in opened.found] == ["log"]


def test_asking_again_shows_nothing_before_the_answer_has_passed():
    compiled = policy(Rule(id="words", words=WORDS, on=("answer",), action="ask-again", correction="Be kind."))
    opened = Opened(compiled)
    assert opened.filter.feed("Hello there, my ") == ""
    with pytest.raises(AskAgain) as raised:
        opened.filter.feed("bastard ")
    assert raised.value.correction == "Be kind."
    assert Opened(compiled).run(["Hello ", "there"]) == ("Hello there", "")


def test_a_rule_that_runs_out_of_time_fails_as_the_policy_says():
    slow = Rule(id="slow", pattern=r"(?:a|aa|a)+(?:b|c)+$", action="block")
    text = "a" * 60 + "!"
    opened = Opened(policy(slow))
    assert opened.run([text, " more"]) == (f"{text} more", "")
    assert opened.failed == ["slow"]
    shown, ended = Opened(policy(slow, fails_closed=True)).run([text, " more"])
    assert shown == ""
    assert "could not be checked" in ended


@pytest.mark.parametrize("size", [1, 7, 300, 5000])
def test_a_match_without_end_is_cut_not_overlooked(size):
    """As of `.*`; what follows the 512 characters that one match may have is text like any other."""
    opened = Opened(policy(Rule(id="rest", pattern=r"password: .*", action="mask")))
    text = f"The password: {'x' * 700}\nand more"
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    assert opened.run(pieces) == (f"The ***{'x' * (700 - 512 + len('password: '))}\nand more", "")


def test_the_whole_is_reviewed_in_the_end():
    """What a mask brings together is found only then."""
    compiled = policy(
        Rule(id="marks", words=("bastard",), action="mask", mask="x"), Rule(id="x", pattern=r"a x", action="block")
    )
    assert Opened(compiled).run(["what a bastard"]) == ("what a ", "Blocked: This is not answered here.")
