"""Steps are told apart from the answer, however the stream is cut."""

from __future__ import annotations

import pytest

from myna.testing import stream
from myna_prompts.steps import StepsFilter, split_steps

TEXT = "1. Two and two.\n2. That is four.\n**Answer:** 4, for sure"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
def test_the_answer_is_what_follows_the_marker(size: int) -> None:
    told: list[str] = []
    pieces = [TEXT[at : at + size] for at in range(0, len(TEXT), size)]
    assert "".join(stream(StepsFilter("Answer:", told.append), pieces)) == "4, for sure"
    assert told == ["1. Two and two.\n2. That is four."]


def test_nothing_is_shown_before_the_marker() -> None:
    shown = StepsFilter("Answer:", lambda steps: None)
    assert [shown.feed(piece) for piece in ("thinking ", "Answ", "er", ": ", "no", "w")] == ["", "", "", "", "no", "w"]


def test_an_answer_without_the_marker_is_shown_whole() -> None:
    told: list[str] = []
    assert "".join(stream(StepsFilter("Answer:", told.append), ["just ", "this"])) == "just this"
    assert told == []


@pytest.mark.parametrize("text", ["步骤。\n答案：四", "步骤。\n答案: 四"])
def test_the_width_of_a_colon_is_no_matter(text: str) -> None:
    assert split_steps(text, "答案：") == ("步骤。", "四")


def test_letters_that_fold_to_two_do_not_move_the_place() -> None:
    assert split_steps("İİİ straße ANSWER: 7", "answer:") == ("İİİ straße", "7")
