from __future__ import annotations

import struct
import wave
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from myna.errors import BadInput
from myna_speech.recognition.worker.sound_file import SoundFile

RATE = 16_000


def tone(seconds: float, rate: int = RATE, channels: int = 1) -> np.ndarray[Any, Any]:
    """Shape (channels, samples), between -1 and 1."""
    one = 0.3 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return np.tile(one, (channels, 1)).astype(np.float32)


def encode(path: Path, codec: str, samples: np.ndarray[Any, Any], rate: int, layout: str = "mono") -> Path:
    """Write `samples`, shape (channels, samples), with an encoder of FFmpeg."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.layout = layout
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples.T).reshape(1, -1), format="flt", layout=layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(
            stream.codec_context.format or "s16", layout, rate, stream.codec_context.frame_size
        )
        done = 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            piece.pts, piece.time_base = done, Fraction(1, rate)
            done += piece.samples
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def write_wav(path: Path, samples: np.ndarray[Any, Any], rate: int = RATE) -> Path:
    """16 bits; `samples` of shape (channels, samples)."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(samples))
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples.T * 32767).astype("<i2").tobytes())
    return path


def write_float_wav(path: Path, samples: np.ndarray[Any, Any], rate: int = RATE) -> Path:
    """32-bit floats, whatever is in them; `samples` of shape (samples, channels)."""
    data = samples.astype("<f4").tobytes()
    channels = samples.shape[1]
    form = struct.pack("<HHIIHH", 3, channels, rate, rate * 4 * channels, 4 * channels, 32)
    head = struct.pack("<4sI4s4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", len(form))
    path.write_bytes(head + form + struct.pack("<4sI", b"data", len(data)) + data)
    return path


def decoded(path: Path) -> np.ndarray[Any, Any]:
    with SoundFile(str(path)) as file:
        return np.frombuffer(b"".join(file.blocks()), "<i2").astype(np.float32) / 32768


def pitch(samples: np.ndarray[Any, Any]) -> float:
    """Of the strongest tone, in Hz."""
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples))


@pytest.mark.parametrize(
    ("name", "codec", "rate", "layout"),
    [
        ("a.wav", "pcm_s16le", 16_000, "mono"),
        ("a.wav", "pcm_s24le", 44_100, "stereo"),
        ("a.wav", "pcm_mulaw", 8_000, "mono"),
        ("a.wav", "pcm_alaw", 8_000, "mono"),
        ("a.wav", "pcm_s16le", 192_000, "7.1"),
        ("a.flac", "flac", 48_000, "5.1"),
        ("a.mp3", "libmp3lame", 44_100, "stereo"),
        ("a.ogg", "libopus", 24_000, "mono"),
        ("a.opus", "libopus", 48_000, "mono"),
        ("a.m4a", "aac", 44_100, "mono"),
        ("a.m4a", "aac", 48_000, "7.1"),
        ("a.aiff", "pcm_s16be", 22_050, "mono"),
        ("a.mka", "flac", 16_000, "mono"),
    ],
)
def test_any_format_becomes_16_khz_mono(tmp_path: Path, name: str, codec: str, rate: int, layout: str) -> None:
    channels = {"mono": 1, "stereo": 2, "5.1": 6, "7.1": 8}[layout]
    path = encode(tmp_path / name, codec, tone(2.0, rate, channels), rate, layout)
    found = decoded(path)
    assert len(found) / RATE == pytest.approx(2.0, abs=0.1)
    assert pitch(found) == pytest.approx(440, abs=2)
    with SoundFile(str(path)) as file:
        assert file.duration == pytest.approx(2.0, abs=0.1)


def test_eight_channels_of_which_nothing_is_said(tmp_path: Path) -> None:
    found = decoded(write_wav(tmp_path / "a.wav", tone(1.0, 192_000, 8), 192_000))
    assert pitch(found) == pytest.approx(440, abs=2)


def test_a_long_file_comes_in_seconds(tmp_path: Path) -> None:
    with SoundFile(str(write_wav(tmp_path / "a.wav", tone(10.5)))) as file:
        blocks = [len(block) / 2 / RATE for block in file.blocks()]
    assert max(blocks) <= 1.0
    assert sum(blocks) == pytest.approx(10.5, abs=0.01)


def test_a_file_that_ends_in_the_middle_of_a_frame_is_read_up_to_there(tmp_path: Path) -> None:
    whole = encode(tmp_path / "whole.mp3", "libmp3lame", tone(4.0, 44_100), 44_100).read_bytes()
    (tmp_path / "half.mp3").write_bytes(whole[: len(whole) // 2 + 7])
    assert 1.5 < len(decoded(tmp_path / "half.mp3")) / RATE < 2.5
    whole = write_wav(tmp_path / "whole.wav", tone(4.0)).read_bytes()
    (tmp_path / "half.wav").write_bytes(whole[: len(whole) // 2 + 1])
    assert len(decoded(tmp_path / "half.wav")) / RATE == pytest.approx(2.0, abs=0.1)
    whole = encode(tmp_path / "whole.flac", "flac", tone(4.0), RATE).read_bytes()
    (tmp_path / "half.flac").write_bytes(whole[: len(whole) // 2])
    assert len(decoded(tmp_path / "half.flac")) / RATE > 1.0


def test_samples_that_are_no_number_are_silent(tmp_path: Path) -> None:
    samples = tone(3.0)[0].copy()
    samples[16_000:32_000] = np.nan
    samples[40_000] = np.inf
    found = decoded(write_float_wav(tmp_path / "nan.wav", samples[:, None]))
    assert np.abs(found[:15_000]).max() > 0.2
    assert np.abs(found[17_000:31_000]).max() == 0
    assert np.abs(found[41_000:47_000]).max() > 0.2


def test_eight_channels_of_floats_are_mended_too(tmp_path: Path) -> None:
    samples = np.full((RATE, 8), 0.1, np.float32)
    samples[8000:9000] = np.nan
    found = decoded(write_float_wav(tmp_path / "a.wav", samples))
    assert np.isfinite(found).all()
    assert found[8200:8800].max() == 0
    assert found[12_000] > 0.05


def test_one_sample_is_a_sound_file(tmp_path: Path) -> None:
    assert len(decoded(write_wav(tmp_path / "one.wav", tone(1 / 16_000)))) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.wav", b"", "a.wav is empty"),
        ("a.wav", b"Dear diary, today I learned nothing.\n" * 30, "a.wav is no sound file"),
        ("a.wav", b"RIFF\xff\xff\xff\xffWAVE", "a.wav is no sound file"),
        ("a.mp3", bytes(10_000), "a.mp3 is no sound file"),
        ("a.wav", b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n/etc/passwd\n#EXT-X-ENDLIST\n", "no sound file"),
        ("a.wav", b"ffconcat version 1.0\nfile '/etc/passwd'\n", "no sound file"),
    ],
)
def test_what_is_no_sound_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput, match=words) as refused:
        decoded(path)
    assert "\n" not in refused.value.message


def test_a_file_without_samples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none\.wav"):
        decoded(write_wav(tmp_path / "none.wav", tone(0)))


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        SoundFile(str(tmp_path / "gone.wav"))
    with pytest.raises(BadInput, match="cannot be read"):
        SoundFile(str(tmp_path))


def test_a_name_is_never_a_url() -> None:
    with pytest.raises(BadInput, match="cannot be read: No such file"):
        SoundFile("http://127.0.0.1:1/a.wav")
