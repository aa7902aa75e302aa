"""Connected parts of a mask."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from myna_vision.text.components import connected


def painted(mask):
    """The parts as a picture of numbers, 0 for nothing."""
    runs = connected(mask)
    found = np.zeros(mask.shape, int)
    for row, start, end, part in zip(*runs, strict=True):
        found[row, start:end] = part + 1
    return found


def flooded(mask):
    """The same by flooding, pixel by pixel."""
    found = np.zeros(mask.shape, int)
    count = 0
    for seed in zip(*np.nonzero(mask), strict=True):
        if found[seed]:
            continue
        count += 1
        waiting = [seed]
        while waiting:
            y, x = waiting.pop()
            if 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1] and mask[y, x] and not found[y, x]:
                found[y, x] = count
                waiting += [(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    return found


def mask(*rows):
    return np.array([[character == "#" for character in row] for row in rows])


def test_nothing():
    assert connected(np.zeros((3, 4), bool)).part_count == 0


def test_pixels_that_touch_at_a_corner_are_one_part():
    assert connected(mask("#..", ".#.", "..#")).part_count == 1


def test_the_end_of_a_row_does_not_touch_the_beginning_of_the_next():
    assert connected(mask("...#", "#...")).part_count == 2


def test_arms_that_meet_at_last_are_one_part():
    assert connected(mask("#.#.#", "#.#.#", "###.#", "#...#", "#####")).part_count == 1


def test_a_spiral_is_one_part_and_what_it_holds_another():
    assert connected(mask("#######", "#.....#", "#.###.#", "#.#...#", "#.#####")).part_count == 1


@given(data=st.data(), height=st.integers(1, 14), width=st.integers(1, 14))
def test_parts_are_those_that_flooding_finds(data, height, width):
    bits = data.draw(st.lists(st.booleans(), min_size=height * width, max_size=height * width))
    drawn = np.array(bits).reshape(height, width)
    assert np.array_equal(painted(drawn), flooded(drawn))
