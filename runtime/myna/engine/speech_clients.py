"""The host's typed view of speech models in workers.

transcribe        TranscribeRequest      ->  Transcript | NoSpeech
transcribe-file   TranscribeFileRequest  ->  Progress | Segment ..., then Transcript | NoSpeech
synthesize        SynthesizeRequest      ->  Speech ...
voice             VoiceRequest           ->  VoiceScores
turn-end          TurnEndRequest         ->  TurnEndScore
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

from ..errors import EngineError
from .speech import (
    NoSpeech,
    Progress,
    Segment,
    Speech,
    SynthesizeRequest,
    TranscribeFileRequest,
    TranscribeRequest,
    Transcript,
    TurnEndRequest,
    TurnEndScore,
    VoiceRequest,
    VoiceScores,
)

if TYPE_CHECKING:
    from ..worker.handle import EngineHandle
    from .protocols import ModelInfo


class SpeechClient:
    """What the clients of speech models have in common."""

    def __init__(self, handle: EngineHandle) -> None:
        self._handle = handle

    async def info(self) -> ModelInfo:
        """What is known of the model; loads it when it is not loaded."""
        return await self._handle.info()

    def preload(self) -> None:
        """Start loading it now, and do not wait."""
        self._handle.preload()


class TranscriberClient(SpeechClient):
    """A speech-to-text model in a worker: a `Transcriber`."""

    async def transcribe(self, request: TranscribeRequest) -> Transcript | NoSpeech:
        """Raises `MynaError` when the model cannot be loaded, the request is bad, or the worker fails."""
        async with aclosing(self._handle.stream("transcribe", request, Transcript | NoSpeech)) as answers:
            async for answer in answers:
                return answer
        raise EngineError(f"{self._handle.spec.name} gave no transcript")

    def transcribe_file(
        self, request: TranscribeFileRequest
    ) -> AsyncGenerator[Progress | Segment | Transcript | NoSpeech, None]:
        """Closing the iterator cancels. Raises `BadInput` for a file that holds no sound."""
        return self._handle.stream("transcribe-file", request, Progress | Segment | Transcript | NoSpeech)


class SynthesizerClient(SpeechClient):
    """A voice in a worker: a `Synthesizer`."""

    def synthesize(self, request: SynthesizeRequest) -> AsyncGenerator[Speech, None]:
        """Pieces as they are made. Closing the iterator cancels."""
        return self._handle.stream("synthesize", request, Speech)


class VoiceClient(SpeechClient):
    """Voice activity and turn end for one stream of sound: a `VoiceActivity` and a `TurnEnd`."""

    def __init__(self, handle: EngineHandle, stream: str) -> None:
        super().__init__(handle)
        self._stream = stream

    async def voice(self, audio: bytes, *, reset: bool = False) -> tuple[float, ...]:
        """The probability of speech in each complete window of 512 samples."""
        return (await self._handle.call("voice", VoiceRequest(self._stream, audio, reset), VoiceScores)).probabilities

    async def turn_end(self, audio: bytes) -> float:
        """The probability that the speaker has finished."""
        return (await self._handle.call("turn-end", TurnEndRequest(audio), TurnEndScore)).probability
