"""Where a large picture is looked at again."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from myna_vision.text.closer import FinePrint
from myna_vision.text.rectangles import Rectangle

SIZE = 2000
AREA = 600_000


def paper() -> np.ndarray:
    return np.full((SIZE, SIZE, 3), 255, np.uint8)


def small_line(pixels: np.ndarray, top: int, left: int = 900, length: int = 120) -> None:
    """Strokes as those of letters of 12 pixels."""
    pixels[top : top + 9, left : left + length : 4] = 0


def level(place: float) -> Rectangle:
    return Rectangle(1000, place, 600, 16, 0.0)


def steep(place: float) -> Rectangle:
    return Rectangle(place, 1000, 600, 16, math.pi / 2)


def holds(bands, line: Rectangle) -> bool:
    first, last = np.clip(line.corners(), 0, SIZE).min(0), line.corners().max(0)
    return any(
        band.left <= first[0] and last[0] <= band.right and band.top <= first[1] and last[1] <= band.bottom
        for band in bands
    )


def test_nothing_fine_is_not_looked_at_again():
    pixels = paper()
    pixels[300:500, 200:1500] = 30
    assert FinePrint(pixels).bands([], [], AREA) == []


@pytest.mark.parametrize("top", [0, 40, 977, SIZE - 9])
def test_fine_print_that_was_missed_is_found_by_its_edges(top):
    pixels = paper()
    small_line(pixels, top)
    (band,) = FinePrint(pixels).bands([], [], AREA)
    assert (band.left, band.right) == (0, SIZE)
    assert band.top <= top
    assert band.bottom >= top + 9
    assert band.bottom - band.top < 150


def test_edges_in_large_lines_are_no_fine_print():
    pixels = paper()
    small_line(pixels, 500)
    assert FinePrint(pixels).bands([], [Rectangle(960, 505, 200, 60, 0.0)], AREA) == []


@pytest.mark.parametrize("line", [level, steep])
@pytest.mark.parametrize("step", [20, 130, 333])
def test_each_small_line_is_whole_in_a_band_of_bounded_size(line, step):
    lines = [line(place) for place in range(10, SIZE - 10, step)]
    bands = FinePrint(paper()).bands(lines, [], AREA)
    assert all((band.right - band.left) * (band.bottom - band.top) <= AREA for band in bands)
    assert all(holds(bands, one) for one in lines)


def test_what_lies_between_small_lines_far_apart_is_left_out():
    bands = FinePrint(paper()).bands([level(100), level(1900)], [], AREA)
    assert len(bands) == 2
    assert sum(band.bottom - band.top for band in bands) < 300


def test_bands_that_follow_one_another_overlap():
    bands = FinePrint(paper()).bands([level(place) for place in range(10, SIZE, 20)], [], AREA)
    assert all(one.bottom > other.top for one, other in itertools.pairwise(bands))


def test_several_lines_taken_for_one_are_crowded():
    pixels = paper()
    for top in range(500, 620, 18):
        small_line(pixels, top, length=400)
    assert FinePrint(pixels).crowded(Rectangle(1100, 560, 420, 130, 0.0))


def test_one_line_is_not_crowded():
    pixels = paper()
    pixels[500:560, 900:1300:40] = 0
    pixels[500:560, 901:1300:40] = 0
    assert not FinePrint(pixels).crowded(Rectangle(1100, 530, 420, 90, 0.0))
