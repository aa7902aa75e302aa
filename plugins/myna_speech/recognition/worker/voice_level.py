"""Voice activity by level alone, where no model for it is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from myna.audio import SAMPLE_BYTES

SAMPLES = 512
"""Of a window, at 16 kHz; as Silero's."""

Voice = Callable[[bytes], Iterator[float]]
"""The next sound of a stream to one probability of speech for each window of `SAMPLES` that is complete."""

SILENT = 10 ** (-60 / 20)
"""Root mean square, full scale is 1: quieter than a whisper at a distant microphone (about -55 dB)."""


def levels(audio: bytes) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Root mean square of each whole window of 16-bit `audio`, shape (windows,), full scale is 1."""
    whole = len(audio) // (SAMPLES * SAMPLE_BYTES) * SAMPLES
    windows = np.frombuffer(audio, "<i2", whole).astype(np.float32).reshape(-1, SAMPLES) / 32768
    found: np.ndarray[Any, np.dtype[np.float32]] = np.sqrt(np.mean(windows**2, axis=1))
    return found


class LevelVoice:
    """A `Voice` for which all that is not silent is speech."""

    def __init__(self) -> None:
        self._rest = b""

    def __call__(self, audio: bytes) -> Iterator[float]:
        data = self._rest + audio
        found = levels(data)
        self._rest = data[len(found) * SAMPLES * SAMPLE_BYTES :]
        yield from (1.0 if level > SILENT else 0.0 for level in found)
