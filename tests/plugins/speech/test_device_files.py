"""WAV files in the place of a microphone and a loudspeaker, on one clock."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from myna.audio import SPEECH_RATE, AudioChunk, pcm
from myna.config import SpeechSettings
from myna.devices import QUEUE_S
from myna.errors import BadInput, DiskFull
from myna_speech.devices import open_loudspeaker, open_microphone, open_pair
from myna_speech.devices.clock import AudioClock
from myna_speech.devices.files import FILE_RATE

SETTINGS = SpeechSettings()


def write(path: Path, samples: np.ndarray, rate: int = SPEECH_RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(pcm(samples))
    return path


def read(path: Path) -> tuple[np.ndarray, int]:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768, file.getframerate()


def tone(seconds: float, rate: int, frequency: float = 440) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)


async def heard(path: Path) -> list[AudioChunk]:
    chunks = [chunk async for chunk in open_microphone(SETTINGS, file=path).listen()]
    assert all(isinstance(chunk, AudioChunk) for chunk in chunks)
    return chunks  # type: ignore[return-value]


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100, 48_000, 192_000])
async def test_a_file_of_any_rate_is_heard_in_whole_chunks(tmp_path, rate):
    chunks = await heard(write(tmp_path / "a.wav", tone(1.01, rate), rate))
    assert {len(chunk) for chunk in chunks} == {320}
    assert [chunk.position for chunk in chunks] == list(range(0, 320 * len(chunks), 320))
    assert len(chunks) == 51
    got = np.concatenate([chunk.floats() for chunk in chunks])[1600:14_400]
    assert np.abs(got - tone(1, SPEECH_RATE)[1600:14_400]).max() < 0.01


async def test_a_single_sample_is_a_chunk(tmp_path):
    chunks = await heard(write(tmp_path / "a.wav", np.array([0.5])))
    assert len(chunks) == 1
    assert np.flatnonzero(chunks[0].samples()).tolist() == [0]


async def test_a_file_without_samples_ends_at_once(tmp_path):
    assert await heard(write(tmp_path / "a.wav", np.zeros(0))) == []


def test_a_bad_file_is_refused_before_it_is_listened_to(tmp_path):
    (tmp_path / "a.wav").write_text("no sound")
    with pytest.raises(BadInput):
        open_microphone(SETTINGS, file=tmp_path / "a.wav")


async def test_a_file_is_written_as_it_is_played_when_nobody_moves_the_clock(tmp_path):
    loudspeaker = open_loudspeaker(SETTINGS, file=tmp_path / "a.wav")
    await loudspeaker.open()
    for at in range(10):
        await loudspeaker.play(AudioChunk(pcm(tone(1, 48_000)), 48_000, at * 48_000))
    await loudspeaker.drained()
    assert loudspeaker.heard == pytest.approx(10, abs=0.001)
    assert loudspeaker.queued == 0
    await loudspeaker.close()
    samples, rate = read(tmp_path / "a.wav")
    assert len(samples) / rate == pytest.approx(10, abs=0.001)


async def test_closing_writes_what_is_left(tmp_path):
    loudspeaker = open_loudspeaker(SETTINGS, file=tmp_path / "a.wav")
    await loudspeaker.open()
    await loudspeaker.play(AudioChunk(pcm(tone(1, 16_000)), 16_000))
    await loudspeaker.close()
    await loudspeaker.close()
    samples, rate = read(tmp_path / "a.wav")
    assert len(samples) / rate == pytest.approx(1, abs=0.001)


async def test_a_flushed_answer_is_not_in_the_file(tmp_path):
    clock = AudioClock()
    clock.take_over()
    loudspeaker = open_loudspeaker(SETTINGS, file=tmp_path / "a.wav", clock=clock)
    await loudspeaker.open()
    await loudspeaker.play(AudioChunk(pcm(tone(1, FILE_RATE)), FILE_RATE))
    clock.advance(8_000)
    assert loudspeaker.heard == pytest.approx(0.5)
    loudspeaker.flush()
    clock.advance(16_000)
    await loudspeaker.drained()
    assert loudspeaker.heard == pytest.approx(0.505, abs=0.0001)
    await loudspeaker.close()
    samples, _ = read(tmp_path / "a.wav")
    assert len(samples) == FILE_RATE * 3 // 2
    assert np.abs(samples[: FILE_RATE // 2]).max() > 0.4
    assert not samples[FILE_RATE * 51 // 100 :].any()


async def test_a_pause_stops_what_is_heard_and_not_the_clock(tmp_path):
    clock = AudioClock()
    clock.take_over()
    loudspeaker = open_loudspeaker(SETTINGS, file=tmp_path / "a.wav", clock=clock)
    await loudspeaker.open()
    await loudspeaker.play(AudioChunk(pcm(tone(1, FILE_RATE)), FILE_RATE))
    clock.advance(8_000)
    loudspeaker.pause()
    clock.advance(16_000)
    assert loudspeaker.heard == pytest.approx(0.505, abs=0.001)
    loudspeaker.resume()
    clock.advance(16_000)
    assert loudspeaker.heard == pytest.approx(1)
    await loudspeaker.close()


async def test_play_waits_for_the_clock_when_the_queue_is_full(tmp_path):
    clock = AudioClock()
    clock.take_over()
    loudspeaker = open_loudspeaker(SETTINGS, file=tmp_path / "a.wav", clock=clock)
    await loudspeaker.open()
    second = AudioChunk(pcm(tone(1, FILE_RATE)), FILE_RATE)
    for _ in range(round(QUEUE_S) + 1):
        await loudspeaker.play(second)
    waiting = asyncio.create_task(loudspeaker.play(second))
    await asyncio.sleep(0)
    assert not waiting.done()
    clock.advance(SPEECH_RATE)
    await waiting
    dropped = asyncio.create_task(loudspeaker.play(second))
    await asyncio.sleep(0)
    loudspeaker.flush()
    await dropped
    assert loudspeaker.queued == pytest.approx(0.005, abs=0.0001)
    await loudspeaker.close()


async def test_an_answer_lies_where_it_was_given(tmp_path):
    """Two seconds of question; the answer is played after one and a half."""
    question = write(tmp_path / "q.wav", tone(2, SPEECH_RATE))
    microphone, loudspeaker = open_pair(SETTINGS, listen_to=question, speak_to=tmp_path / "a.wav")
    await loudspeaker.open()
    async for chunk in microphone.listen():
        if isinstance(chunk, AudioChunk) and chunk.position == SPEECH_RATE * 3 // 2:
            await loudspeaker.play(AudioChunk(pcm(tone(1, 24_000)), 24_000))
    await loudspeaker.drained()
    assert loudspeaker.heard == pytest.approx(1, abs=0.001)
    await loudspeaker.close()
    samples, rate = read(tmp_path / "a.wav")
    sounding = np.flatnonzero(np.abs(samples) > 0.01)
    assert sounding[0] / rate == pytest.approx(1.5, abs=0.001)
    assert sounding[-1] / rate == pytest.approx(2.5, abs=0.002)


async def test_an_answer_after_the_question_has_ended_is_written_at_its_end(tmp_path):
    question = write(tmp_path / "q.wav", tone(1, SPEECH_RATE))
    microphone, loudspeaker = open_pair(SETTINGS, listen_to=question, speak_to=tmp_path / "a.wav")
    await loudspeaker.open()
    async for _ in microphone.listen():
        pass
    waiting = asyncio.create_task(loudspeaker.play(AudioChunk(pcm(tone(9, FILE_RATE)), FILE_RATE)))
    await waiting
    await loudspeaker.drained()
    await loudspeaker.close()
    samples, rate = read(tmp_path / "a.wav")
    assert np.flatnonzero(np.abs(samples) > 0.01)[0] / rate == pytest.approx(1, abs=0.001)
    assert len(samples) / rate == pytest.approx(10, abs=0.001)


async def test_a_microphone_that_is_left_gives_the_clock_back(tmp_path):
    question = write(tmp_path / "q.wav", tone(9, SPEECH_RATE))
    microphone, loudspeaker = open_pair(SETTINGS, listen_to=question, speak_to=tmp_path / "a.wav")
    await loudspeaker.open()
    listening = microphone.listen()
    await anext(listening)
    await loudspeaker.play(AudioChunk(pcm(tone(1, FILE_RATE)), FILE_RATE))
    assert loudspeaker.heard == 0
    await listening.aclose()  # type: ignore[attr-defined]
    await loudspeaker.drained()
    assert loudspeaker.heard == pytest.approx(1)
    await loudspeaker.close()


async def test_a_file_that_cannot_be_written_is_an_error(tmp_path):
    with pytest.raises(BadInput, match="cannot be written"):
        await open_loudspeaker(SETTINGS, file=tmp_path / "no" / "a.wav").open()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
async def test_a_full_disk_is_told_to_whoever_plays():
    loudspeaker = open_loudspeaker(SETTINGS, file=Path("/dev/full"))
    await loudspeaker.open()
    long = AudioChunk(pcm(tone(5, FILE_RATE)), FILE_RATE)
    await loudspeaker.play(long)
    with pytest.raises(DiskFull):
        await loudspeaker.play(long)
    with pytest.raises(DiskFull):
        await loudspeaker.close()
