"""Which way a picture is read: lines vote."""

from __future__ import annotations

import math

import pytest

from myna_vision.text.orientation import along_one_axis, other_ways, reading_angle, right_way_up
from myna_vision.text.rectangles import Rectangle

LEVEL = Rectangle(100, 20, 90, 10, 0.02)
STEEP = Rectangle(20, 100, 90, 10, math.pi / 2)


def character(angle: float) -> Rectangle:
    return Rectangle(50, 50, 11, 10, angle)


@pytest.mark.parametrize("angle", [0.0, math.pi / 2])
def test_a_single_character_is_read_as_the_lines_are(angle):
    assert along_one_axis([LEVEL, character(angle)])[1].angle == pytest.approx(0.0)
    assert along_one_axis([STEEP, character(angle)])[1].angle == pytest.approx(math.pi / 2)


def test_long_lines_keep_their_own_axis():
    assert along_one_axis([LEVEL, STEEP, LEVEL])[1] == STEEP


def test_a_single_character_alone_is_read_to_the_right():
    assert along_one_axis([character(math.pi / 2)])[0].angle == pytest.approx(0.0)


def test_lines_that_are_sure_turn_those_that_are_not():
    short = Rectangle(50, 50, 22, 10, 0.0)
    found = right_way_up([LEVEL, LEVEL, short], [0.99, 0.97, 0.4])
    assert [round(line.angle / math.pi) for line in found] == [1, 1, 1]


def test_a_sure_line_may_stand_against_the_others():
    found = right_way_up([LEVEL, LEVEL, LEVEL], [0.99, 0.02, 0.99])
    assert [round(line.angle / math.pi) for line in found] == [1, 0, 1]


def test_a_character_cannot_stand_against_the_lines():
    found = right_way_up([LEVEL, character(0.0)], [0.01, 0.99])
    assert [round(line.angle / math.pi) for line in found] == [0, 0]


def test_a_long_line_has_one_other_way_a_character_three():
    assert len(other_ways(LEVEL)) == 1
    assert len(other_ways(character(0.0))) == 3


@pytest.mark.parametrize("degrees", [0, 3, -5, 90, 180, 268])
def test_the_reading_angle_is_that_of_most_text(degrees):
    lines = [Rectangle(0, 0, 90, 10, math.radians(degrees + offset)) for offset in (-1, 0, 1)]
    found = reading_angle([*lines, Rectangle(0, 0, 50, 10, math.radians(degrees + 90))])
    assert math.cos(found - math.radians(degrees)) == pytest.approx(1, abs=1e-4)


def test_without_lines_it_is_level():
    assert reading_angle([]) == 0.0
