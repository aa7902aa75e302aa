"""A wake-word model in ONNX: sound in, how much it sounds like the word out. Imported in a worker alone.

Any model will do that takes the newest sound as one float32 or int16 tensor of shape (1, samples) or (samples,) at
16 kHz, and whose first output ends with the score, between 0 and 1. A model for features instead of sound
(openWakeWord's, for example) has to be joined with the models that make them first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import msgspec
import numpy as np

from myna.audio import SAMPLE_BYTES, SPEECH_RATE
from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.errors import BadModelFile
from myna_speech.session.wake_word import WakeWordRequest, WakeWordScore

from .onnx_session import open_session

HOP = 1280
"""Samples (80 ms) from one window to the next, as in openWakeWord."""

WINDOW = round(1.28 * SPEECH_RATE)
"""Samples of a window where the model takes any number."""


class WakeWordEngine(SerialEngine):
    operations: ClassVar[Mapping[str, type[msgspec.Struct]]] = {"wake-word": WakeWordRequest}

    def __init__(self, spec: EngineSpec) -> None:
        """Raises `BadModelFile` when the model takes no sound, `ModelLoadFailed` when it is none."""
        self._session = open_session(spec.files["model"])
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or inputs[0].type not in {"tensor(float)", "tensor(int16)"} or len(inputs[0].shape) > 2:
            taken = ", ".join(f"{one.type} {one.shape}" for one in inputs)
            raise BadModelFile(
                f"{spec.name} is no wake-word model for sound: it takes {taken}",
                hint="a model of one float32 or int16 tensor of sound at 16 kHz; see docs/speech.md",
            )
        self._input = inputs[0]
        length = inputs[0].shape[-1]
        self._window = length if isinstance(length, int) and length > 0 else WINDOW
        self._sound = np.zeros(self._window, np.int16)
        self._new = 0
        super().__init__(ModelInfo(f"wake word, windows of {self._window / SPEECH_RATE:.2f} s"))

    def run(self, operation: str, body: Any) -> Iterator[WakeWordScore | None]:
        assert isinstance(body, WakeWordRequest)  # noqa: S101 - decoded as this
        best = 0.0
        sound = np.frombuffer(body.audio[: len(body.audio) // SAMPLE_BYTES * SAMPLE_BYTES], "<i2")
        while len(sound):
            part, sound = sound[: HOP - self._new], sound[HOP - self._new :]
            self._sound = np.concatenate([self._sound, part])[-self._window :]
            self._new += len(part)
            if self._new == HOP:
                self._new = 0
                best = max(best, self._score())
                yield None
        yield WakeWordScore(best)

    def _score(self) -> float:
        sound: np.ndarray[Any, Any] = self._sound
        if self._input.type == "tensor(float)":
            sound = sound.astype(np.float32) / np.float32(32768)
        shaped = sound if len(self._input.shape) == 1 else sound[None, :]
        output = np.ravel(self._session.run(None, {self._input.name: shaped})[0])
        score = float(output[-1]) if len(output) else 0.0
        return min(max(score, 0.0), 1.0) if np.isfinite(score) else 0.0
