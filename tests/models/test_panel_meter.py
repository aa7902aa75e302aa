"""How far, how fast, how long still."""

from __future__ import annotations

import pytest

from myna_models.fetch import Progress
from myna_models.manifest import Licence, Manifest, ModelFile
from myna_models.panel.meter import WINDOW_S, Meter


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def make(*sizes: int) -> tuple[Meter, Clock]:
    files = tuple(
        ModelFile("model" if not place else f"part-{place}", f"{place}.gguf", sources=("url:http://x",), size=size)
        for place, size in enumerate(sizes)
    )
    clock = Clock()
    return Meter(Manifest("tiny", "Tiny", "chat", ".gguf", Licence("MIT"), files), clock), clock


def tell(meter: Meter, done: int, file: int = 0, total: int = 0) -> None:
    meter.tell(Progress("tiny", "download", f"{file}.gguf", done, total))


def test_nothing_is_known_before_the_first_report() -> None:
    meter, _ = make(0)
    assert (meter.done, meter.total, meter.speed, meter.left) == (0, 0, 0, -1)


def test_speed_and_time_left_follow_the_bytes() -> None:
    meter, clock = make(1000)
    tell(meter, 0)
    clock.now += 2
    tell(meter, 200)
    assert (meter.done, meter.total, meter.speed, meter.left) == (200, 1000, 100, 8)


def test_a_speed_of_long_ago_is_forgotten() -> None:
    meter, clock = make(10_000)
    tell(meter, 0)
    clock.now += 1
    tell(meter, 5000)
    for _ in range(10):
        clock.now += 1
        tell(meter, int(meter.done) + 10)
    assert meter.speed == pytest.approx(10)
    clock.now += 10 * WINDOW_S
    assert meter.speed < 1


def test_what_was_there_already_is_no_speed() -> None:
    meter, clock = make(1000)
    tell(meter, 900)
    clock.now += 1
    tell(meter, 910)
    assert (meter.done, meter.speed) == (910, 10)


def test_files_are_added_up_and_a_size_is_learnt() -> None:
    meter, _ = make(100, 0)
    tell(meter, 100)
    assert meter.total == 0
    tell(meter, 10, file=1, total=50)
    assert (meter.done, meter.total) == (110, 150)


def test_parts_of_one_file_are_added_up() -> None:
    meter, _ = make(100)
    tell(meter, 60, total=60)
    tell(meter, 0, total=40)
    tell(meter, 30, total=40)
    assert (meter.done, meter.total) == (90, 100)


def test_a_server_that_sends_more_than_promised_is_never_over_the_end() -> None:
    meter, _ = make(100)
    tell(meter, 130)
    assert (meter.done, meter.total) == (130, 130)
