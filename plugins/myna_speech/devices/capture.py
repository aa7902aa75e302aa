"""Sound on its way from a device's thread to the session, in a bounded ring that knows what it has lost."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .chunks import Samples

RING_S = 2.0
"""Seconds that a session may be behind; what comes then is lost, and made up by silence."""
_FULL = 32768


class CaptureRing:
    """`put` is called by the device's thread, `take` by the session's."""

    def __init__(
        self, rate: int, channels: int, buffered: float = 0.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`buffered`: seconds that the device itself holds."""
        self.rate = rate
        self.overruns = 0
        """Samples that were lost."""
        self._channels = channels
        self._buffered = buffered
        self._clock = clock
        self._lock = threading.Lock()
        self._blocks: deque[bytes | int] = deque()
        self._waiting = 0
        self._last = clock()

    def put(self, data: Any, samples: int, *, lost: bool = False) -> None:
        """`samples` of each channel, 16 bits, interleaved; with `lost` the device has missed some before them."""
        now = self._clock()
        gap, self._last = now - self._last, now
        with self._lock:
            if lost:
                # As much as the time between two calls says, less what the device's own buffer holds.
                self._lose(max(0, round((gap - self._buffered) * self.rate) - samples))
            if self._waiting + samples > RING_S * self.rate:
                self._lose(samples)
            else:
                self._blocks.append(bytes(data))
                self._waiting += samples

    def take(self) -> Samples:
        """All that has come since, one channel; silence in the place of what was lost."""
        import numpy as np

        with self._lock:
            blocks, self._waiting = list(self._blocks), 0
            self._blocks.clear()
        pieces = [np.zeros(block, np.float32) if isinstance(block, int) else self._mixed(block) for block in blocks]
        return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)

    def _lose(self, samples: int) -> None:
        self.overruns += samples
        if samples and self._blocks and isinstance(self._blocks[-1], int):
            self._blocks[-1] += samples
        elif samples:
            self._blocks.append(samples)

    def _mixed(self, block: bytes) -> Samples:
        import numpy as np

        samples = np.frombuffer(block, np.int16).reshape(-1, self._channels)
        mixed: Samples = samples.mean(axis=1, dtype=np.float32) / np.float32(_FULL)
        return mixed
