"""Figures and their intervals, against values worked out apart from the code."""

from __future__ import annotations

import pytest

from myna_prompts.evaluation.statistics import distinct, mean_interval, overlap, share_interval, sign_test


def test_the_interval_of_a_share_is_wilsons() -> None:
    # Newcombe 1998, table I, case 81 of 263: 0.2553 to 0.3662.
    low, high = share_interval(81 / 263, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert share_interval(1.0, 5)[0] == pytest.approx(0.5655, abs=1e-4)
    assert share_interval(0.0, 5)[1] == pytest.approx(0.4345, abs=1e-4)


def test_the_interval_of_a_mean_is_steady_and_holds_the_mean() -> None:
    values = [1.0, 2.0, 3.0, 4.0, 10.0]
    low, high = mean_interval(values, seed=3)
    assert (low, high) == mean_interval(values, seed=3)
    assert 1.0 < low < 4.0 < high < 10.0
    assert mean_interval([2.0]) == (2.0, 2.0)


def test_overlap_is_f1_of_words() -> None:
    assert overlap("the cat sat", "the cat ran") == pytest.approx(2 / 3)
    assert overlap("a a a", "a") == pytest.approx(0.5)
    # All characters are shared, and of the pairs 今天 and 天气, not the one between them.
    assert overlap("今天天气", "天气今天") == pytest.approx((1 + 2 / 3) / 2)
    assert overlap("房间４５欧元", "房间45欧元。") == 1.0
    assert overlap("好", "好。") == 1.0
    assert overlap("x", "y") == 0.0


def test_distinct_runs() -> None:
    assert distinct(["a b a b"], 1) == 0.5
    assert distinct(["a b a b"], 2) == pytest.approx(2 / 3)
    assert distinct(["a b", "a b"], 2) == 0.5
    assert distinct(["a"], 2) is None


def test_the_sign_test() -> None:
    assert sign_test(5, 0) == pytest.approx(1 / 32)
    assert sign_test(8, 2) == pytest.approx(56 / 1024)
    assert sign_test(0, 3) == 1.0
    assert sign_test(0, 0) == 1.0
