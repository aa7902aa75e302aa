"""Wake words by a model in ONNX, whatever kind it is of. Imported in a worker alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import numpy as np

from myna.audio import SAMPLE_BYTES
from myna.engine.onnx_runtime import small_session
from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.errors import BadModelFile
from myna_speech.session.wake_word import WakeWordRequest, WakeWordScore

from .wake_detectors import EMBEDDING, EMBEDDING_SIZE, HOP, MELS, Detector, OpenWakeWord, SoundDetector


class WakeWordOptions(msgspec.Struct, frozen=True):
    phrase: str = ""
    """The words that the model hears, where that is known: they are no part of a question."""


class WakeWordEngine(SerialEngine):
    """Files by role: `model`; a model of openWakeWord also needs `melspectrogram` and `embedding`, which are looked
    for beside it under openWakeWord's names."""

    operations: ClassVar[Mapping[str, type[msgspec.Struct]]] = {"wake-word": WakeWordRequest}

    def __init__(self, spec: EngineSpec) -> None:
        """Raises `BadModelFile` when the model takes neither sound nor openWakeWord's features, or these cannot be
        made; `ModelLoadFailed` when it is no model."""
        options = msgspec.convert(spec.options, WakeWordOptions)
        self._detector = _detector(spec)
        self._sound = np.zeros(0, np.int16)
        super().__init__(ModelInfo(f"wake word, {self._detector.kind}", details={"phrase": options.phrase}))

    def run(self, operation: str, body: Any) -> Iterator[WakeWordScore | None]:
        assert isinstance(body, WakeWordRequest)  # noqa: S101 - decoded as this
        best = 0.0
        sound = np.frombuffer(body.audio[: len(body.audio) // SAMPLE_BYTES * SAMPLE_BYTES], "<i2")
        self._sound = np.concatenate([self._sound, sound])
        while len(self._sound) >= HOP:
            hop, self._sound = self._sound[:HOP], self._sound[HOP:]
            best = max(best, self._detector.score(hop))
            yield None
        yield WakeWordScore(best)


def _detector(spec: EngineSpec) -> Detector:
    path = Path(spec.files["model"])
    session = small_session(str(path))
    inputs = session.get_inputs()
    if len(inputs) == 1:
        kind, shape = inputs[0].type, list(inputs[0].shape)
        if kind in {"tensor(float)", "tensor(int16)"} and len(shape) <= 2:
            return SoundDetector(session)
        if kind == "tensor(float)" and len(shape) == 3 and shape[2] == EMBEDDING_SIZE:
            mels, embedding = (small_session(_beside(spec, role, name)) for role, name in (MELS, EMBEDDING))
            return OpenWakeWord(mels, embedding, session)
    taken = ", ".join(f"{one.type} {one.shape}" for one in inputs)
    raise BadModelFile(
        f"{spec.name} is no wake-word model: it takes {taken}",
        hint="a model of openWakeWord, or of sound at 16 kHz; see docs/speech.md",
    )


def _beside(spec: EngineSpec, role: str, name: str) -> str:
    path = Path(spec.files.get(role) or Path(spec.files["model"]).with_name(name))
    if not path.is_file():
        raise BadModelFile(
            f"{spec.name} is a model of openWakeWord, and {name} is not beside it",
            hint="myna models pull openwakeword-hey-jarvis brings both of openWakeWord's models for features",
        )
    return str(path)
