"""How much was read right."""

from __future__ import annotations

import pytest

from myna_vision.benchmarks.accuracy import accuracy, characters, distance


@pytest.mark.parametrize(
    ("wanted", "found", "edits"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("", "abc", 3), ("kitten", "sitting", 3), ("中文", "中交", 1)],
)
def test_distance(wanted, found, edits):
    assert distance(wanted, found) == edits


def test_accuracy_counts_all_texts_together():
    assert accuracy([("abcd", "abcd"), ("abcdef", "abxyef")]) == pytest.approx(0.8)
    assert accuracy([]) == 1
    assert accuracy([("a", "something else altogether")]) == 0


def test_spaces():
    assert characters(" one \n two", "en") == "one two"
    assert characters("一二 三\n四", "zh") == "一二三四"
