"""Which line comes after which."""

from __future__ import annotations

import math
import random

import pytest

from myna_vision.text.reading_order import reading_order
from myna_vision.text.rectangles import Rectangle


def line(left: float, top: float, right: float, height: float = 16) -> Rectangle:
    return Rectangle((left + right) / 2, top + height / 2, right - left, height, 0.0)


def prose(left: float, top: float, width: float, count: int, spacing: float = 24) -> list[Rectangle]:
    """A column; the last line is short, as that of a paragraph is."""
    return [line(left, top + spacing * n, left + width * (0.5 if n == count - 1 else 1)) for n in range(count)]


def check(lines: list[Rectangle], *, angle: float = 0.0) -> None:
    """Given in any order, and with the picture turned, lines come in the order in which they are listed here."""
    cosine, sine = math.cos(angle), math.sin(angle)
    turned = [
        Rectangle(x * cosine - y * sine, x * sine + y * cosine, length, height, tilt + angle)
        for x, y, length, height, tilt in lines
    ]
    shuffled = list(range(len(lines)))
    random.Random(5).shuffle(shuffled)
    order = reading_order([turned[place] for place in shuffled])
    assert [shuffled[place] for place in order] == list(range(len(lines)))


TURNS = pytest.mark.parametrize("degrees", [0, 2, -4, 90, 180, 270, 93])


def test_nothing_has_no_order():
    assert reading_order([]) == []


@TURNS
def test_lines_below_one_another(degrees):
    check(prose(20, 20, 300, 8), angle=math.radians(degrees))


@TURNS
def test_entries_of_a_table_row_by_row(degrees):
    rows = [("Tea", 40), ("Cheese sandwich", 150), ("Cake", 50), ("Coffee", 70), ("Total", 55)]
    lines = []
    for number, (_, width) in enumerate(rows):
        lines += [line(20, 20 + 24 * number, 20 + width), line(300, 20 + 24 * number, 345)]
    check(lines, angle=math.radians(degrees))


def test_a_wide_table_of_three_columns_row_by_row():
    check([line(left, top, left + 60) for top in range(20, 200, 24) for left in (20, 200, 380)])


@TURNS
def test_columns_of_prose_one_after_the_other(degrees):
    check([*prose(20, 20, 300, 8), *prose(360, 20, 300, 7)], angle=math.radians(degrees))


def test_columns_whose_lines_are_not_level_with_one_another():
    check([*prose(20, 20, 300, 8), *prose(360, 31, 300, 8)])


def test_three_columns():
    check([*prose(20, 20, 200, 6), *prose(240, 20, 200, 6), *prose(460, 20, 200, 5)])


def test_lists_in_two_columns_keep_their_signs():
    lines = []
    for left in (20, 400):
        for top in range(20, 140, 24):
            lines += [line(left, top, left + 8), line(left + 30, top, left + 300)]
    check(lines)


def test_a_heading_above_columns_and_a_line_below_them():
    check([line(100, 20, 560, 28), *prose(20, 70, 300, 8), *prose(360, 70, 300, 8), line(20, 290, 640)])


def test_words_of_one_line_that_are_not_quite_level():
    check([line(20, 22, 80), line(100, 20, 180), line(200, 24, 260), line(20, 50, 90), line(110, 47, 200)])


def test_a_large_price_beside_two_small_lines_of_its_name():
    check([line(20, 20, 180), line(20, 40, 120), line(20, 90, 200), line(20, 110, 130)])


def test_a_form_whose_labels_stand_left_of_their_fields():
    lines = []
    for number in range(4):
        lines += [line(20, 20 + 30 * number, 90), line(110, 20 + 30 * number, 160 + 40 * number)]
    check(lines)


def test_columns_of_upright_chinese_are_read_from_right_to_left():
    # Vertical writing: lines run downwards, the first is the rightmost.
    lines = [Rectangle(400 - 40 * number, 150, 200, 20, math.pi / 2) for number in range(5)]
    assert reading_order(lines) == [0, 1, 2, 3, 4]


def test_a_thousand_lines_take_no_time_to_speak_of():
    check([line(left, top, left + 50) for top in range(20, 20 + 24 * 100, 24) for left in range(0, 1000, 100)])
