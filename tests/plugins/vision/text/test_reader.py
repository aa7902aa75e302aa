"""The way from a picture to its lines, with models that only pretend."""

from __future__ import annotations

import math

import numpy as np
import pytest

from myna.errors import ModelLoadFailed
from myna_vision.text import reader
from myna_vision.text.reader import TextReader
from myna_vision.text.recognition import Said, batches
from myna_vision.text.rectangles import Rectangle

FILES = {"detector": "d", "model": "r", "direction": "c"}
PIXELS = np.zeros((10, 10, 3), np.uint8)
LINES = [Rectangle(100, 60, 90, 10, 0.0), Rectangle(100, 20, 90, 10, 0.0), Rectangle(30, 40, 11, 10, 0.0)]


class FakeDetector:
    def __init__(self, path, threads):
        pass

    def find(self, pixels):
        yield
        return LINES


class FakeDirections:
    chance = 0.0

    def __init__(self, path, threads):
        pass

    def upside_down(self, pixels, lines):
        return ((place, self.chance) for place in range(len(lines)))


class FakeRecognizer:
    """Reads lines whose direction is `right`; of others it makes nothing much."""

    right = 0.0
    asked = 0

    def __init__(self, path, threads):
        pass

    def read(self, pixels, lines):
        type(self).asked += len(lines)
        yield None
        for place, line in enumerate(lines):
            sure = math.cos(line.angle - self.right) > 0.9
            yield Said(place, f"line at {line.y:g}" if sure else "?", 0.95 if sure else 0.4)


@pytest.fixture
def text_reader(monkeypatch):
    monkeypatch.setattr(reader, "Detector", FakeDetector)
    monkeypatch.setattr(reader, "DirectionModel", FakeDirections)
    monkeypatch.setattr(reader, "Recognizer", FakeRecognizer)
    monkeypatch.setattr(FakeRecognizer, "asked", 0)
    return TextReader(FILES)


def read(text_reader, timings=None):
    reading = text_reader.read(PIXELS, timings)
    while True:
        try:
            assert next(reading) is None
        except StopIteration as ended:
            return ended.value


def test_lines_come_in_reading_order_with_their_corners(text_reader):
    found = read(text_reader)
    assert [line.text for line in found] == ["line at 20", "line at 40", "line at 60"]
    assert found[0].corners == ((55, 15), (145, 15), (145, 25), (55, 25))
    assert FakeRecognizer.asked == 3


def test_a_picture_that_is_upside_down_is_read_from_its_other_end(text_reader, monkeypatch):
    monkeypatch.setattr(FakeDirections, "chance", 0.99)
    monkeypatch.setattr(FakeRecognizer, "right", math.pi)
    found = read(text_reader)
    assert [line.text for line in found] == ["line at 60", "line at 40", "line at 20"]
    assert found[0].corners[0] == (145, 65)
    assert FakeRecognizer.asked == 3


def test_what_makes_no_sense_is_read_in_the_other_directions_too(text_reader, monkeypatch):
    monkeypatch.setattr(FakeRecognizer, "right", math.pi)
    found = read(text_reader)
    assert [line.text for line in found] == ["line at 60", "line at 40", "line at 20"]
    assert FakeRecognizer.asked == 3 + 1 + 1 + 3


def test_what_makes_no_sense_in_any_direction_is_no_text(text_reader, monkeypatch):
    monkeypatch.setattr(FakeRecognizer, "right", math.pi / 4)
    assert read(text_reader) == ()


def test_timings(text_reader):
    timings: dict[str, float] = {}
    read(text_reader, timings)
    assert timings.keys() == {"detect", "recognise"}


def test_without_a_direction_model_lines_are_read_as_they_seem(text_reader):
    assert len(read(TextReader({"detector": "d", "model": "r"}))) == 3


def test_missing_models_are_named():
    with pytest.raises(ModelLoadFailed, match=r"has no detector, model"):
        TextReader({"direction": "c"})


def test_batches_hold_all_lines_the_narrowest_first_and_no_more_than_a_moments_work():
    widths = [900, 64, 120, 300, 2000, 70, 310, 48]
    found = list(batches(widths))
    assert [place for batch in found for place in batch] == sorted(range(8), key=lambda place: widths[place])
    assert all(len(batch) == 1 or len(batch) * max(widths[place] for place in batch) <= 640 for batch in found)
    assert len(found) < 8
