"""The engine that makes sound small for sending: MP3, Opus and AAC, piece by piece, by FFmpeg's encoders."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from myna.audio import SAMPLE_BYTES
from myna.engine.encode import Encoded, EncodeRequest, SoundForm
from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.errors import BadInput, EngineError, ModelLoadFailed

STREAMS = 64
"""At a time; the one that was used least recently is given up first: its client has gone."""

RATE = 24_000
"""Samples a second (Hz) of what is made: all three can have it, and voices have little above 11 kHz."""

_MOST_RATE = 192_000

_SHAPES: dict[SoundForm, tuple[str, str, int, dict[str, str]]] = {
    # Without the frame that tells the length, which would have to be written at the front in the end.
    "mp3": ("mp3", "libmp3lame", 64_000, {"write_xing": "0", "id3v2_version": "0"}),
    "opus": ("ogg", "libopus", 32_000, {"page_duration": "100000"}),
    "aac": ("adts", "aac", 64_000, {}),
}
"""Container, encoder, bits a second and options. Rates at which one voice is not told from the original: Opus as in
RFC 7845's recommendations for speech, the older two twice that."""


class EncoderEngine(SerialEngine):
    """Needs no files."""

    operations: ClassVar = {"encode": EncodeRequest}

    def __init__(self, spec: EngineSpec) -> None:
        """Raises `ModelLoadFailed`: PyAV is not installed."""
        del spec
        try:
            import av
        except ModuleNotFoundError as error:
            raise ModelLoadFailed(f"encoding needs {error.name}", hint="pip install 'myna[speech]'") from None
        self._av: Any = av
        self._streams: OrderedDict[str, _Stream] = OrderedDict()
        super().__init__(ModelInfo("sound encoder", details={"forms": ", ".join(_SHAPES)}))

    def run(self, operation: str, body: EncodeRequest) -> Iterator[Encoded | None]:
        del operation
        if len(body.data) % SAMPLE_BYTES or not 0 < body.rate <= _MOST_RATE:
            raise BadInput("this is no sound of 16-bit samples")
        stream = self._streams.get(body.stream) or _Stream(self._av, body.form)
        self._streams[body.stream] = stream
        self._streams.move_to_end(body.stream)
        while len(self._streams) > STREAMS:
            self._streams.popitem(last=False)
        try:
            made = stream.feed(body.data, body.rate)
            if body.last:
                made += stream.finish()
        except self._av.error.FFmpegError as error:
            self._streams.pop(body.stream, None)
            raise EngineError(f"the sound could not be encoded: {error}") from None
        if body.last:
            del self._streams[body.stream]
        yield Encoded(made)


class _Written:
    """What FFmpeg writes, taken away piece by piece."""

    def __init__(self) -> None:
        self._data = bytearray()

    def write(self, data: bytes) -> int:
        self._data += data
        return len(data)

    def take(self) -> bytes:
        data = bytes(self._data)
        self._data.clear()
        return data


class _Stream:
    def __init__(self, av: Any, form: SoundForm) -> None:
        container, codec, bits, options = _SHAPES[form]
        self._av = av
        self._written = _Written()
        self._container: Any = av.open(self._written, mode="w", format=container, options=options)
        self._codec: Any = self._container.add_stream(codec, rate=RATE, layout="mono")
        self._codec.bit_rate = bits
        self._resampler: Any = None
        self._rate = 0

    def feed(self, data: bytes, rate: int) -> bytes:
        if data:
            if rate != self._rate:
                self._drain()
                self._resampler, self._rate = self._av.AudioResampler(self._codec.format, "mono", RATE), rate
            samples = np.frombuffer(data, "<i2").reshape(1, -1)
            frame = self._av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate = rate
            self._encode(self._resampler.resample(frame))
        return self._written.take()

    def finish(self) -> bytes:
        self._drain()
        self._container.mux(self._codec.encode(None))
        self._container.close()
        return self._written.take()

    def _drain(self) -> None:
        """What the resampler still holds."""
        if self._resampler is not None:
            self._encode(self._resampler.resample(None))
            self._resampler = None

    def _encode(self, frames: list[Any]) -> None:
        for frame in frames:
            # Times of frames of two rates would contradict each other; without any, samples are counted.
            frame.pts = None
            self._container.mux(self._codec.encode(frame))
