"""How loud it is at the microphone, as a meter shows it."""

from __future__ import annotations

import math
from collections.abc import Callable

from myna.audio import SPEECH_RATE, AudioChunk

FLOOR_DB = -60.0
"""Below full scale, where the meter begins: a quiet room at the gain that systems choose for speech lies near it."""

EVERY = SPEECH_RATE // 20
"""Samples between two values: eyes follow no more than 20 a second."""


class LevelMeter:
    """The loudest chunk of each `EVERY` samples, between 0 (`FLOOR_DB`) and 1 (full scale)."""

    def __init__(self, told: Callable[[float], None]) -> None:
        self._told = told
        self._loudest = 0.0
        self._samples = 0

    def feed(self, chunk: AudioChunk) -> None:
        self._loudest = max(self._loudest, level(chunk))
        self._samples += len(chunk)
        if self._samples >= EVERY:
            self._told(self._loudest)
            self._loudest, self._samples = 0.0, 0


def level(chunk: AudioChunk) -> float:
    """Of one chunk, from the root mean square of its samples."""
    import numpy as np

    samples = chunk.floats()
    if not len(samples):
        return 0.0
    power = float(np.mean(samples * samples))
    if power <= 0:
        return 0.0
    return min(1.0, max(0.0, 1 - 10 * math.log10(power) / FLOOR_DB))
