"""Speech in the form that a client wants, piece by piece."""

from __future__ import annotations

import struct
from typing import Literal

import numpy as np

from myna.audio import SAMPLE_BYTES, AudioChunk, pcm
from myna.engine.encode import SoundForm

from .flac import FlacStream

PlainForm = Literal["wav", "pcm", "flac"]
"""What is written in the server itself; the rest needs an encoder."""
Form = PlainForm | SoundForm

TYPES: dict[Form, str] = {
    "wav": "audio/wav",
    "pcm": "audio/pcm",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "opus": "audio/ogg",
    "aac": "audio/aac",
}

PCM_RATE = 24_000
"""Hz. Plain samples say nothing of their rate: OpenAI's documentation does."""

_UNKNOWN = 0xFFFFFFFF
"""In the place of the length of a WAV file whose end is not known yet; players read on to the end."""


class Written:
    """Speech as bytes of one form; voices of two languages may have two rates, a file has one."""

    def __init__(self, form: PlainForm) -> None:
        self._form = form
        self._rate = PCM_RATE if form == "pcm" else 0
        self._flac: FlacStream | None = None

    def utterance(self, data: bytes, rate: int) -> bytes:
        """All of what was spoken at a time: 16-bit samples."""
        head = b""
        if not self._rate or (self._form == "flac" and self._flac is None):
            self._rate = self._rate or rate
            head = self._head()
        sound = data if rate == self._rate else resampled(data, rate, self._rate)
        return head + (sound if self._flac is None else self._flac.feed(sound))

    def finish(self) -> bytes:
        return b"" if self._flac is None else self._flac.finish()

    def _head(self) -> bytes:
        if self._form == "flac":
            self._flac = FlacStream(self._rate)
            return self._flac.head()
        return wav_head(self._rate)


def wav_head(rate: int) -> bytes:
    """Of a WAV file of unknown length: 16 bits, one channel."""
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * SAMPLE_BYTES, SAMPLE_BYTES, 8 * SAMPLE_BYTES)
    return struct.pack("<4sI4s", b"RIFF", _UNKNOWN, b"WAVE") + form + struct.pack("<4sI", b"data", _UNKNOWN)


def resampled(data: bytes, source: int, target: int) -> bytes:
    """An utterance, which begins and ends in silence, at another rate: its spectrum cut, or filled up with nothing."""
    samples = AudioChunk(data, source).floats()
    if not len(samples):
        return b""
    # Whole seconds: the transform of a length with large prime factors would take long.
    whole = np.zeros(-(-len(samples) // source) * source, np.float32)
    whole[: len(samples)] = samples
    spectrum = np.fft.rfft(whole)
    length = len(whole) * target // source
    wanted = np.zeros(length // 2 + 1, spectrum.dtype)
    common = min(len(wanted), len(spectrum))
    wanted[:common] = spectrum[:common]
    sound = np.fft.irfft(wanted, length) * (length / len(whole))
    return pcm(sound[: len(samples) * target // source])
