"""Identifiers that sort by the time they were made."""

from __future__ import annotations

import secrets
import threading
import time


class IdClock:
    """Makes identifiers of 32 hexadecimal digits with the layout of UUID version 7 (RFC 9562, section 5.7).

    Identifiers of one clock only rise, also within a millisecond and when the system clock steps back.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def next(self) -> str:
        # 48 bits of milliseconds and 12 random bits make the part that must rise; 62 random bits follow.
        now = (time.time_ns() // 1_000_000 << 12) | secrets.randbits(12)
        with self._lock:
            self._last = max(now, self._last + 1)
            stamp = self._last
        milliseconds, low = stamp >> 12, stamp & 0xFFF
        value = (milliseconds << 80) | (0x7 << 76) | (low << 64) | (0b10 << 62) | secrets.randbits(62)
        return f"{value:032x}"
