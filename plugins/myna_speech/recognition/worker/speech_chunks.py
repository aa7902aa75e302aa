"""From a stream of sound to the pieces of it in which somebody speaks, each short enough for one window of Whisper."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from myna.audio import SAMPLE_BYTES, SPEECH_RATE, AudioChunk

from .mel import Floats
from .voice_level import SAMPLES, SILENT, Voice, levels

_BYTES = SAMPLES * SAMPLE_BYTES


def _windows(seconds: float) -> int:
    return round(seconds * SPEECH_RATE / SAMPLES)


BEGINS = 0.5
"""Probability from which a window is speech (Silero's own default)."""
GOES_ON = 0.35
"""Probability from which it still is, right after speech (Silero's own default: 0.15 less)."""
AT_LEAST = 3
"""Windows of speech that a piece has: 0.1 s, less than the shortest word."""
PAD = _windows(0.3)
"""Kept on both sides: soft consonants at the edges are not seen as speech."""
GAP = _windows(2.0)
"""Silence that ends a piece. Shorter ones stay in it: the decoder does better with what was said before."""
MOST = _windows(29.5)
"""Of a piece; Whisper hears 30 s."""
_LOOK_BACK = _windows(10)
"""Where a piece that is too long is cut: at the best place within so much of its end."""
_BREATH = _windows(0.3)
"""The cut is in the middle of the least voiced stretch of this length."""
_BURST = _windows(4)
"""Windows between two looks for a cancel."""


class SpeechPiece(msgspec.Struct, frozen=True):
    samples: Floats
    """Between -1 and 1, at `SPEECH_RATE`."""
    start: float
    """Seconds from the start of the stream."""


class SpeechChunks:
    """Feed it the stream, then `finish`. It holds half a minute of sound at most."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._unscored = b""
        self._audio = bytearray()
        """Scored windows that may still be wanted."""
        self._scores: list[float] = []
        self._dropped = 0
        """Windows before those in `_audio`."""
        self._first: int | None = None
        """The first window of speech in `_audio`, and the last."""
        self._last = 0
        self.windows = 0
        self.loud = False
        """Whether any of it was louder than silence."""

    def feed(self, audio: bytes) -> Iterator[SpeechPiece | None]:
        """Pieces that are complete; None now and then, so that whoever drives this may stop."""
        data = self._unscored + audio
        self.loud = self.loud or bool((levels(data) > SILENT).any())
        whole = len(data) // _BYTES * _BYTES
        self._unscored = data[whole:]
        for start in range(0, whole, _BURST * _BYTES):
            burst = data[start : min(start + _BURST * _BYTES, whole)]
            for place, score in enumerate(self._voice(burst)):
                self._audio += burst[place * _BYTES : (place + 1) * _BYTES]
                yield from self._take(score)
            yield None

    def finish(self) -> Iterator[SpeechPiece | None]:
        """The last piece, if there is one."""
        if self._unscored:
            yield from self.feed(bytes(_BYTES - len(self._unscored)))
        if self._first is not None:
            yield from self._emit(min(self._last + 1 + PAD, len(self._scores)))

    def _take(self, score: float) -> Iterator[SpeechPiece]:
        place = len(self._scores)
        self._scores.append(score)
        self.windows += 1
        going = self._first is not None and place - self._last <= PAD
        if score >= (GOES_ON if going else BEGINS):
            self._first = place if self._first is None else self._first
            self._last = place
        if self._first is None:
            self._drop(len(self._scores) - PAD)
        elif place - self._last >= GAP:
            yield from self._emit(self._last + 1 + PAD)
        elif len(self._scores) - max(self._first - PAD, 0) >= MOST:
            yield from self._emit(self._best_cut())

    def _best_cut(self) -> int:
        """The end of the window in the middle of the least voiced stretch; the latest of equals."""
        scores = self._scores
        starts = range(len(scores) - _LOOK_BACK, len(scores) - _BREATH + 1)
        best = min(starts, key=lambda start: (round(sum(scores[start : start + _BREATH]), 3), -start))
        return best + _BREATH // 2

    def _emit(self, end: int) -> Iterator[SpeechPiece]:
        start = max((self._first or 0) - PAD, 0)
        if sum(score >= BEGINS for score in self._scores[start:end]) >= AT_LEAST:
            sound = AudioChunk(bytes(self._audio[start * _BYTES : end * _BYTES]))
            yield SpeechPiece(sound.floats(), (self._dropped + start) * SAMPLES / SPEECH_RATE)
        self._drop(end)
        voiced = [place for place, score in enumerate(self._scores) if score >= BEGINS]
        self._first, self._last = (voiced[0], voiced[-1]) if voiced else (None, 0)

    def _drop(self, count: int) -> None:
        if count > 0:
            del self._audio[: count * _BYTES]
            del self._scores[:count]
            self._dropped += count
