"""Lines cut out and laid straight, pictures in other sizes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from myna_vision.text.rectangles import Rectangle
from myna_vision.text.sampling import cut, strips
from myna_vision.text.tensors import tensor


def gradient(height: int = 60, width: int = 80) -> np.ndarray:
    """Red grows to the right, green downwards: a pixel's colour says where it is."""
    y, x = np.mgrid[:height, :width]
    return np.stack([2 * x, 3 * y, np.full_like(x, 9)], axis=2).astype(np.uint8)


def resized(pixels: np.ndarray, height: int, width: int) -> np.ndarray:
    found = list(strips(pixels, height, width))
    assert [begin for begin, _ in found] == list(np.cumsum([0, *(len(rows) for _, rows in found)])[:-1])
    return np.concatenate([rows for _, rows in found])


def places(found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return found[:, :, 0] / 2 + 0.5, found[:, :, 1] / 3 + 0.5


def test_the_same_size_is_the_same_picture():
    pixels = np.random.default_rng(2).integers(0, 256, (7, 9, 3), np.uint8)
    assert np.array_equal(resized(pixels, 7, 9), pixels)


def test_strips_fit_together():
    pixels = np.empty((250, 100, 3), np.uint8)
    pixels[:] = np.arange(250, dtype=np.uint8)[:, None, None]
    found = resized(pixels, 175, 70)
    assert found.shape == (175, 70, 3)
    assert found[:, 0, 0] == pytest.approx((np.arange(175) + 0.5) / 0.7 - 0.5, abs=0.01)


def test_half_the_size_is_the_mean():
    pixels = np.random.default_rng(2).integers(0, 256, (8, 10, 3), np.uint8)
    wanted = pixels.reshape(4, 2, 5, 2, 3).mean((1, 3))
    assert resized(pixels, 4, 5) == pytest.approx(wanted, abs=0.5)


@pytest.mark.parametrize("size", [(37, 61), (74, 122), (30, 50), (99, 160)])
def test_places_stay_where_they_are_in_each_size(size):
    x, y = places(resized(gradient(80, 120), *size))
    wanted = (np.arange(size[1]) + 0.5) * 120 / size[1]
    assert x[0, 2:-2] == pytest.approx(wanted[2:-2], abs=0.4)
    assert y[2:-2, 0] == pytest.approx(((np.arange(size[0]) + 0.5) * 80 / size[0])[2:-2], abs=0.4)


def test_what_is_cut_level_is_a_slice():
    pixels = gradient()
    found = cut(pixels, Rectangle(30, 25, 40, 10, 0.0), 10, 40)
    assert np.array_equal(found, pixels[20:30, 10:50])


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_quarters_of_a_turn_are_exact(quarters):
    pixels = gradient()
    line = Rectangle(30, 25, 40, 10, 0.0).turned(quarters)
    height, width = round(line.height), round(line.length)
    assert np.array_equal(cut(pixels, line, height, width), np.rot90(pixels[20:30, 10:50], quarters))


@pytest.mark.parametrize("degrees", [0.1, 7, 33, 90.1, 101, 191, 305])
def test_a_tilted_line_is_laid_straight(degrees):
    line = Rectangle(40, 30, 36, 12, math.radians(degrees))
    x, y = places(cut(gradient(), line, 24, 72))
    first, second, third, fourth = line.corners()
    # Where the middles of the corner pixels come from: a quarter pixel inside the corners of the line.
    for found, corner in (((0, 0), first), ((0, -1), second), ((-1, -1), third), ((-1, 0), fourth)):
        assert (x[found], y[found]) == pytest.approx(tuple(corner), abs=0.7)


def test_both_ways_of_cutting_agree_where_they_meet():
    pixels = np.random.default_rng(3).integers(0, 256, (60, 80, 3), np.uint8)
    level = cut(pixels, Rectangle(40, 30, 36, 12, 0.0039), 24, 72)
    tilted = cut(pixels, Rectangle(40, 30, 36, 12, 0.0041), 24, 72)
    assert np.abs(level - tilted).mean() < 4


@pytest.mark.parametrize("angle", [0.0, 0.5, math.pi / 2])
def test_beyond_the_edge_the_edge_goes_on(angle):
    found = cut(np.full((20, 20, 3), 77, np.uint8), Rectangle(0, 0, 60, 30, angle), 30, 60)
    assert found.min() == found.max() == 77


def test_large_letters_are_not_passed_over_when_they_become_small():
    pixels = np.zeros((400, 400, 3), np.uint8)
    pixels[:, ::4] = 255
    found = cut(pixels, Rectangle(200, 200, 400, 400, 0.0), 100, 100)
    assert found == pytest.approx(np.full((100, 100, 3), 63.75), abs=1)


def test_tensors_are_blue_first_from_minus_one_to_one():
    found = tensor(np.array([[[255, 127.5, 0]]], np.float32))
    assert found.shape == (3, 1, 1)
    assert found[:, 0, 0] == pytest.approx([-1, 0, 1])
