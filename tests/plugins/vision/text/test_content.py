"""What is left out before text is looked for, and where lines come to lie again."""

from __future__ import annotations

import math

import numpy as np
import pytest

from myna_vision.text.content import content
from myna_vision.text.rectangles import Rectangle


def paper(height: int = 400, width: int = 600) -> np.ndarray:
    return np.full((height, width, 3), 250, np.uint8)


def test_nothing_to_see_in_one_colour():
    part = content(paper())
    assert (len(part.rows), len(part.columns)) == (0, 0)


def test_faint_noise_is_nothing():
    noise = np.random.default_rng(1).integers(235, 256, (50, 60, 3), np.uint8)
    assert len(content(noise).rows) == 0


def test_margins_are_left_out_but_for_some_air():
    pixels = paper()
    pixels[100:110, 200:300] = 0
    part = content(pixels)
    assert (part.rows[0], part.rows[-1]) == (68, 141)
    assert (part.columns[0], part.columns[-1]) == (168, 331)
    assert part.of(pixels).shape == (74, 164, 3)


@pytest.mark.parametrize("colour", [(250, 0, 250), (250, 250, 200), (255, 190, 255)])
def test_a_difference_in_one_colour_is_seen(colour):
    pixels = paper()
    pixels[100:110, 200:300] = colour
    assert len(content(pixels).rows)


def test_a_picture_without_empty_bands_is_taken_as_it_is():
    pixels = np.random.default_rng(1).integers(0, 256, (50, 60, 3), np.uint8)
    assert content(pixels).of(pixels) is pixels


def test_lines_come_to_lie_where_they_were():
    pixels = paper()
    pixels[20:30, 20:100] = 0
    pixels[300:310, 450:550] = 0
    part = content(pixels)
    seen = part.of(pixels)
    assert seen.shape[0] < 160
    dark = np.argwhere(seen[:, :, 0] == 0)
    second = dark[dark[:, 1] > dark[:, 1].max() - 100]
    (top, left), (bottom, right) = second.min(0), second.max(0) + 1
    line = Rectangle((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, 0.0)
    assert part.whole(line) == pytest.approx(Rectangle(500, 305, 100, 10, 0.0))


def test_a_line_across_a_gap_is_as_long_as_it_was():
    pixels = paper()
    pixels[20:30, 20:100] = 0
    pixels[20:30, 450:550] = 0
    part = content(pixels)
    seen = part.of(pixels)
    columns = np.flatnonzero((seen[:, :, 0] == 0).any(0))
    line = Rectangle((columns[0] + columns[-1] + 1) / 2, 25, columns[-1] + 1 - columns[0], 10, 0.0)
    assert part.whole(line) == pytest.approx(Rectangle(285, 25, 530, 10, 0.0))


def test_a_line_beyond_the_content_stays_beyond():
    pixels = paper()
    pixels[100:110, 200:300] = 0
    part = content(pixels)
    line = part.whole(Rectangle(-10, 37, 40, 10, math.pi / 2))
    assert line == pytest.approx(Rectangle(158, 105, 40, 10, math.pi / 2))
