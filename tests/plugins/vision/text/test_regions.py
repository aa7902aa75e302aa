"""From maps of probabilities to the rectangles of lines."""

from __future__ import annotations

import math

import numpy as np
import pytest

from myna_vision.text.rectangles import Rectangle
from myna_vision.text.regions import grown, text_regions


def a_map(*cores: Rectangle, probability: float = 0.9, height: int = 200, width: int = 300) -> np.ndarray:
    """Probabilities with these cores, what lies in them painted."""
    y, x = np.mgrid[:height, :width] + 0.5
    found = np.full((height, width), 0.01, np.float32)
    for core in cores:
        along = (x - core.x) * math.cos(core.angle) + (y - core.y) * math.sin(core.angle)
        down = (y - core.y) * math.cos(core.angle) - (x - core.x) * math.sin(core.angle)
        found[(np.abs(along) <= core.length / 2) & (np.abs(down) <= core.height / 2)] = probability
    return found


def test_nothing_in_an_empty_map():
    assert text_regions(a_map()) == []


def test_a_level_core_is_found_to_the_pixel_and_grown():
    core = Rectangle(150, 60, 120, 10, 0.0)
    (found,) = text_regions(a_map(core))
    # 1.6 times 120 x 10 over 2 x (120 + 10) on each side.
    margin = 1.6 * 1200 / 260
    assert found == pytest.approx(Rectangle(150, 60, 120 + 2 * margin, 10 + 2 * margin, 0.0), abs=1e-3)
    assert found == pytest.approx(grown(core), abs=1e-3)


@pytest.mark.parametrize("degrees", [-40, -12, -3, 3, 20, 44, 60, 88, 90, 110])
def test_a_tilted_core_is_found(degrees):
    core = Rectangle(150, 100, 120, 12, math.radians(degrees))
    (found,) = text_regions(a_map(core))
    wanted = grown(core)
    assert found[:2] == pytest.approx(wanted[:2], abs=1)
    assert found[2:4] == pytest.approx(wanted[2:4], abs=6)
    assert math.degrees(found.angle) == pytest.approx(degrees, abs=1)


def test_cores_apart_are_lines_apart_the_largest_first():
    cores = [Rectangle(60, 40, 50, 8, 0.0), Rectangle(150, 80, 200, 8, 0.0), Rectangle(80, 150, 90, 8, 0.0)]
    found = text_regions(a_map(*cores))
    assert [round(line.y) for line in found] == [80, 150, 40]


@pytest.mark.parametrize(
    ("core", "probability"),
    [
        (Rectangle(150, 60, 120, 10, 0.0), 0.25),  # not a core at all
        (Rectangle(150, 60, 120, 10, 0.0), 0.45),  # a core, but hardly text
        (Rectangle(150, 60, 60, 2, 0.0), 0.9),  # too thin
        (Rectangle(150, 60, 2, 2, 0.0), 0.9),  # noise
    ],
)
def test_what_is_no_text(core, probability):
    assert text_regions(a_map(core, probability=probability)) == []


def test_a_core_at_the_edge_of_the_map():
    (found,) = text_regions(a_map(Rectangle(0, 0, 200, 40, 0.0)))
    assert (found.x, found.y) == pytest.approx((50, 10))


def test_a_map_that_is_text_everywhere_is_one_region():
    (found,) = text_regions(np.ones((64, 96), np.float32))
    assert (found.x, found.y) == (48, 32)
