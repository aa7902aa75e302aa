"""The administrator's PIN: its hash in a file beside the profile, and delays for those who guess."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from myna.errors import BadConfig, UsageError

from . import keeping

DIGITS = range(4, 13)
"""How many a PIN may have."""

FREE_ATTEMPTS = 3
"""Slips of the finger happen; after the third wrong PIN in a row one has to wait."""
FIRST_DELAY_S = 30.0
LONGEST_DELAY_S = 3600.0
"""Doubling from 30 s, it is reached at the tenth: a guesser gets some thirty attempts a day, of 10,000 at least."""


def pin_file(profile: Path) -> Path:
    """Where the PIN for a profile is."""
    return profile.with_suffix(".pin")


def set_pin(file: Path, pin: str) -> None:
    """Keep the hash of `pin`.

    Raises:
        UsageError: it is no PIN.
        BadConfig: the file cannot be written.
    """
    from argon2 import PasswordHasher

    if not pin.isascii() or not pin.isdigit() or len(pin) not in DIGITS:
        raise UsageError(f"a PIN has {DIGITS[0]} to {DIGITS[-1]} digits", hint="myna desktop --kiosk --set-pin")
    if len(set(pin)) == 1 or pin in "01234567890123" or pin in "32109876543210":
        raise UsageError("this PIN is too easy to guess", hint="choose another one")
    # The library's own defaults: the second set that RFC 9106 recommends (64 MiB).
    hashed = PasswordHasher().hash(pin)
    try:
        keeping.write(file, f"{hashed}\n".encode())
    except OSError as error:
        raise BadConfig(f"{file}: it cannot be written: {error.strerror}", hint="") from error


def has_pin(file: Path) -> bool:
    return bool(_hash(file))


class Attempts(msgspec.Struct, frozen=True):
    """What is remembered of wrong PINs, also over a restart."""

    failures: int = 0
    """In a row."""
    until: float = 0.0
    """Unix time before which none is looked at."""


class PinLock:
    """Compares PINs, ever more slowly while they are wrong."""

    def __init__(self, pin: Path, attempts: Path, clock: Callable[[], float] = time.time) -> None:
        self._pin = pin
        self._attempts = attempts
        self._clock = clock

    def wait_s(self) -> float:
        """Seconds until a PIN is looked at."""
        attempts, now = self._read(), self._clock()
        longest = _delay(attempts.failures)
        if attempts.until - now > longest:
            # The clock was set back. The delay begins anew, or it would not end before the old time has come again.
            attempts = Attempts(attempts.failures, now + longest)
            with contextlib.suppress(OSError):
                keeping.write(self._attempts, attempts)
        return max(0.0, attempts.until - now)

    def check(self, pin: str) -> bool:
        """Whether it is the one. Takes about 50 ms. Raises `OSError` where attempts cannot be counted."""
        from argon2 import PasswordHasher
        from argon2.exceptions import InvalidHashError, VerificationError

        if self.wait_s() > 0:
            return False
        failures = self._read().failures + 1
        # Counted before it is compared, so that cutting the power does not help.
        keeping.write(self._attempts, Attempts(failures, self._clock() + _delay(failures)))
        try:
            PasswordHasher().verify(_hash(self._pin), pin)
        except (VerificationError, InvalidHashError):
            return False
        keeping.write(self._attempts, Attempts())
        return True

    def _read(self) -> Attempts:
        found = keeping.read(self._attempts, Attempts)
        if found is not None:
            return found
        # Where it is damaged nobody knows how often was guessed: the next wrong one waits.
        return Attempts(FREE_ATTEMPTS) if self._attempts.exists() else Attempts()


def _delay(failures: int) -> float:
    over = failures - FREE_ATTEMPTS
    return 0.0 if over < 0 else min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(over, 20))


def _hash(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
