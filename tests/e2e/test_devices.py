"""Real devices, as PortAudio sees them: a loudspeaker that is recorded, a microphone that is spoken into."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import numpy as np
import pytest

from myna.audio import SPEECH_RATE, AudioChunk, pcm
from myna.config import SpeechSettings
from myna.devices import DeviceChange, Loudspeaker
from myna.errors import DeviceMissing
from myna_speech.devices import open_loudspeaker, open_microphone, open_pair, reopening
from myna_speech.devices.portaudio import portaudio
from pulse import RATE, Pulse
from synthetic import decibels, voice

VOICE_RATE = 22_050


@pytest.fixture
async def audio(pulse: Pulse) -> Pulse:
    """The sound server, seen by the PortAudio of this process."""
    await portaudio().look_again()
    return pulse


@pytest.fixture
async def loudspeaker(audio: Pulse) -> AsyncIterator[Loudspeaker]:
    opened = open_loudspeaker(SpeechSettings())
    await opened.open()
    yield opened
    await opened.close()


def babble(seconds: float, rate: int) -> np.ndarray:
    """Something that is like itself at one place only, and has no sound above 4 kHz."""
    noise = np.random.default_rng(3).standard_normal(round(seconds * rate))
    spectrum = np.fft.rfft(noise)
    spectrum[np.fft.rfftfreq(len(noise), 1 / rate) > 4000] = 0
    quiet = np.fft.irfft(spectrum, len(noise))
    return 0.3 * quiet / np.abs(quiet).max()


def sounding_s(recorded: np.ndarray) -> float:
    """Seconds that have sound in them: a busy machine leaves gaps in what is played, which nobody heard."""
    block = RATE // 200
    blocks = recorded[: len(recorded) // block * block].reshape(-1, block)
    return np.count_nonzero(np.abs(blocks).max(axis=1) > 0.001) * block / RATE


def resampled(samples: np.ndarray, source: int, target: int) -> np.ndarray:
    import soxr

    return soxr.resample(samples.astype(np.float32), source, target)


def likeness(recorded: np.ndarray, expected: np.ndarray) -> tuple[float, int]:
    """The best normalised correlation, and where in `recorded` it is.

    At a high rate: half a sample of delay alone costs a tenth at 16 kHz.
    """
    size = 1 << (len(recorded) + len(expected)).bit_length()
    product = np.fft.irfft(np.fft.rfft(recorded, size) * np.conj(np.fft.rfft(expected, size)), size)
    at = int(product[: max(1, len(recorded) - len(expected) + 1)].argmax())
    part = recorded[at : at + len(expected)]
    return float(product[at] / (np.linalg.norm(part) * np.linalg.norm(expected) + 1e-9)), at


async def until_heard(loudspeaker: Loudspeaker, seconds: float) -> None:
    while loudspeaker.heard < seconds:  # noqa: ASYNC110 - sound passes, whatever the loop does
        await asyncio.sleep(0.01)


async def test_what_is_played_is_heard_without_a_gap(audio, loudspeaker):
    sound = babble(2, VOICE_RATE)
    recording = await asyncio.to_thread(audio.record)
    for at in range(0, len(sound), 5000):
        await loudspeaker.play(AudioChunk(pcm(sound[at : at + 5000]), VOICE_RATE, at))
    await loudspeaker.drained()
    assert loudspeaker.heard == pytest.approx(2, abs=0.001)
    await asyncio.to_thread(recording.wait, 0.3)
    recorded = recording.stop()
    alike, at = likeness(recorded, resampled(sound, VOICE_RATE, RATE))
    assert alike > 0.98
    assert not np.any(np.abs(recorded[at + 2 * RATE + RATE // 10 :]) > 0.001)


async def test_heard_is_true_to_what_comes_out(audio, loudspeaker):
    """The sound has left the loudspeaker when it is counted: at most its latency and two blocks apart."""
    recording = await asyncio.to_thread(audio.record)
    await loudspeaker.play(AudioChunk(pcm(babble(3, VOICE_RATE)), VOICE_RATE))
    await until_heard(loudspeaker, 1)
    heard, recorded = loudspeaker.heard, recording.samples()
    loudspeaker.flush()
    sounding = np.flatnonzero(np.abs(recorded) > 0.001)
    assert (len(recorded) - sounding[0]) / RATE == pytest.approx(heard, abs=0.15)


@pytest.mark.parametrize("how", ["pause", "flush"])
async def test_silence_comes_within_a_tenth_of_a_second(audio, loudspeaker, how):
    recording = await asyncio.to_thread(audio.record)
    await loudspeaker.play(AudioChunk(pcm(babble(3, VOICE_RATE)), VOICE_RATE))
    await until_heard(loudspeaker, 0.7)
    getattr(loudspeaker, how)()
    stopped_at = recording.seconds
    await asyncio.to_thread(recording.wait, 0.6)
    recorded = recording.samples()
    sounding = np.flatnonzero(np.abs(recorded) > 0.001)
    assert sounding[-1] / RATE < stopped_at + 0.1
    # No click: the last 5 ms are a slope to nothing.
    end = recorded[sounding[-1] - 48 : sounding[-1] + 1]
    assert np.abs(end).max() < 0.1
    heard = loudspeaker.heard
    assert heard == pytest.approx(sounding_s(recorded), abs=0.02)
    if how == "pause":
        assert loudspeaker.queued == pytest.approx(3 - heard, abs=0.01)
        loudspeaker.resume()
        await loudspeaker.drained()
        assert loudspeaker.heard == pytest.approx(3, abs=0.01)
    else:
        assert loudspeaker.queued == 0
        await loudspeaker.play(AudioChunk(pcm(babble(0.5, VOICE_RATE)), VOICE_RATE))
        await loudspeaker.drained()
        assert loudspeaker.heard == pytest.approx(heard + 0.5, abs=0.01)


async def test_a_microphone_hears_what_is_said_into_it(audio):
    sound = babble(1, RATE)
    chunks: list[AudioChunk] = []
    async with aclosing(open_microphone(SpeechSettings()).listen()) as heard:  # type: ignore[type-var]
        chunks.append(await anext(heard))
        audio.say(sound)
        async for item in heard:
            chunks.append(item)
            if len(chunks) == 100:
                break
    assert [chunk.position for chunk in chunks] == list(range(0, 320 * len(chunks), 320))
    assert {len(chunk) for chunk in chunks} == {320}
    recorded = np.concatenate([chunk.floats() for chunk in chunks])
    assert likeness(resampled(recorded, SPEECH_RATE, RATE), sound)[0] > 0.98


async def test_a_microphone_that_is_pulled_out_is_picked_up_again(audio):
    microphone = open_microphone(SpeechSettings())
    chunks: list[AudioChunk] = []
    changes: list[str] = []
    lost_at = 0
    async with aclosing(microphone.listen()) as heard:  # type: ignore[type-var]
        async for item in heard:
            if isinstance(item, DeviceChange):
                changes.append(item.kind)
                assert item.name == microphone.name
                lost_at = lost_at or len(chunks)
                if item.kind == "found":
                    audio.say(babble(1, RATE))
                continue
            chunks.append(item)
            if len(chunks) == 25:
                await asyncio.to_thread(audio.pull_out)
            if changes == ["lost"] and len(chunks) == lost_at + 25:
                await asyncio.to_thread(audio.plug_in)
            if changes == ["lost", "found"] and len(chunks) > 25 and likely(chunks):
                break
            assert len(chunks) < 50 * 20, "the microphone did not come back"
    assert changes == ["lost", "found"]
    assert [chunk.position for chunk in chunks] == list(range(0, 320 * len(chunks), 320))
    assert not any(np.any(chunk.samples()) for chunk in chunks[lost_at : lost_at + 25])


def likely(chunks: list[AudioChunk]) -> bool:
    """Whether the whole of `babble(1)` was heard in the last two seconds; looked for every fifth of a second."""
    if len(chunks) % 10:
        return False
    recent = np.concatenate([chunk.floats() for chunk in chunks[-100:]])
    return likeness(resampled(recent, SPEECH_RATE, RATE), babble(1, RATE))[0] > 0.95


async def test_a_server_that_dies_takes_no_turn_with_it(audio, loudspeaker):
    changes: list[DeviceChange] = []
    loudspeaker.on_change = changes.append
    await loudspeaker.play(AudioChunk(pcm(babble(2, VOICE_RATE)), VOICE_RATE))
    await until_heard(loudspeaker, 0.3)
    audio.end()
    await loudspeaker.drained()
    assert [change.kind for change in changes] == ["lost"]
    assert loudspeaker.queued == pytest.approx(0, abs=0.001)
    assert 0.3 <= loudspeaker.heard < 2


async def test_without_a_server_the_error_says_what_to_do(audio):
    audio.end()
    await portaudio().look_again()
    with pytest.raises(DeviceMissing):
        await anext(open_microphone(SpeechSettings()).listen())
    with pytest.raises(DeviceMissing):
        await open_loudspeaker(SpeechSettings()).open()


async def test_an_unknown_name_lists_what_there_is(audio):
    with pytest.raises(DeviceMissing, match=r"no microphone called 'tuba'; there are: .*default"):
        await anext(open_microphone(SpeechSettings(microphone="tuba")).listen())
    with pytest.raises(DeviceMissing, match=r"no loudspeaker called 'tuba'; there are: .*default") as caught:
        await open_loudspeaker(SpeechSettings(loudspeaker="tuba")).open()
    assert caught.value.hint == "myna config set speech.loudspeaker NAME"


async def test_another_process_sees_the_same_devices(audio):
    found = await reopening._listed_afresh()
    assert found
    assert found == await portaudio().devices()


async def test_the_loudspeaker_is_not_heard_by_the_microphone(audio):
    """The two are joined by a loopback, as a loudspeaker and a microphone in a room are."""
    audio.pactl("load-module", "module-loopback", "source=speaker.monitor", "sink=mic_in", "latency_msec=30")
    levels: dict[str, float] = {}
    for echo in ("off", "cancel"):
        microphone, loudspeaker = open_pair(SpeechSettings(echo=echo))
        await loudspeaker.open()
        playing = asyncio.create_task(loudspeaker.play(AudioChunk(pcm(voice(6, VOICE_RATE)), VOICE_RATE)))
        chunks: list[np.ndarray] = []
        async with aclosing(microphone.listen()) as heard:  # type: ignore[type-var]
            async for item in heard:
                assert isinstance(item, AudioChunk)
                if loudspeaker.heard > 3:
                    chunks.append(item.floats())
                if loudspeaker.heard > 5.5:
                    break
        await playing
        await loudspeaker.close()
        sound = np.concatenate(chunks)
        # Words, not pauses. A busy machine makes the sound server stutter, and the canceller has to begin anew: not
        # the loudest, either.
        levels[echo] = float(np.percentile([decibels(p) for p in np.array_split(sound, len(sound) // 1600)], 75))
    assert levels["off"] > -35
    assert levels["cancel"] < levels["off"] - 15
