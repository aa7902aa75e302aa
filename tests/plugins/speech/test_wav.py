"""WAV files of any kind, and what is none."""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from myna.errors import BadInput
from myna_speech.devices.wav import read_format, read_samples

TONE = 0.5 * np.sin(2 * np.pi * 440 * np.arange(1600) / 16_000)


def riff(kind: int, bits: int, data: bytes, *, channels: int = 1, rate: int = 16_000, size: int | None = None) -> bytes:
    frame = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels, rate, (rate * frame) & 0xFFFFFFFF, frame & 0xFFFF, bits)
    body = b"fmt " + struct.pack("<I", len(form)) + form
    body += b"LIST" + struct.pack("<I", 3) + b"abc\0"
    body += b"data" + struct.pack("<I", len(data) if size is None else size) + data
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def read(path: Path) -> np.ndarray:
    form = read_format(path)
    pieces = list(read_samples(path, form, 100))
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def packed24(values: np.ndarray) -> bytes:
    return b"".join(int(value).to_bytes(3, "little", signed=True) for value in values)


@pytest.mark.parametrize(
    ("kind", "bits", "data"),
    [
        (1, 8, (TONE * 127 + 128).round().astype(np.uint8).tobytes()),
        (1, 16, (TONE * 32767).round().astype("<i2").tobytes()),
        (1, 24, packed24((TONE * (2**23 - 1)).round())),
        (1, 32, (TONE * (2**31 - 1)).round().astype("<i4").tobytes()),
        (3, 32, TONE.astype("<f4").tobytes()),
        (3, 64, TONE.astype("<f8").tobytes()),
    ],
)
def test_every_width_gives_the_same_sound(tmp_path, kind, bits, data):
    path = tmp_path / "a.wav"
    path.write_bytes(riff(kind, bits, data))
    assert np.abs(read(path) - TONE).max() < (0.01 if bits == 8 else 1e-4)


@pytest.mark.parametrize(
    ("kind", "code", "value"),
    # The ends and the smallest steps of the tables in ITU-T G.711.
    [
        (7, 0x80, 32124), (7, 0x00, -32124), (7, 0xFF, 0), (7, 0xFE, 8),
        (6, 0xAA, 32256), (6, 0x2A, -32256), (6, 0xD5, 8), (6, 0x55, -8),
    ],
)  # fmt: skip
def test_telephone_codes(tmp_path, kind, code, value):
    path = tmp_path / "a.wav"
    path.write_bytes(riff(kind, 8, bytes([code]), rate=8_000))
    assert read(path)[0] * 32768 == value


def test_channels_are_mixed(tmp_path):
    path = tmp_path / "surround.wav"
    frames = np.zeros((1000, 8), "<i2")
    frames[:, 3] = 16_384
    path.write_bytes(riff(1, 16, frames.tobytes(), channels=8, rate=192_000))
    assert read(path) == pytest.approx(np.full(1000, 0.5 / 8))


def test_an_extensible_file_says_its_format_later(tmp_path):
    form = struct.pack("<HHIIHH", 0xFFFE, 1, 16_000, 64_000, 4, 32) + struct.pack("<HHI", 22, 32, 4)
    form += struct.pack("<H", 3) + bytes(14)
    data = TONE.astype("<f4").tobytes()
    body = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body)
    assert np.abs(read(path) - TONE).max() < 1e-6


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 10**9])
def test_a_length_that_is_not_true_is_not_believed(tmp_path, size):
    path = tmp_path / "piped.wav"
    path.write_bytes(riff(1, 16, bytes(200), size=size))
    assert len(read(path)) == 100


def test_a_frame_that_is_cut_off_is_left_out(tmp_path):
    path = tmp_path / "cut.wav"
    path.write_bytes(riff(1, 16, bytes(4 * 10 + 3), channels=2, size=400))
    assert len(read(path)) == 10


def test_what_is_no_number_is_silence(tmp_path):
    path = tmp_path / "nan.wav"
    path.write_bytes(riff(3, 32, np.array([np.nan, np.inf, -np.inf, 0.25], "<f4").tobytes()))
    got = read(path)
    assert got[0] == 0
    assert got[3] == 0.25
    assert np.isfinite(got).all()


def test_as_the_standard_library_writes_it(tmp_path):
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 44_100, 0, "NONE", ""))
        file.writeframes(bytes(400))
    form = read_format(path)
    assert (form.channels, form.rate, form.bits) == (2, 44_100, 16)
    assert len(read(path)) == 100


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"What is the capital of France?\n" * 9, "it is no WAV file"),
        (b"RIFF", "it is no WAV file"),
        (riff(1, 16, b"")[:30], "it ends too early"),
        (riff(1, 16, b"")[:36], "it holds no samples"),
        (b"RIFF\0\0\0\0WAVEdata\0\0\0\0", "it does not say what its samples are"),
        (riff(2, 4, b""), "its format (2, 4 bits) is not known"),
        (riff(1, 12, b""), "its format (1, 12 bits) is not known"),
        (riff(1, 16, b"", channels=0), "it has 0 channels"),
        (riff(1, 16, b"", channels=60_000), "it has 60000 channels"),
        (riff(1, 16, b"", rate=0), "it has 0 samples a second"),
        (riff(1, 16, b"", rate=2**32 - 1), "it has 4294967295 samples a second"),
    ],
)
def test_what_is_no_sound_is_refused(tmp_path, data, why):
    path = tmp_path / "bad.wav"
    path.write_bytes(data)
    with pytest.raises(BadInput, match=why.replace("(", r"\(").replace(")", r"\)")):
        read_format(path)


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(BadInput, match="No such file"):
        read_format(tmp_path / "nothing.wav")
    with pytest.raises(BadInput, match="directory"):
        read_format(tmp_path)


def test_a_file_may_vanish(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(riff(1, 16, bytes(200)))
    form = read_format(path)
    path.unlink()
    with pytest.raises(BadInput):
        list(read_samples(path, form, 10))
