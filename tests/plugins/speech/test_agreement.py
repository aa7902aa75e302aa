from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna_speech.recognition.agreement import LocalAgreement, join_units, plain, split_units

WORDS = st.sampled_from(
    ["what", "What", "is", "is,", "the", "capital", "of", "France", "France?", "no", "no.", "，", "今", "天", "好。"]
)
PASSES = st.lists(st.lists(WORDS, max_size=8), max_size=8)


def fed(passes: list[str]) -> list[tuple[str, str]]:
    agreement = LocalAgreement()
    return [agreement.feed(split_units(text)) for text in passes]


def test_what_two_passes_agree_on_is_stable() -> None:
    assert fed(["What is", "what is the cap.", "What is the capital of", "What is the capital of France?"]) == [
        ("", "What is"),
        ("what is", "the cap."),
        ("what is the", "capital of"),
        ("what is the capital of", "France?"),
    ]


def test_chinese_agrees_by_characters_and_has_no_spaces() -> None:
    assert fed(["今天", "今天天气，", "今天天气，怎么样", "今天天气怎么样？"]) == [
        ("", "今天"),
        ("今天", "天气，"),
        ("今天天气，", "怎么样"),
        ("今天天气，怎么样", ""),
    ]


def test_a_full_stop_where_the_sound_ends_is_not_stable() -> None:
    assert fed(["Turn off the light.", "Turn off the light."])[-1] == ("Turn off the light", "")
    assert fed(["Turn off.", "Turn off.", "Turn off the light."])[-1] == ("Turn off", "the light.")


def test_a_later_pass_may_hear_the_stable_part_as_other_words() -> None:
    passes = [
        "what is the capital",
        "what is the capital",
        "what's the capital of France",
        "what's the capital of France",
    ]
    assert fed(passes)[-1] == ("what is the capital of France", "")


def test_a_shorter_pass_takes_nothing_back() -> None:
    assert fed(["one two three", "one two three", "one", "one two three four", "one two three four"])[-1][0] == (
        "one two three four"
    )


@given(PASSES)
def test_stable_text_only_grows(passes: list[list[str]]) -> None:
    agreement = LocalAgreement()
    before = ""
    for words in passes:
        stable, _ = agreement.feed(words)
        assert stable.startswith(before)
        assert stable == agreement.stable
        before = stable


@given(PASSES)
def test_what_becomes_stable_was_heard_twice_in_a_row(passes: list[list[str]]) -> None:
    agreement = LocalAgreement()
    last: list[str] = []
    known = 0
    for words in passes:
        stable, _ = agreement.feed(words)
        keys = [plain(unit) for unit in split_units(stable) if plain(unit)]
        new = keys[known:]
        assert all(key in [plain(word) for word in words] for key in new)
        assert all(key in [plain(word) for word in last] for key in new)
        known, last = len(keys), words


@given(st.lists(WORDS, max_size=10))
def test_the_same_pass_twice_is_stable_but_for_the_last_punctuation(words: list[str]) -> None:
    agreement = LocalAgreement()
    agreement.feed(words)
    stable, rest = agreement.feed(words)
    said = [plain(word) for word in words if plain(word)]
    assert "".join(plain(unit) for unit in split_units(stable)) == "".join(said)
    assert rest == ""


@given(st.text(alphabet="ab cd今天，。 x", max_size=30))
def test_splitting_and_joining_keeps_all_that_is_not_space(text: str) -> None:
    assert "".join(join_units(split_units(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text", ["What's up? I'm fine, thanks.", "今天天气怎么样？很好。", "打开 WiFi。", "50% (half) of it"]
)
def test_joining_gives_the_text_back(text: str) -> None:
    assert join_units(split_units(text)).replace(" ", "") == text.replace(" ", "")


def test_empty_passes_change_nothing() -> None:
    agreement = LocalAgreement()
    agreement.feed(["yes"])
    agreement.feed(["yes"])
    assert agreement.feed([]) == ("yes", "")
    assert agreement.feed([" ", "..."]) == ("yes", "")
