"""The engine of voice activity and turn end: two small models in one process, for many streams of sound."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from itertools import islice
from typing import Any, ClassVar

import msgspec

from myna.audio import SAMPLE_BYTES, AudioChunk
from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.engine.speech import TurnEndRequest, TurnEndScore, VoiceRequest, VoiceScores
from myna.errors import BadInput, ModelLoadFailed, ModelMissing

from .silero import Silero, VoiceStream
from .smart_turn import SECONDS, SmartTurn

STREAMS = 64
"""Kept at a time, about 2 kB each; the one that was used least recently is forgotten first."""
_BURST = 128
"""Windows (4 s of sound, about 15 ms of work) between two looks for a cancel."""


class EarsEngine(SerialEngine):
    """Files: `voice` (Silero) and `turn` (Smart Turn), or one of them as `model`; either may be left out."""

    operations: ClassVar = {"voice": VoiceRequest, "turn-end": TurnEndRequest}

    def __init__(self, spec: EngineSpec) -> None:
        files = spec.files
        if not files:
            raise ModelLoadFailed(f"{spec.name} has no model files")
        self._silero = Silero(files["voice"]) if "voice" in files else None
        self._smart_turn = SmartTurn(files["turn"]) if "turn" in files else None
        if "model" in files:
            try:
                self._silero = Silero(files["model"])
            except ModelLoadFailed:
                self._smart_turn = SmartTurn(files["model"])
        self._streams: OrderedDict[str, VoiceStream] = OrderedDict()
        super().__init__(ModelInfo("voice activity and turn end", details=dict(files)))

    def run(self, operation: str, body: Any) -> Iterator[msgspec.Struct | None]:
        if len(body.audio) % SAMPLE_BYTES:
            raise BadInput(f"{len(body.audio)} bytes are no whole number of 16-bit samples")
        return self._voice(body) if operation == "voice" else self._turn_end(body)

    def _voice(self, request: VoiceRequest) -> Iterator[msgspec.Struct | None]:
        if self._silero is None:
            raise ModelMissing("the model for voice activity is not installed", hint="myna models pull silero-vad")
        scores = self._silero.feed(self._stream(request), request.audio)
        found: list[float] = []
        while burst := list(islice(scores, _BURST)):
            found += burst
            yield None
        yield VoiceScores(tuple(found))

    def _stream(self, request: VoiceRequest) -> VoiceStream:
        if request.reset:
            self._streams.pop(request.stream, None)
        stream = self._streams.setdefault(request.stream, VoiceStream())
        self._streams.move_to_end(request.stream)
        while len(self._streams) > STREAMS:
            self._streams.popitem(last=False)
        return stream

    def _turn_end(self, request: TurnEndRequest) -> Iterator[msgspec.Struct | None]:
        if self._smart_turn is None:
            raise ModelMissing("the model for turn end is not installed", hint="myna models pull smart-turn-v3")
        end = AudioChunk(request.audio[-SECONDS * AudioChunk(b"").rate * SAMPLE_BYTES :])
        yield TurnEndScore(self._smart_turn.probability(end.floats()))
