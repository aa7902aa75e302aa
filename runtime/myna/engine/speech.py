"""What engines for speech are: requests and answers, and the protocols of their host sides.

Sound is 16-bit mono PCM as in `AudioChunk.data`. Sound for recognition has `SPEECH_RATE`; sound that was made has
the rate of its voice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, Protocol

import msgspec

from ..audio import AudioChunk

# speech to text


class TranscribeRequest(msgspec.Struct, frozen=True):
    """Turn one utterance into text (operation `transcribe`; answer: one `Transcript` or `NoSpeech`)."""

    audio: bytes
    """At `SPEECH_RATE`."""
    language: str = ""
    """BCP 47; empty: detected."""
    languages: tuple[str, ...] = ()
    """Detection chooses among these; empty: all that the model knows."""
    words: bool = False
    """Times for words too."""
    partial: bool = False
    """The speaker goes on: a quick pass, nothing is done twice for a better result."""


class TranscribeFileRequest(msgspec.Struct, frozen=True):
    """Turn a file into text (operation `transcribe-file`; answer: `Progress` and `Segment` items as they come,
    then one `Transcript`, whose segments were all sent before, or one `NoSpeech`)."""

    path: str
    language: str = ""
    languages: tuple[str, ...] = ()
    words: bool = False


class SpokenWord(msgspec.Struct, frozen=True):
    text: str
    start: float
    """Seconds from the start of the sound."""
    end: float
    probability: float


class Segment(msgspec.Struct, frozen=True, tag="segment"):
    text: str
    start: float
    """Seconds from the start of the sound."""
    end: float
    words: tuple[SpokenWord, ...] = ()
    logprob: float = 0.0
    """Mean natural-log probability of the tokens."""
    no_speech: float = 0.0
    """Probability that nobody speaks, as the model sees it."""
    compression: float = 0.0
    """Size of the text over its size compressed: above 2.4, a decoder that repeats itself (Whisper's threshold)."""


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    done: float
    """Seconds of sound."""
    total: float
    """Seconds of sound."""


class Transcript(msgspec.Struct, frozen=True, tag="transcript"):
    text: str
    language: str
    segments: tuple[Segment, ...] = ()
    language_probability: float = 1.0
    duration: float = 0.0
    """Seconds of sound."""
    timings: dict[str, float] = {}
    """Milliseconds: `features`, `encode`, `decode`, `again` (a second pass, with the full window)."""


class NoSpeech(msgspec.Struct, frozen=True, tag="no-speech"):
    """Nobody said anything. Never an empty transcript, and never words that a model made up."""

    reason: Literal["empty", "silence", "no-voice", "unlikely", "repetition"]
    """`empty`: no sound at all; `silence`: by level; `no-voice`: by voice activity; `unlikely`: by the model's
    no-speech and log probability; `repetition`: the decoder only repeated itself."""
    duration: float = 0.0
    """Seconds of sound."""


class Transcriber(Protocol):
    """The host side of speech to text."""

    async def transcribe(self, request: TranscribeRequest) -> Transcript | NoSpeech: ...

    def transcribe_file(
        self, request: TranscribeFileRequest
    ) -> AsyncIterator[Progress | Segment | Transcript | NoSpeech]: ...


# text to speech


class SynthesizeRequest(msgspec.Struct, frozen=True):
    """Speak one sentence or clause (operation `synthesize`; answer: `Speech` items in order)."""

    text: str
    """As it is to be read: no Markdown, numbers in words."""
    language: str = ""
    """BCP 47; empty: the voice's own."""
    speed: float = 1.0
    """1 is the voice's own, 2 twice as fast."""
    volume: float = 1.0
    speaker: str = ""
    """A speaker of a voice that has several."""


class Speech(msgspec.Struct, frozen=True):
    """A piece of spoken text; the pieces of an answer follow one another without a gap."""

    data: bytes
    rate: int
    """Samples a second (Hz)."""

    def chunk(self, position: int = 0) -> AudioChunk:
        return AudioChunk(self.data, self.rate, position)


class Synthesizer(Protocol):
    """The host side of text to speech. Closing the iterator cancels."""

    def synthesize(self, request: SynthesizeRequest) -> AsyncIterator[Speech]: ...


# voice activity and turn end: small models that may share one worker


class VoiceRequest(msgspec.Struct, frozen=True):
    """The next sound of a stream (operation `voice`; answer: one `VoiceScores`)."""

    stream: str
    """Streams are told apart by name; a new name begins a new one, and those least recently used are forgotten."""
    audio: bytes
    """At `SPEECH_RATE`; what does not fill a window yet is kept for the next request."""
    reset: bool = False
    """Forget what came before."""


class VoiceScores(msgspec.Struct, frozen=True):
    """One probability for each window of 512 samples (32 ms) that is complete."""

    probabilities: tuple[float, ...]


class TurnEndRequest(msgspec.Struct, frozen=True):
    """Has this speaker finished? (Operation `turn-end`; answer: one `TurnEndScore`.)"""

    audio: bytes
    """The end of what was said, at `SPEECH_RATE`; the last 8 s count."""


class TurnEndScore(msgspec.Struct, frozen=True):
    probability: float


class VoiceActivity(Protocol):
    """The host side of voice activity, for one stream."""

    async def voice(self, audio: bytes, *, reset: bool = False) -> tuple[float, ...]:
        """The probabilities of `VoiceScores`."""
        ...


class TurnEnd(Protocol):
    """The host side of turn-end detection."""

    async def turn_end(self, audio: bytes) -> float:
        """Probability that the speaker has finished."""
        ...
