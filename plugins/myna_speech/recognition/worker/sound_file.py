"""Any sound file as 16 kHz mono, piece by piece. The file is hostile until it has been decoded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np

from myna.audio import SAMPLE_BYTES, SPEECH_RATE
from myna.errors import BadInput, ExtraMissing

_FORMATS = (
    "wav,w64,aiff,au,voc,flac,mp3,ogg,mov,mp4,m4a,3gp,aac,adts,ac3,eac3,amr,matroska,webm,asf,avi,mpeg,mpegts,"
    "flv,ape,wv,tta,dsf,mpc,mpc8,gsm"
)
"""FFmpeg's names of containers that hold sound. Left out on purpose: all that name other files to be opened
(playlists, `concat`), pictures, subtitles, raw samples without a header, and CAF, whose layout of eight channels
FFmpeg 8 frees twice."""
KNOWN = "WAV, FLAC, MP3, OGG, M4A and most other sound is read"
_OPTIONS = {"format_whitelist": _FORMATS, "protocol_whitelist": "none"}
_BLOCK = SPEECH_RATE * SAMPLE_BYTES
"""Bytes of a second."""
_MOST_RATE = 768_000
_MOST_CHANNELS = 64
_MOST_FAULTS = 1000
"""Packets in a row that cannot be decoded; then the rest is given up."""


class SoundFile:
    """Use it in a `with`."""

    def __init__(self, path: str) -> None:
        """Raises `BadInput`: it cannot be read, or holds no sound; `ExtraMissing`: PyAV is not installed."""
        try:
            import av
            import av.error
        except ModuleNotFoundError as error:
            raise ExtraMissing(
                f"sound files need {error.name}, which is not installed", hint="pip install 'myna[speech]'"
            ) from None

        self._av: Any = av
        self._name = Path(path).name
        try:
            # Opened here, so that FFmpeg never sees the name: names may be URLs.
            self._file = Path(path).open("rb")  # noqa: SIM115 - closed in `__exit__`
        except OSError as error:
            raise BadInput(f"{self._name} cannot be read: {error.strerror or error}") from None
        try:
            self._open(path)
        except BaseException:
            self._file.close()
            raise

    def _open(self, path: str) -> None:
        if not Path(path).is_file():
            raise BadInput(f"{self._name} is no file")
        if not Path(path).stat().st_size:
            raise BadInput(f"{self._name} is empty", hint=KNOWN)
        try:
            self._container: Any = self._av.open(self._file, mode="r", options=_OPTIONS, metadata_errors="replace")
        except (self._av.error.FFmpegError, ValueError):
            raise BadInput(f"{self._name} is no sound file", hint=KNOWN) from None
        streams = self._container.streams.audio
        if not streams:
            self._container.close()
            raise BadInput(f"{self._name} holds no sound")
        self._stream: Any = streams[0]
        self.duration = self._length()
        """Seconds, as the file says; 0 where it does not."""

    def _length(self) -> float:
        stream = self._stream
        if stream.duration and stream.time_base:
            return max(float(stream.duration * stream.time_base), 0.0)
        length = float(self._container.duration or 0) / float(self._av.time_base)
        return max(length, 0.0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._container.close()
        self._file.close()

    def blocks(self) -> Iterator[bytes]:
        """16-bit mono at `SPEECH_RATE`, about a second at a time. What is damaged is left out.

        Raises:
            BadInput: nothing of it can be decoded, or its format is out of bounds.
        """
        waiting = bytearray()
        decoded = False
        for frame in self._resampled():
            decoded = True
            waiting += frame.to_ndarray().tobytes()
            while len(waiting) >= _BLOCK:
                yield bytes(waiting[:_BLOCK])
                del waiting[:_BLOCK]
        if waiting:
            yield bytes(waiting)
        if not decoded:
            raise BadInput(f"{self._name} holds no sound that can be decoded")

    def _resampled(self) -> Iterator[Any]:
        """Frames at `SPEECH_RATE`, mono. A file may change its format on the way."""
        shape: tuple[Any, ...] = ()
        way: _Way | None = None
        for frame in self._frames():
            now = (frame.format.name, frame.layout.name, frame.layout.nb_channels, frame.sample_rate)
            if way is None or now != shape:
                self._check(frame)
                if way is not None:
                    yield from way.end()
                way, shape = _Way(self._av, frame), now
            yield from way.feed(frame)
        if way is not None:
            yield from way.end()

    def _frames(self) -> Iterator[Any]:
        """Frames that can be decoded. A file that ends in the middle of one ends there."""
        errors = self._av.error.FFmpegError
        packets = self._container.demux(self._stream)
        faults = 0
        while faults < _MOST_FAULTS:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                frames = packet.decode()
            except errors as error:
                if isinstance(error, EOFError):
                    return
                faults += 1
                continue
            faults = 0 if frames else faults
            yield from frames

    def _check(self, frame: Any) -> None:
        if not 0 < frame.sample_rate <= _MOST_RATE:
            raise BadInput(f"{self._name} has {frame.sample_rate:,} samples a second")
        if not 0 < frame.layout.nb_channels <= _MOST_CHANNELS:
            raise BadInput(f"{self._name} has {frame.layout.nb_channels} channels")


class _Way:
    """From frames of one format to frames of 16-bit mono at `SPEECH_RATE`."""

    def __init__(self, av: Any, frame: Any) -> None:
        self._av = av
        self._resampler = av.AudioResampler("s16", "mono", SPEECH_RATE)
        # PyAV crashes when it is asked for the samples of eight planes and more: floats are packed into one first.
        floats = frame.format.name in {"flt", "fltp", "dbl", "dblp"}
        self._packer = av.AudioResampler("flt", frame.layout, frame.sample_rate) if floats else None

    def feed(self, frame: Any) -> Iterator[Any]:
        if self._packer is None:
            yield from self._resampler.resample(frame)
        else:
            for packed in self._packer.resample(frame):
                yield from self._resampler.resample(self._finite(packed))

    def end(self) -> Iterator[Any]:
        """What is still in the filter."""
        if self._packer is not None:
            for packed in self._packer.resample(None):
                yield from self._resampler.resample(self._finite(packed))
        yield from self._resampler.resample(None)

    def _finite(self, frame: Any) -> Any:
        """Samples that are no number would stay in the resampler's filter: they become silence."""
        samples = frame.to_ndarray()
        if np.isfinite(samples).all():
            return frame
        clean = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        mended = self._av.AudioFrame.from_ndarray(clean, format="flt", layout=frame.layout)
        mended.sample_rate = frame.sample_rate
        mended.pts, mended.time_base = frame.pts, frame.time_base
        return mended
