from __future__ import annotations

import pytest

from myna_vision.matching.words import lines_with, words_of

RECEIPT = ["Corner Café", "Total  ￥18.50", "北京 烤鸭店", "Thank you"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Total 18.50", ("total", "18", "50")),
        ("烤鸭", ("烤鸭",)),
        ("iPhone手机 壳", ("iphone", "手机", "壳")),
        ("ＴＯＴＡＬ total", ("total",)),
        (" ?! ", ()),
    ],
)
def test_words_of_a_search(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("TOTAL", ["Total  ￥18.50"]),
        ("tot", ["Total  ￥18.50"]),
        ("otal", []),
        ("total thank", ["Total  ￥18.50", "Thank you"]),
        ("total missing", []),
        ("烤鸭", ["北京 烤鸭店"]),
        ("京烤", ["北京 烤鸭店"]),
        ("鸭烤", []),
        ("cafe\u0301", ["Corner Café"]),
        ("50", ["Total  ￥18.50"]),
    ],
)
def test_lines_with_words(words: str, lines: list[str]) -> None:
    assert lines_with(words_of(words), RECEIPT) == lines


def test_no_words_and_no_lines_find_nothing() -> None:
    assert lines_with((), RECEIPT) == []
    assert lines_with(("total",), []) == []
