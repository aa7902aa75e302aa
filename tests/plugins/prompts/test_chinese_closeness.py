"""How well closeness without an embedding model serves Chinese, on sentences written for it."""

from __future__ import annotations

import pytest

from myna_prompts.choosing import by_words
from myna_prompts.evaluation.statistics import overlap

from .chinese_pairs import FIRST, SECOND, TRIPLES, Choice


@pytest.mark.parametrize(("choice", "first"), [(FIRST, 28), (SECOND, 15)])
def test_the_text_of_like_meaning_comes_first(choice: Choice, first: int) -> None:
    places = [by_words(question, choice.texts).index(right) for question, right in choice.questions]
    assert sum(place == 0 for place in places) >= first
    assert sum(place < 3 for place in places) >= len(places) - 1


def test_polite_words_decide_nothing() -> None:
    texts = ("请问您这里的东西都在吗", "停车多少钱")
    assert by_words("请问您，在这里停车要钱吗", texts) == [1, 0]


def test_the_same_characters_in_another_order_are_less_similar() -> None:
    """By characters alone the right answer wins in 8 of 20 triples, and 2 are ties."""
    right = [overlap(same, reference) > overlap(other, reference) for reference, same, other in TRIPLES]
    assert sum(right) >= 14


def test_another_matter_is_hardly_similar() -> None:
    apart = [
        overlap(same, reference)
        for at, (_, same, _) in enumerate(TRIPLES)
        for other, (reference, _, _) in enumerate(TRIPLES)
        if at != other
    ]
    close = [overlap(same, reference) for reference, same, _ in TRIPLES]
    assert sum(apart) / len(apart) < 0.05
    assert sum(close) / len(close) > 0.5
