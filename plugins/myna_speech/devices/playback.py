"""What a loudspeaker plays next, what was heard of it, and silence without a click.

The playback clock is whatever `fill` and `heard` are given as times in seconds: PortAudio's stream time for a device,
audio time for a file.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from .chunks import Samples

FADE_S = 0.005
"""Of a pause, a flush and a resume. A step in the waveform clicks; a slope of 5 ms does not, and is no delay."""


class _Played(msgspec.Struct, frozen=True):
    """Sound in one block of the device."""

    at: float
    """Seconds on the playback clock at which its first sample leaves the loudspeaker."""
    before: int
    """Samples of sound that were played before it."""
    samples: int


class PlaybackQueue:
    """Samples at the rate of the loudspeaker. Filled by the session's thread, emptied by the device's."""

    def __init__(self, rate: int) -> None:
        self.rate = rate
        self._lock = threading.Lock()
        self._pieces: deque[Samples] = deque()
        self._pending = 0
        self._tail: Samples | None = None
        self._fade = max(1, round(FADE_S * rate))
        self._faded_in = self._fade
        self._paused = False
        self._sounding = False
        self._taken = 0
        self._played: deque[_Played] = deque()
        self._heard = 0

    # the session's side

    def add(self, samples: Samples) -> None:
        if len(samples):
            with self._lock:
                self._pieces.append(samples)
                self._pending += len(samples)

    def pause(self) -> None:
        with self._lock:
            if not self._paused:
                self._fade_out()
                self._paused = True
                self._faded_in = 0

    def resume(self) -> None:
        with self._lock:
            self._paused = False

    def flush(self) -> None:
        with self._lock:
            if not self._paused:
                self._fade_out()
            self._pieces.clear()
            self._pending = 0
            self._faded_in = self._fade

    def at_rate(self, rate: int) -> PlaybackQueue:
        """What is left of this queue, for a device with another rate. What this one has played counts as heard."""
        from .resample import Resampler

        moved = PlaybackQueue(rate)
        with self._lock:
            resampler = Resampler(self.rate, rate)
            for samples in (resampler.feed(self._take(self._pending)), resampler.finish()):
                moved.add(samples)
            moved._heard = moved._taken = round(self._taken * rate / self.rate)
            moved._paused = self._paused
        return moved

    @property
    def paused(self) -> bool:
        return self._paused

    @property
    def pending(self) -> float:
        """Seconds that the device has not taken yet."""
        return (self._pending + (0 if self._tail is None else len(self._tail))) / self.rate

    def heard(self, now: float) -> float:
        """Seconds of sound that have left the loudspeaker at `now` on the playback clock."""
        with self._lock:
            return self._heard_at(now) / self.rate

    def queued(self, now: float) -> float:
        """Seconds of sound that were added, not flushed, and not heard at `now`."""
        with self._lock:
            waiting = self._pending + (0 if self._tail is None else len(self._tail))
            return (waiting + self._taken - self._heard_at(now)) / self.rate

    # the device's side

    def fill(self, samples: int, at: float, *, audible: bool = True) -> Samples:
        """The next `samples`, whose first leaves the loudspeaker at `at`; silence where there is no sound.

        Without `audible` there is no device to play them: they pass, and nobody heard them.
        """
        import numpy as np

        block = np.zeros(samples, np.float32)
        with self._lock:
            filled = 0
            if self._tail is not None:
                tail, self._tail = self._tail[:samples], self._tail[samples:]
                block[: len(tail)] = tail
                filled = len(tail)
                if not len(self._tail):
                    self._tail = None
            if not self._paused:
                sound = self._take(samples - filled)
                block[filled : filled + len(sound)] = self._fade_in(sound)
                filled += len(sound)
                self._sounding = filled == samples
            if audible and filled:
                self._played.append(_Played(at, self._taken, filled))
                self._taken += filled
        return block

    def _take(self, samples: int) -> Samples:
        import numpy as np

        taken: list[Samples] = []
        while samples > 0 and self._pieces:
            piece = self._pieces.popleft()
            if len(piece) > samples:
                self._pieces.appendleft(piece[samples:])
                piece = piece[:samples]
            taken.append(piece)
            samples -= len(piece)
            self._pending -= len(piece)
        return np.concatenate(taken) if taken else np.zeros(0, np.float32)

    def _fade_out(self) -> None:
        """What comes next runs out in a slope, if there was sound just now."""
        import numpy as np

        if not self._sounding:
            return
        tail = self._take(self._fade)
        self._tail = tail * np.linspace(1, 0, len(tail), endpoint=False, dtype=np.float32)
        self._sounding = False

    def _fade_in(self, sound: Samples) -> Samples:
        import numpy as np

        if self._faded_in >= self._fade or not len(sound):
            return sound
        places = np.arange(self._faded_in, self._faded_in + len(sound), dtype=np.float32) / self._fade
        self._faded_in += len(sound)
        return sound * np.minimum(places, 1)

    def _heard_at(self, now: float) -> int:
        """Samples; never fewer than at an earlier call, also when the clock of the device jitters."""
        while self._played:
            first = self._played[0]
            passed = min(max(round((now - first.at) * self.rate), 0), first.samples)
            self._heard = max(self._heard, first.before + passed)
            if passed < first.samples:
                break
            self._played.popleft()
        return self._heard
