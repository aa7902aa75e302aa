"""Kinds of wake-word models: those that take sound, and openWakeWord's, which take features that two more models make.

The figures of openWakeWord are those of its `utils.py` (github.com/dscripka/openWakeWord, 0.4.0): from 1,280 new
samples and the 480 before come eight rows of a spectrogram, from the last 76 rows one embedding of 96 numbers, and
from the last 16 embeddings (1.9 s of sound) the score.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from myna.audio import SPEECH_RATE

HOP = 1280
"""Samples (80 ms) from one score to the next."""

WINDOW = round(1.28 * SPEECH_RATE)
"""Samples that a model of sound gets, where it takes any number."""

MELS, EMBEDDING = ("melspectrogram", "melspectrogram.onnx"), ("embedding", "embedding_model.onnx")
"""Roles of openWakeWord's models for features, and their names."""

EMBEDDING_SIZE = 96
_OVERLAP = 480
_BANDS, _ROWS = 32, 76
_WORD_STEPS = 16
"""Embeddings that a model takes which does not say how many."""
_BACKGROUND_S = 2.4
"""Seconds of faint noise that a model has heard before it hears anything: it was trained on rooms, not on nothing."""

Array = np.ndarray[Any, np.dtype[Any]]


class Detector(Protocol):
    kind: str

    def score(self, hop: Array) -> float:
        """How much the sound that ends with `hop` (int16, shape (HOP,)) sounds like the word, between 0 and 1."""
        ...


def _bounded(output: Array) -> float:
    numbers = np.ravel(output)
    score = float(numbers[-1]) if len(numbers) else 0.0
    return min(max(score, 0.0), 1.0) if np.isfinite(score) else 0.0


class SoundDetector:
    """A model that takes the newest sound, float32 or int16, shape (1, samples) or (samples,), 16 kHz; its first
    output ends with the score."""

    def __init__(self, session: Any) -> None:
        self._session = session
        (self._input,) = session.get_inputs()
        length = self._input.shape[-1]
        self._sound: Array = np.zeros(length if isinstance(length, int) and length > 0 else WINDOW, np.int16)
        self.kind = f"windows of {len(self._sound) / SPEECH_RATE:.2f} s"

    def score(self, hop: Array) -> float:
        self._sound = np.concatenate([self._sound, hop])[-len(self._sound) :]
        sound = self._sound
        if self._input.type == "tensor(float)":
            sound = sound.astype(np.float32) / np.float32(32768)
        shaped = sound if len(self._input.shape) == 1 else sound[None, :]
        return _bounded(self._session.run(None, {self._input.name: shaped})[0])


class OpenWakeWord:
    """A model of openWakeWord behind the models for its features."""

    kind = "openWakeWord"

    def __init__(self, mels: Any, embedding: Any, word: Any) -> None:
        """Three sessions of ONNX Runtime."""
        self._mels, self._embedding, self._word = mels, embedding, word
        steps = word.get_inputs()[0].shape[1]
        steps = steps if isinstance(steps, int) and steps > 0 else _WORD_STEPS
        self._tail: Array = np.zeros(_OVERLAP, np.int16)
        self._rows: Array = np.ones((_ROWS, _BANDS), np.float32)
        self._features: Array = np.zeros((steps, EMBEDDING_SIZE), np.float32)
        noise = np.random.default_rng(0).integers(-1000, 1000, round(_BACKGROUND_S * SPEECH_RATE / HOP) * HOP)
        for hop in noise.astype(np.int16).reshape(-1, HOP):
            self._hear(hop)

    def score(self, hop: Array) -> float:
        self._hear(hop)
        return _bounded(_run(self._word, self._features[None]))

    def _hear(self, hop: Array) -> None:
        sound = np.concatenate([self._tail, hop])
        self._tail = sound[-_OVERLAP:]
        # The spectrogram wants the scale of 16-bit samples; the embedding was trained on another scale of it.
        rows = np.reshape(_run(self._mels, sound.astype(np.float32)[None]), (-1, _BANDS)) / 10 + 2
        self._rows = np.concatenate([self._rows, rows.astype(np.float32)])[-_ROWS:]
        embedding = np.reshape(_run(self._embedding, self._rows[None, :, :, None]), (-1, EMBEDDING_SIZE))
        self._features = np.concatenate([self._features, embedding])[-len(self._features) :]


def _run(session: Any, given: Array) -> Array:
    found: Array = session.run(None, {session.get_inputs()[0].name: given})[0]
    return found
