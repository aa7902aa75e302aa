"""The PIN is not kept, only its hash; who guesses has to wait, also after a restart."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Literal

import argon2
import pytest

from myna.errors import UsageError
from myna.testing import FakeClock
from myna_ui.kiosk.pin import FREE_ATTEMPTS, LONGEST_DELAY_S, PinLock, has_pin, pin_file, set_pin

PIN = "835172"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = pin_file(tmp_path / "kiosk.toml")
    set_pin(made, PIN)
    return made


def lock(file: Path, clock: FakeClock) -> PinLock:
    return PinLock(file, file.parent / "attempts.json", clock)


def test_only_a_hash_is_kept_for_its_owner_alone(file: Path) -> None:
    text = file.read_text(encoding="ascii")
    assert text.startswith("$argon2id$")
    assert PIN not in text
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert has_pin(file)


@pytest.mark.parametrize("pin", ["", "123", "12345678901234", "12a4", "１２３４５６", "0000", "1234", "9876", "12 34"])
def test_what_is_no_good_pin_is_refused(tmp_path: Path, pin: str) -> None:
    with pytest.raises(UsageError):
        set_pin(tmp_path / "kiosk.pin", pin)
    assert not has_pin(tmp_path / "kiosk.pin")


def test_the_right_pin_opens_and_forgets_slips(file: Path) -> None:
    clock = FakeClock(1e9)
    assert not lock(file, clock).check("1111")
    assert lock(file, clock).check(PIN)
    assert not lock(file, clock).check("1111")
    assert lock(file, clock).wait_s() == 0


def test_delays_grow_and_survive_a_restart(file: Path) -> None:
    clock = FakeClock(1e9)
    waited = []
    for _ in range(FREE_ATTEMPTS + 9):
        # A new lock each time: all that it knows is on the disk.
        assert not lock(file, clock).check("1111")
        waited.append(lock(file, clock).wait_s())
        clock.advance(waited[-1])
    assert waited[: FREE_ATTEMPTS - 1] == [0.0, 0.0]
    assert waited[FREE_ATTEMPTS - 1 : FREE_ATTEMPTS + 2] == [30.0, 60.0, 120.0]
    assert waited[-1] == LONGEST_DELAY_S


def test_while_one_waits_not_even_the_right_pin_opens(file: Path) -> None:
    clock = FakeClock(1e9)
    for _ in range(FREE_ATTEMPTS):
        lock(file, clock).check("1111")
    assert not lock(file, clock).check(PIN)
    clock.advance(30)
    assert lock(file, clock).check(PIN)


def test_a_clock_that_was_set_back_locks_nobody_out_for_years(file: Path) -> None:
    for _ in range(FREE_ATTEMPTS):
        lock(file, FakeClock(2e9)).check("1111")
    clock = FakeClock(1e9)
    assert lock(file, clock).wait_s() == 30.0
    clock.advance(29)
    assert lock(file, clock).wait_s() == 1.0
    assert not lock(file, clock).check(PIN)
    clock.advance(1)
    assert lock(file, clock).check(PIN)


def test_setting_the_clock_back_again_and_again_gives_no_attempt(file: Path) -> None:
    for _ in range(FREE_ATTEMPTS):
        lock(file, FakeClock(2e9)).check("1111")
    for back in range(1, 6):
        assert not lock(file, FakeClock(2e9 - back * 3600)).check(PIN)


def test_without_a_file_nobody_gets_in(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.pin"
    assert not has_pin(file)
    assert not lock(file, FakeClock(1e9)).check("")
    file.mkdir()
    assert not has_pin(file)
    assert not lock(file, FakeClock(1e9)).check(PIN)


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"\xff\xfe", b'{"failures": "many"}'])
def test_a_damaged_count_gives_no_free_attempts(file: Path, damage: bytes) -> None:
    (file.parent / "attempts.json").write_bytes(damage)
    clock = FakeClock(1e9)
    assert not lock(file, clock).check("1111")
    assert lock(file, clock).wait_s() > 0


@pytest.mark.parametrize("damage", [b"", b"$argon2id$nonsense", b"\xff"])
def test_a_damaged_hash_opens_to_nobody(file: Path, damage: bytes) -> None:
    file.write_bytes(damage)
    assert not lock(file, FakeClock(1e9)).check(PIN)
    assert not lock(file, FakeClock(1e9)).check("")


def test_argon2_compares_once_whether_a_pin_is_right_or_not(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = argon2.PasswordHasher.verify

    def verify(self: argon2.PasswordHasher, kept: str, pin: str) -> Literal[True]:
        seen.append(pin)
        return real(self, kept, pin)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
    guarded = lock(file, FakeClock())
    assert [guarded.check(pin) for pin in ("835171", "00", PIN)] == [False, False, True]
    assert seen == ["835171", "00", PIN]


def test_the_attempt_is_counted_before_it_is_compared(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import argon2

    clock = FakeClock(1e9)

    def power_cut(self: object, hashed: str, pin: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(argon2.PasswordHasher, "verify", power_cut)
    for _ in range(FREE_ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            lock(file, clock).check("1111")
    assert lock(file, clock).wait_s() == 30.0
