"""Tilted rectangles, and the smallest one around points."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna_vision.text.rectangles import Rectangle, convex_hull, smallest_rectangle

angles = st.floats(-0.75, 2.3)  # readable: to the right or downwards


def test_corners_go_clockwise_from_the_top_left():
    assert Rectangle(10, 20, 8, 4, 0.0).corners().tolist() == [[6, 18], [14, 18], [14, 22], [6, 22]]


def test_the_top_left_corner_is_where_the_reader_sees_it():
    down = Rectangle(10, 20, 8, 4, math.pi / 2).corners()
    assert down[0] == pytest.approx([12, 16])
    assert down[1] == pytest.approx([12, 24])


def test_a_turn_reads_the_same_place_in_another_direction():
    line = Rectangle(10, 20, 8, 4, 0.1)
    turned = line.turned(1)
    assert (turned.length, turned.height) == (4, 8)
    assert turned.corners() == pytest.approx(np.roll(line.corners(), -1, axis=0))
    assert line.turned(2).corners() == pytest.approx(np.roll(line.corners(), -2, axis=0))


def test_growing_keeps_the_middle():
    assert Rectangle(1, 2, 8, 4, 0.3).grown(1.5) == Rectangle(1, 2, 11, 7, 0.3)


def test_the_hull_leaves_out_what_is_inside_and_on_edges():
    points = np.array([[0, 0], [2, 0], [4, 0], [4, 4], [0, 4], [1, 1], [2, 3]], float)
    assert sorted(map(tuple, convex_hull(points).tolist())) == [(0, 0), (0, 4), (4, 0), (4, 4)]


@given(x=st.floats(-50, 50), y=st.floats(-50, 50), length=st.floats(8, 90), part=st.floats(0.1, 0.9), angle=angles)
def test_the_smallest_rectangle_around_corners_is_the_rectangle(x, y, length, part, angle):
    line = Rectangle(x, y, length, length * part, angle)
    found = smallest_rectangle(line.corners())
    assert found[:4] == pytest.approx(line[:4], abs=0.01)
    assert math.cos(2 * (found.angle - angle)) == pytest.approx(1, abs=1e-4)


@given(points=st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=3, max_size=40, unique=True))
def test_all_points_lie_inside_and_no_upright_box_is_smaller(points):
    array = np.array(points, float)
    found = smallest_rectangle(array)
    along = (array - [found.x, found.y]) @ [math.cos(found.angle), math.sin(found.angle)]
    down = (array - [found.x, found.y]) @ [-math.sin(found.angle), math.cos(found.angle)]
    assert np.abs(along).max() <= found.length / 2 + 1e-3
    assert np.abs(down).max() <= found.height / 2 + 1e-3
    upright = np.ptp(array[:, 0]) * np.ptp(array[:, 1])
    assert found.length * found.height <= upright + 0.05
    assert found.length >= found.height - 1e-6


@pytest.mark.parametrize("points", [[[3, 4]], [[0, 0], [6, 8]], [[0, 0], [3, 4], [6, 8]]])
def test_points_on_a_line_have_no_height(points):
    found = smallest_rectangle(np.array(points, float))
    assert found.height == pytest.approx(0, abs=1e-6)
    assert found.length == pytest.approx(10 if len(points) > 1 else 0)
