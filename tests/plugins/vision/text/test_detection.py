"""How closely a picture is looked at, and with what."""

from __future__ import annotations

import math

import numpy as np
import pytest

from myna_vision.text import detection
from myna_vision.text.detection import Detector, first_scale


class DarkIsText:
    """A session whose model finds text where a picture is dark. It keeps the sizes that it was given."""

    def __init__(self) -> None:
        self.seen = []

    def only_input(self, *sizes):
        return "x"

    def run_with_breaks(self, inputs):
        (picture,) = inputs.values()
        self.seen.append(picture.shape)
        yield
        return [(picture.mean(axis=1, keepdims=True) < 0).astype(np.float32)]


@pytest.fixture
def session(monkeypatch):
    session = DarkIsText()
    monkeypatch.setattr(detection, "open_session", lambda path, *, threads: session)
    return session


def find(pixels):
    finding = Detector("model", 1).find(pixels)
    while True:
        try:
            next(finding)
        except StopIteration as ended:
            return ended.value


def paper(height, width):
    return np.full((height, width, 3), 255, np.uint8)


def test_a_picture_of_one_colour_is_not_looked_at(session):
    assert find(paper(500, 500)) == []
    assert session.seen == []


@pytest.mark.parametrize("where", [(0, 0), (200, 300), (380, 500)])
def test_text_is_found_where_it_is_even_at_the_edge(session, where):
    top, left = where
    pixels = paper(400, 600)
    pixels[top : top + 20, left : left + 100] = 0
    (found,) = find(pixels)
    assert (found.x, found.y) == pytest.approx((left + 50, top + 10), abs=1)
    assert found.angle == pytest.approx(0)


def test_the_model_sees_little_more_than_the_text_in_sides_of_whole_strides(session):
    pixels = paper(400, 1600)
    pixels[200:220, 300:400] = 0
    find(pixels)
    ((_, channels, height, width),) = session.seen
    assert channels == 3
    assert height % 32 == width % 32 == 0
    assert height <= 128
    assert width <= 224


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (3, 3)])
def test_tiny_and_thin_pictures_do_no_harm(session, shape):
    pixels = paper(*shape)
    pixels[0, 0] = 0
    assert len(find(pixels)) <= 1


def test_scales():
    assert first_scale(1) == 1
    assert first_scale(1_000_000) == 1
    assert first_scale(1_500_000) == pytest.approx(0.8165, abs=1e-4)
    assert first_scale(2_500_000) == 0.75
    assert first_scale(12_000_000) == pytest.approx(math.sqrt(1.6 / 12))


def test_small_text_of_a_large_picture_is_looked_at_more_closely(session):
    pixels = np.tile(np.array([[[255], [200]], [[200], [255]]], np.uint8), (1500, 2000, 3))
    for top in (500, 1500, 2500):
        pixels[top : top + 12, 300:600] = 0
    pixels[1000:1100, 300:2000] = 0
    found = find(pixels)
    assert len(session.seen) > 1
    assert sorted(round(line.y) for line in found) == pytest.approx([506, 1050, 1506, 2506], abs=2)
    small = [line for line in found if line.length < 600]
    # Looked at with three quarters of the size and not with a third, they are hardly higher than they are.
    assert all(line.height < 40 for line in small)
