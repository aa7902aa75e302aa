"""Log-mel spectrograms as Whisper and the models that grew out of it want them.

16 kHz, windows of 25 ms every 10 ms, mel bands on Slaney's scale (linear to 1 kHz, then logarithmic), base-10
logarithm, the range cut to 80 dB and scaled, as in openai/whisper's `audio.py`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from myna.audio import SPEECH_RATE

Floats = np.ndarray[Any, np.dtype[np.float32]]

WINDOW = 400
HOP = 160
FRAMES_A_SECOND = SPEECH_RATE // HOP


def log_mel(samples: Floats, bands: int = 80) -> Floats:
    """Shape (bands, len(samples) // 160), of float samples between -1 and 1, shape (samples,)."""
    frames = len(samples) // HOP
    margin = WINDOW // 2
    padded = np.pad(samples, margin, mode="reflect" if len(samples) > margin else "constant")
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[: frames * HOP : HOP]
    spectrum = np.fft.rfft(windows * _hann(), axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    levels = np.log10(np.maximum(_filters(bands) @ power.astype(np.float32).T, 1e-10))
    if levels.size:
        levels = np.maximum(levels, levels.max() - 8.0)
    scaled: Floats = ((levels + 4.0) / 4.0).astype(np.float32)
    return scaled


@lru_cache
def _hann() -> Floats:
    window: Floats = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
    return window


@lru_cache
def _filters(bands: int) -> Floats:
    """Triangles of equal area, shape (bands, WINDOW // 2 + 1)."""
    corners = _hertz(np.linspace(0.0, _mel(SPEECH_RATE / 2), bands + 2))
    bins = np.fft.rfftfreq(WINDOW, 1 / SPEECH_RATE)
    below, peak, above = corners[:-2, None], corners[1:-1, None], corners[2:, None]
    triangles = np.maximum(0.0, np.minimum((bins - below) / (peak - below), (above - bins) / (above - peak)))
    return (triangles * 2.0 / (above - below)).astype(np.float32)


_LINEAR_HERTZ = 200.0 / 3
"""Hertz a mel up to `_CORNER` on Slaney's scale."""
_CORNER = 1000.0
_STEP = np.log(6.4) / 27
"""Natural logarithm of the ratio of frequencies one mel apart, above."""


def _mel(hertz: float) -> float:
    return float(_CORNER / _LINEAR_HERTZ + np.log(hertz / _CORNER) / _STEP)


def _hertz(mels: np.ndarray[Any, np.dtype[np.float64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
    corner = _CORNER / _LINEAR_HERTZ
    return np.where(mels < corner, mels * _LINEAR_HERTZ, _CORNER * np.exp(_STEP * (mels - corner)))
