"""Idleness, crashes, pressure and the word to systemd, all without waiting."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from myna.pressure import Limits, Pressure, Step
from myna.reading import Reading
from myna.testing import FakeClock
from myna_ui.kiosk.idle import IdleClock
from myna_ui.kiosk.notify import Notifier
from myna_ui.kiosk.starts import MANY, Starts


def test_a_countdown_begins_after_the_idle_time_and_ends_at_none_left() -> None:
    clock = FakeClock()
    idle = IdleClock(60, 15, clock)
    seen = []
    for _ in range(80):
        clock.advance(1)
        seen.append(idle.left())
    assert seen[:59] == [None] * 59
    assert seen[59:75] == [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]


def test_a_touch_ends_the_countdown() -> None:
    clock = FakeClock()
    idle = IdleClock(60, 15, clock)
    clock.advance(70)
    assert idle.left() == 5
    idle.touch()
    assert idle.left() is None


def begin(file: Path, clock: FakeClock) -> str:
    return Starts(file, clock).begin()


def test_a_start_after_a_good_end_is_a_first_one(tmp_path: Path) -> None:
    clock = FakeClock(1e9)
    starts = Starts(tmp_path / "starts.json", clock)
    assert starts.begin() == "first"
    starts.end()
    assert begin(tmp_path / "starts.json", clock) == "first"


def test_a_start_soon_after_a_crash_knows_it(tmp_path: Path) -> None:
    clock = FakeClock(1e9)
    starts = Starts(tmp_path / "starts.json", clock)
    starts.begin()
    clock.advance(3600)
    starts.alive()
    clock.advance(10)
    assert begin(tmp_path / "starts.json", clock) == "again"


def test_a_start_long_after_a_power_cut_is_a_first_one(tmp_path: Path) -> None:
    clock = FakeClock(1e9)
    begin(tmp_path / "starts.json", clock)
    clock.advance(8 * 3600)
    assert begin(tmp_path / "starts.json", clock) == "first"


def test_many_crashes_are_given_up_until_they_are_old(tmp_path: Path) -> None:
    clock = FakeClock(1e9)
    file = tmp_path / "starts.json"
    seen = []
    for _ in range(MANY + 1):
        seen.append(begin(file, clock))
        clock.advance(5)
    assert seen == ["first", *["again"] * (MANY - 1), "given-up"]
    clock.advance(700)
    assert begin(file, clock) == "first"


@pytest.mark.parametrize("damage", [b"", b'{"crashes": [1', b"null", b"\x00" * 50])
def test_a_half_written_file_is_no_obstacle(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "starts.json"
    file.write_bytes(damage)
    assert begin(file, FakeClock(1e9)) == "first"
    assert begin(file, FakeClock(1e9)) == "again"


MODELS = ("large", "middle", "small")


def pressure(clock: FakeClock) -> Pressure:
    return Pressure([Step(name) for name in MODELS], Limits(memory_mb=400, temperature_c=90, calm_s=300), clock=clock)


def test_little_memory_makes_the_model_smaller_and_ease_larger_again() -> None:
    clock = FakeClock()
    one = pressure(clock)
    assert not one.take(Reading(300))
    assert one.take(Reading(300))
    assert (one.step.model, one.cause) == ("middle", "memory")
    # Neither tight nor plenty: it stays.
    for _ in range(100):
        clock.advance(10)
        assert not one.take(Reading(500))
    changes = 0
    for _ in range(40):
        changes += one.take(Reading(4000))
        clock.advance(10)
    assert changes == 1
    assert (one.step.model, one.cause, one.reduced) == ("large", "", False)


def test_heat_counts_and_a_single_peak_does_not() -> None:
    one = pressure(FakeClock())
    for _ in range(10):
        assert not one.take(Reading(4000, 95))
        assert not one.take(Reading(4000, 70))
    assert not one.take(Reading(4000, 95))
    assert one.take(Reading(4000, 95))
    assert (one.step.model, one.cause) == ("middle", "temperature")


def test_the_smallest_is_kept_however_tight_it_is() -> None:
    one = pressure(FakeClock())
    changes = [one.take(Reading(10)) for _ in range(20)]
    assert sum(changes) == 2
    assert one.step.model == "small"
    assert not one.failed()


def test_a_model_that_does_not_get_up_is_replaced_at_once() -> None:
    one = pressure(FakeClock())
    assert one.failed()
    assert (one.step.model, one.cause) == ("middle", "failure")


def test_without_approved_models_the_one_of_the_settings_stays() -> None:
    one = Pressure((), Limits())
    assert not any(one.take(Reading(1, 200)) for _ in range(5))
    assert one.step.model == ""


@pytest.fixture
def listener(tmp_path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    made.bind(str(tmp_path / "notify"))
    made.settimeout(5)
    return made


def test_systemd_hears_what_it_wants_to(tmp_path: Path, listener: socket.socket) -> None:
    environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}
    notifier = Notifier.take(environ)
    assert environ == {}, "children must not speak for the kiosk"
    assert notifier.watchdog_s == 30
    for say in (notifier.ready, notifier.alive, lambda: notifier.status("visit"), notifier.stopping):
        say()
    with listener:
        assert [listener.recv(100) for _ in range(4)] == [b"READY=1", b"WATCHDOG=1", b"STATUS=visit", b"STOPPING=1"]


def test_an_abstract_socket_is_one_too(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{tmp_path}")
        Notifier(f"@{tmp_path}").ready()
        assert listener.recv(100) == b"READY=1"


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"NOTIFY_SOCKET": "/nowhere/at/all", "WATCHDOG_USEC": "soon"},
        {"NOTIFY_SOCKET": "/nowhere/at/all", "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"},
    ],
)
def test_where_nobody_listens_nothing_happens(environ: dict[str, str]) -> None:
    notifier = Notifier.take(environ)
    assert notifier.watchdog_s == 0
    notifier.ready()
    notifier.alive()
