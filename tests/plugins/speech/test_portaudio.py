"""Devices on a PortAudio that is made up: what is lost, what comes back, and what cannot be had."""

from __future__ import annotations

import asyncio
import builtins
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any

import numpy as np
import pytest

from fake_portaudio import Sounddevice, Stream, device
from myna.audio import AudioChunk, pcm
from myna.devices import DeviceChange
from myna.errors import DeviceMissing, ExtraMissing
from myna_speech.devices import reopening
from myna_speech.devices.capture import RING_S, CaptureRing
from myna_speech.devices.listing import AudioDevice
from myna_speech.devices.loudspeaker import DeviceLoudspeaker
from myna_speech.devices.microphone import DeviceMicrophone
from myna_speech.devices.portaudio import PortAudio, list_devices, load

MICROPHONE = device("Desk", inputs=1, rate=16_000)
LOUDSPEAKER = device("Box", outputs=2, rate=16_000)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Sounddevice:
    made = Sounddevice(MICROPHONE, LOUDSPEAKER)
    monkeypatch.setitem(sys.modules, "sounddevice", made)

    async def listed() -> list[AudioDevice]:
        other = Sounddevice(*made.there)
        return list_devices(other)

    monkeypatch.setattr(reopening, "_listed_afresh", listed)
    monkeypatch.setattr(reopening, "RETRY_S", 0.001)
    return made


Heard = AsyncGenerator[AudioChunk | DeviceChange, None]


@pytest.fixture
async def heard(library: Sounddevice) -> AsyncIterator[Heard]:
    async with aclosing(DeviceMicrophone(PortAudio()).listen()) as listening:  # type: ignore[type-var]
        yield listening  # type: ignore[misc]


async def opened(listening: Heard, library: Sounddevice) -> tuple[asyncio.Task[Any], Stream]:
    """The first item on its way, and the stream that it will come from."""
    first = asyncio.ensure_future(anext(listening))
    await started(library, 1)
    return first, library.streams[-1]


async def started(library: Sounddevice, number: int) -> None:
    while len(library.streams) < number or not library.streams[-1].started:  # noqa: ASYNC110 - another thread's work
        await asyncio.sleep(0.001)


def block(value: float, samples: int = 160, channels: int = 1) -> bytes:
    return pcm(np.full(samples * channels, value))


async def test_sound_comes_in_chunks(library, heard):
    first, stream = await opened(heard, library)
    assert stream.options["channels"] == 1
    assert stream.options["samplerate"] == 16_000
    for value in (0.1, 0.2, 0.3, 0.4):
        stream.hear(block(value), 160)
    chunks = [await first, await anext(heard)]
    assert [chunk.position for chunk in chunks] == [0, 320]
    got = np.concatenate([chunk.floats() for chunk in chunks])
    assert got[::160] == pytest.approx([0.1, 0.2, 0.3, 0.4], abs=1e-4)


async def test_a_device_that_takes_no_single_channel_is_mixed(library, heard):
    library.listed[0] = library.there[0] = device("Array", inputs=6, rate=16_000)
    library.refused_channels = {1, 2}
    first, stream = await opened(heard, library)
    assert stream.options["channels"] == 6
    stream.hear(pcm(np.tile([0.6, 0, 0, 0, 0, 0], 320)), 320)
    assert (await first).floats() == pytest.approx(np.full(320, 0.1), abs=1e-4)


async def test_a_microphone_that_comes_back_as_it_was(library, heard):
    first, stream = await opened(heard, library)
    stream.hear(block(0.1, 320), 320)
    await first
    library.there.remove(MICROPHONE)
    stream.pull_out()
    assert await anext(heard) == DeviceChange("lost", "Desk")
    silent = await anext(heard)
    assert not silent.samples().any()
    library.there.append(MICROPHONE)
    items = [silent]
    while not isinstance(items[-1], DeviceChange):
        items.append(await anext(heard))
    assert items.pop() == DeviceChange("found", "Desk")
    library.streams[-1].hear(block(0.5, 640), 640)
    items.append(await anext(heard))
    assert [chunk.position for chunk in items] == [320 * at for at in range(1, len(items) + 1)]
    assert items[-1].samples().any()


