from __future__ import annotations

import pytest

from myna_speech.benchmarks.word_errors import distance, spoken_number, word_error_rate, words


@pytest.mark.parametrize(
    ("number", "read"),
    [
        (0, "zero"),
        (17, "seventeen"),
        (23, "twenty three"),
        (100, "one hundred"),
        (342, "three hundred forty two"),
        (1_000_001, "one million one"),
        (90_000, "ninety thousand"),
    ],
)
def test_numbers_are_read(number: int, read: str) -> None:
    assert spoken_number(number) == read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Set a timer for 12 minutes.", "set a timer for twelve minutes"),
        ("the 2nd Thursday", "The second Thursday!"),
        ("the 20th", "the twentieth"),
        ("21st", "twenty-first"),
        ("It's 50%", "its fifty percent"),
        ("1,000 people", "one thousand people"),
        ("bread & butter", "bread and butter"),
        ("ＷｉＦｉ", "wifi"),
    ],
)
def test_what_sounds_the_same_is_the_same(one: str, other: str) -> None:
    assert words(one) == words(other)


def test_chinese_is_compared_by_characters() -> None:
    assert words("今天，天气 OK。") == ["今", "天", "天", "气", "ok"]


def test_distance_counts_changes_omissions_and_insertions() -> None:
    assert distance(["a", "b", "c"], ["a", "x", "c"]) == 1
    assert distance(["a", "b", "c"], ["a", "c"]) == 1
    assert distance(["a", "c"], ["a", "b", "c"]) == 1
    assert distance([], ["a", "b"]) == 2


def test_the_rate_is_over_all_words() -> None:
    assert word_error_rate([("one two three", "one two"), ("four", "four")]) == 0.25
    assert word_error_rate([]) == 0.0
