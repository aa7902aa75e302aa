"""WAV files that are right when they are closed, and not there when they could not be written."""

from __future__ import annotations

import io
import os
import sys
import wave
from pathlib import Path

import pytest

from myna.errors import BadInput, DiskFull
from myna_speech.voices import wav
from myna_speech.voices.wav import WavWriter

SOUND = bytes(range(100)) * 40


def read(data: bytes) -> tuple[int, int, int, bytes]:
    with wave.open(io.BytesIO(data)) as opened:
        return opened.getframerate(), opened.getnchannels(), opened.getsampwidth(), opened.readframes(10**6)


def test_a_file_is_whole_after_close(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    writer = WavWriter(str(path), tmp_path / "tmp")
    writer.write(SOUND, 22_050)
    writer.write(SOUND, 22_050)
    writer.close()
    writer.discard()
    assert read(path.read_bytes()) == (22_050, 1, 2, SOUND * 2)
    assert not (tmp_path / "tmp").exists()


def test_without_sound_there_is_no_file(tmp_path: Path) -> None:
    writer = WavWriter(str(tmp_path / "a.wav"), tmp_path)
    writer.close()
    writer.discard()
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_whole_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    writer = WavWriter(str(path), tmp_path)
    writer.write(SOUND, 22_050)
    assert path.exists()
    writer.discard()
    assert not path.exists()


def test_a_pipe_gets_a_header_with_the_right_sizes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        writer = WavWriter("-", tmp_path / "tmp")
        writer.write(SOUND, 16_000)
        writer.close()
    with os.fdopen(reading, "rb") as pipe:
        assert read(pipe.read()) == (16_000, 1, 2, SOUND)
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk(tmp_path: Path) -> None:
    writer = WavWriter("/dev/full", tmp_path)
    with pytest.raises(DiskFull, match="no room left to write /dev/full"):
        writer.write(SOUND * 1000, 22_050)
    writer.discard()
    assert Path("/dev/full").exists()


def test_a_device_is_not_removed(tmp_path: Path) -> None:
    writer = WavWriter(os.devnull, tmp_path)
    writer.write(SOUND, 22_050)
    writer.discard()
    assert Path(os.devnull).exists()


@pytest.mark.parametrize("name", ["no/such/a.wav", "folder", "bad\0name"])
def test_a_path_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    writer = WavWriter(str(tmp_path / name), tmp_path)
    with pytest.raises(BadInput, match="cannot be written"):
        writer.write(SOUND, 22_050)
    writer.discard()


def test_more_than_a_header_can_tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wav, "LARGEST", len(SOUND) + 10)
    writer = WavWriter(str(tmp_path / "a.wav"), tmp_path)
    writer.write(SOUND, 22_050)
    with pytest.raises(BadInput, match="longer than 4 GB"):
        writer.write(SOUND, 22_050)
    writer.discard()
