"""WAV files of any kind, read as a stream of float samples with one channel.

The standard library reads integer PCM only (and WAVE_FORMAT_EXTENSIBLE not before Python 3.12). What a file says of
itself is not trusted: sizes are bounded by what is there, and a file may end anywhere.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn

import msgspec

from myna.errors import BadInput

from .g711 import a_law, mu_law

if TYPE_CHECKING:
    from .chunks import Samples

MOST_CHANNELS = 64
SLOWEST, FASTEST = 1_000, 768_000
"""Samples a second (Hz)."""
_LARGEST_FORMAT = 1024
"""Bytes of a `fmt ` chunk; the longest in use has 40 and a few more."""

_PCM, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_BITS = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64), _A_LAW: (8,), _MU_LAW: (8,)}


class WavFormat(msgspec.Struct, frozen=True):
    kind: int
    """WAVE_FORMAT_PCM, IEEE_FLOAT, ALAW or MULAW."""
    channels: int
    rate: int
    """Samples a second (Hz)."""
    bits: int
    start: int
    """Byte at which the samples begin."""
    size: int
    """Bytes of samples, as far as the file goes."""

    @property
    def frame(self) -> int:
        """Bytes of one sample of all channels."""
        return self.channels * self.bits // 8


def read_format(path: Path) -> WavFormat:
    """What kind of samples a file has.

    Raises:
        BadInput: there is no such file, or it is no WAV file that can be read.
    """
    try:
        with path.open("rb") as file:
            return _parse(path, file, path.stat().st_size)
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from None


def read_samples(path: Path, form: WavFormat, block: int) -> Iterator[Samples]:
    """The samples, mixed to one channel, `block` at a time; a frame that is cut off by the end is left out.

    Raises:
        BadInput: the file cannot be read (any more).
    """
    try:
        with path.open("rb") as file:
            file.seek(form.start)
            left = form.size - form.size % form.frame
            while left > 0:
                data = file.read(min(block * form.frame, left))
                data = data[: len(data) - len(data) % form.frame]
                if not data:
                    return
                left -= len(data)
                yield decode(data, form)
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror or error}") from None


def _parse(path: Path, file: BinaryIO, size: int) -> WavFormat:
    head = file.read(12)
    if not head:
        _bad(path, "it is empty")
    if len(head) < 12 or head[:4] not in {b"RIFF", b"RF64"} or head[8:] != b"WAVE":
        _bad(path, "it is no WAV file")
    found: tuple[int, int, int, int] | None = None
    while len(chunk := file.read(8)) == 8:
        name, length = chunk[:4], int.from_bytes(chunk[4:], "little")
        start = file.tell()
        if name == b"fmt ":
            found = _format(path, file.read(min(length, _LARGEST_FORMAT)))
        elif name == b"data":
            if found is None:
                _bad(path, "it does not say what its samples are")
            # A program that writes to a pipe does not know the length; it leaves 0 or the largest number.
            there = size - start
            return WavFormat(*found, start, there if length in {0, 0xFFFFFFFF} else min(length, there))
        file.seek(start + length + length % 2)
    return _bad(path, "it holds no samples")


def _format(path: Path, data: bytes) -> tuple[int, int, int, int]:
    if len(data) < 16:
        _bad(path, "it ends too early")
    kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", data[:16])
    if kind == _EXTENSIBLE and len(data) >= 40:
        kind = int.from_bytes(data[24:26], "little")
    if bits not in _BITS.get(kind, ()):
        _bad(path, f"its format ({kind}, {bits} bits) is not known")
    if not 1 <= channels <= MOST_CHANNELS:
        _bad(path, f"it has {channels} channels")
    if not SLOWEST <= rate <= FASTEST:
        _bad(path, f"it has {rate} samples a second")
    return kind, channels, rate, bits


def decode(data: bytes, form: WavFormat) -> Samples:
    """Whole frames as samples, mixed to one channel; what is no number is silence."""
    import numpy as np

    samples = _numbers(data, form)
    if form.kind == _FLOAT:
        samples = np.nan_to_num(samples, nan=0.0, posinf=1.0, neginf=-1.0)
    mixed: Samples = samples.reshape(-1, form.channels).mean(axis=1, dtype=np.float32)
    return mixed


def _numbers(data: bytes, form: WavFormat) -> Any:
    import numpy as np

    if form.kind == _FLOAT:
        return np.clip(np.frombuffer(data, f"<f{form.bits // 8}"), -1e4, 1e4).astype(np.float32)
    if form.kind == _MU_LAW:
        return mu_law(data)
    if form.kind == _A_LAW:
        return a_law(data)
    if form.bits == 8:
        return (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128
    if form.bits == 24:
        padded = np.zeros((len(data) // 3, 4), np.uint8)
        padded[:, 1:] = np.frombuffer(data, np.uint8).reshape(-1, 3)
        return padded.view("<i4").reshape(-1).astype(np.float32) / 2**31
    return np.frombuffer(data, f"<i{form.bits // 8}").astype(np.float32) / 2 ** (form.bits - 1)


def _bad(path: Path, why: str) -> NoReturn:
    raise BadInput(f"cannot use {path}: {why}", hint="a WAV file is needed, with PCM, float, A-law or mu-law samples")
