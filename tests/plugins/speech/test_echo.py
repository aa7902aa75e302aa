"""The microphone does not hear the loudspeaker."""

from __future__ import annotations

import builtins
import sys
from collections.abc import AsyncIterator, Sequence
from typing import Any

import numpy as np
import pytest

from fake_portaudio import Sounddevice
from myna.audio import SPEECH_RATE, AudioChunk, pcm
from myna.config import SpeechSettings
from myna.devices import DeviceChange
from myna.errors import ExtraMissing
from myna_speech.devices.canceller import TAIL_S, EchoCanceller
from myna_speech.devices.clock import AudioClock
from myna_speech.devices.echo import HalfDuplex, with_echo
from myna_speech.devices.files import FileLoudspeaker
from myna_speech.devices.loudspeaker import DeviceLoudspeaker
from myna_speech.devices.portaudio import PortAudio
from synthetic import decibels, room, voice

DEVICE_RATE = 48_000
SECONDS = 9
NEAR = (6.5, 8.5)
"""Seconds in which somebody else speaks, too."""


def cleaned(*, late: float, hiccup: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Echo, near voice, and what is left of both; the loudspeaker's driver is wrong by `late` seconds.

    With a `hiccup`, the session does nothing for half a second, and catches up.
    """
    far = voice(SECONDS, SPEECH_RATE)
    import soxr

    played = soxr.resample(far.astype(np.float32), SPEECH_RATE, DEVICE_RATE)
    echo = room(far, SPEECH_RATE)
    near = np.zeros_like(echo)
    begin, end = (round(moment * SPEECH_RATE) for moment in NEAR)
    near[begin:end] = 0.5 * voice((end - begin) / SPEECH_RATE, SPEECH_RATE, pitch=210, seed=5)
    captured = echo + near
    canceller = EchoCanceller()
    block = DEVICE_RATE // 100
    out, position = [], 0
    for number in range(SECONDS * 100):
        at = 1000 + number / 100
        canceller.played(played[number * block : (number + 1) * block], DEVICE_RATE, at + late)
        # The session has what was captured 80 ms ago, or much less while it is busy.
        while position + 320 <= (number - 8) * 160 and not (hiccup and 300 <= number < 350):
            chunk = AudioChunk(pcm(captured[position : position + 320]), position=position)
            position += 320
            got = canceller.clean(chunk, 1000 + position / SPEECH_RATE)
            assert (got.position, len(got)) == (chunk.position, 320)
            out.append(got.floats())
    return echo, near, np.concatenate(out)


def between(samples: np.ndarray, begin: float, end: float) -> np.ndarray:
    return samples[round(begin * SPEECH_RATE) : round(end * SPEECH_RATE)]


@pytest.mark.parametrize("late", [-0.03, 0.0, 0.03])
def test_an_echo_is_taken_out(late):
    echo, _, out = cleaned(late=late)
    # Echo return loss enhancement. Measured: 17 to 22 dB in the second second, 54 dB later on.
    assert decibels(between(echo, 1, 2)) - decibels(between(out, 1, 2)) > 12
    assert decibels(between(echo, 3, 6)) - decibels(between(out, 3, 6)) > 35


def test_a_voice_is_left():
    _, near, out = cleaned(late=0.0)
    voiced = tuple(np.add(NEAR, (0.2, -0.2)))
    assert decibels(between(out, *voiced)) > decibels(between(near, *voiced)) - 6
    assert decibels(between(out, *voiced)) > decibels(between(out, 3, 6)) + 15


def test_a_session_that_is_late_loses_nothing():
    echo, _, out = cleaned(late=0.0, hiccup=True)
    assert decibels(between(echo, 3.2, 6)) - decibels(between(out, 3.2, 6)) > 30


def test_a_voice_alone_is_brought_to_a_useful_level():
    quiet = 0.02 * voice(6, SPEECH_RATE) / 0.3
    canceller = EchoCanceller()
    out = [
        canceller.clean(AudioChunk(pcm(quiet[at : at + 320]), position=at), (at + 320) / SPEECH_RATE).floats()
        for at in range(0, len(quiet), 320)
    ]
    assert decibels(np.concatenate(out)[-SPEECH_RATE:]) > decibels(quiet[-SPEECH_RATE:]) + 3


# half-duplex and the choice


class _Microphone:
    name = "fake"

    def __init__(self, items: Sequence[AudioChunk | DeviceChange]) -> None:
        self._items = items

    async def listen(self) -> AsyncIterator[AudioChunk | DeviceChange]:
        for item in self._items:
            yield item


def loud(number: int) -> AudioChunk:
    return AudioChunk(pcm(np.full(320, 0.5)), position=320 * number)


class _Speaker:
    name = "fake"
    heard = 0.0


def test_half_duplex_is_deaf_while_it_speaks_and_a_moment_after():
    speaker = _Speaker()
    duplex = HalfDuplex(speaker)  # type: ignore[arg-type]
    sounding = []
    for number in range(30):
        if 5 <= number < 10:
            speaker.heard += 0.02
        chunk = duplex.clean(loud(number), 0.0)
        assert (chunk.position, len(chunk)) == (320 * number, 320)
        sounding.append(bool(chunk.samples().any()))
    tail = round(TAIL_S / 0.02)
    assert sounding == [*[True] * 5, *[False] * (5 + tail), *[True] * (20 - tail)]


def without_livekit(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def failing(name: str, *arguments: Any) -> Any:
        if name.startswith("livekit"):
            raise ImportError(name)
        return real(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", failing)


async def heard(settings: SpeechSettings, loudspeaker: Any, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Which of ten chunks are heard, when the loudspeaker begins after the third."""

    class Listening(_Microphone):
        async def listen(self) -> AsyncIterator[AudioChunk | DeviceChange]:
            for number in range(10):
                if number == 3:
                    await loudspeaker.play(AudioChunk(pcm(np.full(1600, 0.5))))
                yield loud(number)

    microphone, same = with_echo(Listening(()), loudspeaker, settings)
    assert same is loudspeaker
    return [bool(chunk.samples().any()) async for chunk in microphone.listen() if isinstance(chunk, AudioChunk)]


@pytest.mark.parametrize(("echo", "deaf"), [("auto", True), ("half-duplex", True), ("off", False)])
async def test_without_livekit_it_is_half_duplex(tmp_path, monkeypatch, echo, deaf):
    without_livekit(monkeypatch)
    loudspeaker = FileLoudspeaker(tmp_path / "a.wav", AudioClock())
    await loudspeaker.open()
    sounding = await heard(SpeechSettings(echo=echo), loudspeaker, monkeypatch)
    assert sounding == [True] * 3 + [not deaf] * 7
    await loudspeaker.close()


def test_without_livekit_cancelling_cannot_be_asked_for(tmp_path, monkeypatch):
    without_livekit(monkeypatch)
    loudspeaker = FileLoudspeaker(tmp_path / "a.wav", AudioClock())
    with pytest.raises(ExtraMissing) as caught:
        with_echo(_Microphone(()), loudspeaker, SpeechSettings(echo="cancel"))
    assert caught.value.hint == "pip install 'myna[speech]'"


async def test_the_session_hears_of_both_devices(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", Sounddevice())
    loudspeaker = DeviceLoudspeaker(PortAudio())
    lost = DeviceChange("lost", "Desk")
    microphone, _ = with_echo(_Microphone([loud(0), lost, loud(1)]), loudspeaker, SpeechSettings(echo="off"))
    items = []
    async for item in microphone.listen():
        if not items:
            loudspeaker.on_change(DeviceChange("lost", "Box"))
        items.append(item)
    assert items == [loud(0), DeviceChange("lost", "Box"), lost, loud(1)]