async def test_a_microphone_that_comes_back_as_another_number(library, heard):
    """PortAudio has to be initialised again for that; the loudspeaker is opened again without a word."""
    audio = PortAudio()
    loudspeaker = DeviceLoudspeaker(audio)
    changes: list[DeviceChange] = []
    loudspeaker.on_change = changes.append
    async with aclosing(DeviceMicrophone(audio, "desk").listen()) as listening:  # type: ignore[type-var]
        first, stream = await opened(listening, library)
        await loudspeaker.open()
        box = library.streams[-1]
        await loudspeaker.play(AudioChunk(block(0.5, 16_000)))
        assert np.frombuffer(box.say(160), "<i2").all()
        stream.hear(block(0.1, 320), 320)
        await first
        library.there.remove(MICROPHONE)
        stream.pull_out()
        assert await anext(listening) == DeviceChange("lost", "Desk")
        library.there[:0] = [device("Camera", inputs=1), device("Desk", inputs=2, rate=48_000)]
        while (item := await anext(listening)) != DeviceChange("found", "Desk"):
            assert not item.samples().any()
        await started(library, 4)
        assert not box.open
        names = [library.listed[stream.options["device"]]["name"] for stream in library.streams if stream.open]
        assert sorted(names) == ["Box", "Desk"]
        again = next(stream for stream in library.streams if stream.open and stream.options["channels"] == 2)
        assert np.frombuffer(again.say(160), "<i2").all()
        assert changes == []
        await loudspeaker.close()


async def test_leaving_while_a_device_is_lost_leaves_nothing_open(library, heard):
    first, stream = await opened(heard, library)
    stream.hear(block(0.1, 320), 320)
    await first
    library.there.remove(MICROPHONE)
    stream.pull_out()
    await anext(heard)
    await anext(heard)
    await heard.aclose()
    assert not any(stream.open for stream in library.streams)


async def test_a_loudspeaker_that_is_lost_lets_its_queue_pass(library):
    loudspeaker = DeviceLoudspeaker(PortAudio())
    changes: list[DeviceChange] = []
    loudspeaker.on_change = changes.append
    await loudspeaker.open()
    stream = library.streams[-1]
    await loudspeaker.play(AudioChunk(block(0.5, 1600)))
    stream.say(800)
    library.there.remove(LOUDSPEAKER)
    stream.pull_out()
    await loudspeaker.drained()
    assert changes == [DeviceChange("lost", "Box")]
    assert loudspeaker.heard == pytest.approx(0.05)
    library.there.append(LOUDSPEAKER)
    await started(library, 2)
    await loudspeaker.play(AudioChunk(block(0.5, 160)))
    assert np.frombuffer(library.streams[-1].say(160), "<i2").all()
    await loudspeaker.drained()
    assert changes[1:] == [DeviceChange("found", "Box")]
    assert loudspeaker.heard == pytest.approx(0.06)
    await loudspeaker.close()
    assert not library.streams[-1].open


async def test_left_and_right_are_spoken_to_and_no_more(library):
    library.listed[1] = library.there[1] = device("Hall", outputs=8, rate=16_000)
    library.refused_channels = {2}
    loudspeaker = DeviceLoudspeaker(PortAudio())
    await loudspeaker.open()
    await loudspeaker.play(AudioChunk(block(0.5)))
    frames = np.frombuffer(library.streams[-1].say(160), "<i2").reshape(160, 8)
    assert frames[:, :2].all()
    assert not frames[:, 2:].any()
    await loudspeaker.close()


async def test_a_device_that_refuses_says_so(library):
    library.refused_channels = {1, 2}
    with pytest.raises(DeviceMissing, match="Desk cannot be opened: Invalid number of channels"):
        await anext(DeviceMicrophone(PortAudio()).listen())


async def test_a_name_that_nobody_has(library):
    with pytest.raises(DeviceMissing, match="there is no microphone called 'tuba'; there are: Desk"):
        await anext(DeviceMicrophone(PortAudio(), "tuba").listen())


def importing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    real = builtins.__import__

    def failing(name: str, *arguments: Any) -> Any:
        if name == "sounddevice":
            raise error
        return real(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", failing)


def test_without_portaudio_the_package_is_named(monkeypatch):
    importing(monkeypatch, OSError("PortAudio library not found"))
    with pytest.raises(DeviceMissing, match="PortAudio is not installed") as caught:
        load()
    assert caught.value.hint == "apt-get install libportaudio2"


def test_without_sounddevice_the_extra_is_named(monkeypatch):
    importing(monkeypatch, ImportError("no module"))
    with pytest.raises(ExtraMissing) as caught:
        load()
    assert caught.value.hint == "pip install 'myna[speech]'"


# the ring between the device's thread and the session


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_nobody_takes_in_time_becomes_silence():
    ring = CaptureRing(1000, 1)
    for _ in range(round(RING_S * 10) + 3):
        ring.put(block(0.5, 100), 100)
    taken = ring.take()
    assert ring.overruns == 300
    assert len(taken) == RING_S * 1000 + 300
    assert not taken[-300:].any()
    ring.put(block(0.5, 100), 100)
    assert ring.take().all()


def test_what_the_device_lost_is_made_up_by_the_clock():
    clock = _Clock()
    ring = CaptureRing(1000, 1, buffered=0.02, clock=clock)
    ring.put(block(0.5, 10), 10)
    clock.now = 0.5
    ring.put(block(0.5, 10), 10, lost=True)
    taken = ring.take()
    assert ring.overruns == 470
    assert len(taken) == 490
    assert np.flatnonzero(taken).tolist() == [*range(10), *range(480, 490)]
