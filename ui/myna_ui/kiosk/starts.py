"""What a start knows of those before it, to tell a power cut from a program that falls over again and again."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from . import keeping

Recovery = Literal["first", "again", "given-up"]
"""`again`: after a crash just now. `given-up`: it crashed too often to go on as if nothing were."""

SOON_S = 60.0
"""A start within this time after a crash says so on the screen."""
MANY = 5
WINDOW_S = 600.0
"""`MANY` crashes within this time: another start will not mend it."""


class Kept(msgspec.Struct, frozen=True):
    crashes: tuple[float, ...] = ()
    """Unix times at which a start found that the one before had not ended well."""
    running: bool = False
    """The program runs, or ended without saying so."""
    alive: float = 0.0
    """When it was last known to run."""


class Starts:
    """One file, written at every start and end. A disk that cannot be written costs the memory, not the start."""

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._kept = Kept()

    def begin(self) -> Recovery:
        """The program starts."""
        before = keeping.read(self._file, Kept) or Kept()
        now = self._clock()
        crashed = before.running and 0 <= now - before.alive <= SOON_S
        # Times in the future are from a clock that was wrong.
        crashes = tuple(moment for moment in before.crashes if 0 <= now - moment <= WINDOW_S)
        self._kept = Kept((*crashes, now) if crashed else crashes, True, now)
        self._write()
        if len(self._kept.crashes) >= MANY:
            return "given-up"
        return "again" if crashed else "first"

    def alive(self) -> None:
        """It still runs; called now and then."""
        self._kept = msgspec.structs.replace(self._kept, alive=self._clock())
        self._write()

    def end(self, *, forgive: bool = False) -> None:
        """It ends as it should; `forgive` forgets the crashes."""
        self._kept = Kept(() if forgive else self._kept.crashes, False, self._clock())
        self._write()

    def _write(self) -> None:
        with contextlib.suppress(OSError):
            keeping.write(self._file, self._kept)
