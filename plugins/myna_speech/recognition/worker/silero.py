"""Silero voice activity (v5): the probability of speech in each window of 512 samples at 16 kHz."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np

from myna.audio import SAMPLE_BYTES, SPEECH_RATE
from myna.engine.onnx_runtime import small_session
from myna.errors import ModelLoadFailed

from .mel import Floats
from .voice_level import SAMPLES

_CONTEXT = 64
"""Samples of the window before that the model sees again."""
_INPUTS = {"input", "state", "sr"}


class VoiceStream(msgspec.Struct):
    """What the model remembers of one stream."""

    state: Any = msgspec.field(default_factory=lambda: np.zeros((2, 1, 128), np.float32))
    context: Floats = msgspec.field(default_factory=lambda: np.zeros(_CONTEXT, np.float32))
    rest: bytes = b""
    """What does not fill a window yet."""


class Silero:
    """The model. `VoiceStream` holds all that differs from stream to stream."""

    def __init__(self, path: str) -> None:
        """Raises `ModelLoadFailed`."""
        self._session = small_session(path)
        names = {one.name for one in self._session.get_inputs()}
        if names != _INPUTS:
            raise ModelLoadFailed(f"{path} is no Silero voice activity model: it takes {', '.join(sorted(names))}")
        self._rate = np.array(SPEECH_RATE, np.int64)

    def feed(self, stream: VoiceStream, audio: bytes) -> Iterator[float]:
        """The probability of each window that is complete."""
        data = stream.rest + audio
        whole = len(data) // (SAMPLES * SAMPLE_BYTES) * SAMPLES
        stream.rest = data[whole * SAMPLE_BYTES :]
        samples = np.frombuffer(data, "<i2", whole).astype(np.float32) / np.float32(32768)
        for start in range(0, whole, SAMPLES):
            yield self._window(stream, samples[start : start + SAMPLES])

    def _window(self, stream: VoiceStream, samples: Floats) -> float:
        given = np.concatenate([stream.context, samples])[None]
        probability, stream.state = self._session.run(None, {"input": given, "state": stream.state, "sr": self._rate})
        stream.context = given[0, -_CONTEXT:]
        return float(probability[0, 0])
