"""A voice brought to full scale while it is made, when nobody knows yet how loud the rest will be."""

from __future__ import annotations

from typing import Any

import numpy as np

Samples = np.ndarray[Any, np.dtype[np.float32]]

QUIETEST_PEAK = 0.05
"""Of full scale: a voice whose loudest moment is below this is not speaking."""

FADE = 128
"""Samples in which the level changes (6 ms at 22,050 Hz), so that nothing clicks."""


class Loudness:
    """Scales the sound of one request. Its level falls when a moment is louder than any before, and never rises: the
    sentences of an answer keep their distances."""

    def __init__(self, peak: float) -> None:
        """`peak`: how loud the voice usually is at its loudest moments, of full scale."""
        self._peak = max(peak, QUIETEST_PEAK)

    def scaled(self, samples: Samples) -> Samples:
        """The next stretch; the loudest moment of all is at most 1, but for the length of a fade."""
        before = self._peak
        self._peak = max(before, float(np.max(np.abs(samples), initial=0.0)))
        levels = np.full(len(samples), 1 / self._peak, np.float32)
        fade = min(FADE, len(samples))
        levels[:fade] = np.linspace(1 / before, 1 / self._peak, fade, dtype=np.float32)
        return samples * levels
