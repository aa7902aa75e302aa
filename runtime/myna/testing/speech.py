"""Speech without voices or models: sound that carries its words, and engines that make, find and read it.

    speech = FakeSpeech()
    sound = speech.say("What is this?", 0.8)
    transcript = await FakeTranscriber(speech).transcribe(TranscribeRequest(sound))
    assert transcript.text == "What is this?"

Each word is a square wave of a level of its own, as long as its share of the whole, so that a part of the sound
holds a part of the words, wherever it is cut.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

from ..audio import SAMPLE_BYTES, SPEECH_RATE
from ..engine.speech import (
    NoSpeech,
    Progress,
    Segment,
    Speech,
    SynthesizeRequest,
    TranscribeFileRequest,
    TranscribeRequest,
    Transcript,
)
from ..errors import MynaError, UsageError

if TYPE_CHECKING:
    import numpy as np

LOUD = 2_000
"""The lowest level that counts as a voice."""

LEVELS = range(LOUD, 32_000)

WINDOW = 512
"""Samples for each probability, as in `VoiceScores`."""


class FakeSpeech:
    """Knows which level stands for which word. The same text in the same time is the same sound."""

    def __init__(self) -> None:
        self._levels = iter(LEVELS)
        self._words: dict[int, tuple[str, int]] = {}
        self._sounds: dict[tuple[str, float, int], bytes] = {}

    def say(self, text: str, seconds: float, rate: int = SPEECH_RATE) -> bytes:
        """`text` spoken in `seconds`; a text without a space is cut in halves when it is Chinese."""
        key = (text, seconds, rate)
        if key not in self._sounds:
            words = _words(text)
            if not words:
                raise UsageError("there is nothing to say", hint="FakeSpeech.cough")
            length = round(seconds * rate)
            sound = bytearray()
            for at, word in enumerate(words):
                samples = length * (at + 1) // len(words) - length * at // len(words)
                sound += self._tone(word, samples)
            self._sounds[key] = bytes(sound)
        return self._sounds[key]

    def cough(self, seconds: float, rate: int = SPEECH_RATE) -> bytes:
        """A voice without words."""
        key = ("cough", -seconds, rate)  # no text takes negative time
        if key not in self._sounds:
            self._sounds[key] = self._tone("", round(seconds * rate))
        return self._sounds[key]

    def read(self, audio: bytes) -> str:
        """The words in `audio`: those of which more than half is there."""
        words = []
        for level, samples in _runs(audio):
            word, length = self._words.get(level, ("", 0))
            if word and samples * 2 > length:
                words.append(word)
        return "".join(words).strip()

    def _tone(self, word: str, samples: int) -> bytes:
        level = next(self._levels)
        self._words[level] = (word, samples)
        wave = level.to_bytes(2, "little", signed=True) + (-level).to_bytes(2, "little", signed=True)
        return (wave * (samples // 2 + 1))[: samples * SAMPLE_BYTES]


class FakeVoice:
    """A `VoiceActivity` and a `TurnEnd`: loud is a voice, and who stops after a comma or dots has not finished.

    With `error`, every call raises it until it is set to None.
    """

    def __init__(self, speech: FakeSpeech, *, error: MynaError | None = None) -> None:
        self._speech = speech
        self._rest = b""
        self.error = error
        self.asked = 0
        """Calls of `turn_end`."""

    async def voice(self, audio: bytes, *, reset: bool = False) -> tuple[float, ...]:
        """0.95 for a window that is loud for more than half of its samples, else 0.02."""
        if self.error is not None:
            raise self.error
        sound = audio if reset else self._rest + audio
        size = WINDOW * SAMPLE_BYTES
        whole = len(sound) // size * size
        self._rest = sound[whole:]
        return tuple(0.95 if _loud(sound[at : at + size]) * 2 > WINDOW else 0.02 for at in range(0, whole, size))

    async def turn_end(self, audio: bytes) -> float:
        """0.05 after a word that ends with a comma or dots, else 0.95."""
        self.asked += 1
        if self.error is not None:
            raise self.error
        return 0.05 if self._speech.read(audio).endswith((",", "...", "…", "，")) else 0.95


class FakeTranscriber:
    """A `Transcriber` that reads what `FakeSpeech` has said.

    `wait` is awaited in every call, for example a `FakeClock`'s sleep or an event of a test.
    """

    def __init__(
        self,
        speech: FakeSpeech,
        *,
        language: str = "en",
        error: MynaError | None = None,
        wait: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        self._speech = speech
        self._language = language
        self._wait = wait
        self.error = error
        """Raised by every call, while it is not None."""
        self.requests: list[TranscribeRequest] = []
        """Everything that was asked, oldest first."""
        self.keep = True
        """Whether `requests` grows."""

    async def transcribe(self, request: TranscribeRequest) -> Transcript | NoSpeech:
        if self.keep:
            self.requests.append(request)
        await asyncio.sleep(0)
        if self._wait is not None:
            await self._wait()
        if self.error is not None:
            raise self.error
        seconds = len(request.audio) / SAMPLE_BYTES / SPEECH_RATE
        text = self._speech.read(request.audio)
        if not text:
            return NoSpeech("no-voice" if seconds else "empty", seconds)
        return Transcript(text, request.language or self._language, duration=seconds)

    async def transcribe_file(
        self, request: TranscribeFileRequest
    ) -> AsyncIterator[Progress | Segment | Transcript | NoSpeech]:
        """Not to be had: what it reads is not in files."""
        raise UsageError(f"FakeTranscriber reads no files ({request.path})")
        yield  # an async generator, as the protocol asks


class FakeSynthesizer:
    """A `Synthesizer` that speaks `FakeSpeech`, `seconds` for each character, in pieces of `piece` seconds.

    With `error`, a request fails with it after `error_after` pieces.
    """

    def __init__(
        self,
        speech: FakeSpeech,
        *,
        rate: int = SPEECH_RATE,
        seconds: float = 0.05,
        piece: float = 0.25,
        error: MynaError | None = None,
        error_after: int = 0,
    ) -> None:
        self._speech = speech
        self._rate = rate
        self._seconds = seconds
        self._piece = piece
        self.error = error
        self._error_after = error_after
        self.requests: list[SynthesizeRequest] = []
        """Everything that was asked, oldest first."""
        self.keep = True
        """Whether `requests` grows."""
        self.cancelled = 0
        """Requests that were closed before their end."""

    async def synthesize(self, request: SynthesizeRequest) -> AsyncIterator[Speech]:
        if self.keep:
            self.requests.append(request)
        sound = self._speech.say(request.text, self._seconds * len(request.text), self._rate)
        size = round(self._piece * self._rate) * SAMPLE_BYTES
        try:
            for number, at in enumerate(range(0, len(sound), size)):
                await asyncio.sleep(0)
                if self.error is not None and number >= self._error_after:
                    raise self.error
                yield Speech(sound[at : at + size], self._rate)
        except (GeneratorExit, asyncio.CancelledError):
            self.cancelled += 1
            raise


def _words(text: str) -> list[str]:
    """Words with the space after them; each Chinese character for itself."""
    words: list[str] = []
    for char in text:
        if char.isspace() or (words and not words[-1][-1].isspace() and not _starts(words[-1][-1], char)):
            if words:
                words[-1] += char
        else:
            words.append(char)
    return words


def _starts(before: str, char: str) -> bool:
    """Whether a word begins at `char`; punctuation stays with what is before it."""
    return char.isalnum() and (ord(before) > 0x2E80 or ord(char) > 0x2E80)


def _loudness(audio: bytes) -> np.ndarray[Any, np.dtype[np.int16]]:
    import numpy as np

    loudness: np.ndarray[Any, np.dtype[np.int16]] = np.abs(
        np.frombuffer(audio[: len(audio) // SAMPLE_BYTES * SAMPLE_BYTES], dtype="<i2")
    )
    return loudness


def _loud(audio: bytes) -> int:
    """Samples that are loud."""
    return int((_loudness(audio) >= LOUD).sum())


def _runs(audio: bytes) -> list[tuple[int, int]]:
    """(level, samples) of what is loud, in order."""
    import numpy as np

    levels = _loudness(audio)
    if not len(levels):
        return []
    starts = np.concatenate(([0], np.flatnonzero(np.diff(levels)) + 1))
    lengths = np.diff(np.append(starts, len(levels)))
    return [(int(level), int(length)) for level, length in zip(levels[starts], lengths, strict=True) if level >= LOUD]
