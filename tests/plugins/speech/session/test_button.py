"""A microphone in somebody's hand, and its meter."""

from __future__ import annotations

import asyncio

import pytest

from myna.audio import SPEECH_RATE, AudioChunk, pcm, silence
from myna.devices import DeviceChange
from myna.errors import DeviceMissing
from myna.testing import FakeMicrophone
from myna.testing.hosted import until
from myna_speech.session.button import HandMicrophone
from myna_speech.session.level import EVERY, LevelMeter, level

LOUD = b"\x00\x40" * 320


async def delivered(hand):
    await hand.open()
    return [item async for item in hand.listen()]


def loud(items):
    return [any(item.data) for item in items if isinstance(item, AudioChunk)]


async def test_it_delivers_what_was_heard_before_anybody_listened():
    hand = HandMicrophone(FakeMicrophone([LOUD * 5]), by_hand=False, on_chunk=lambda chunk: None)
    await hand.open()
    await asyncio.sleep(0.01)
    items = [item async for item in hand.listen()]
    assert [item.position for item in items] == [0, 320, 640, 960, 1280]
    await hand.close()


async def test_muted_it_delivers_silence_in_the_same_places():
    heard = []
    hand = HandMicrophone(FakeMicrophone([LOUD * 3]), by_hand=False, on_chunk=heard.append)
    hand.muted = True
    items = await delivered(hand)
    assert loud(items) == [False] * 3
    assert [item.position for item in items] == [0, 320, 640]
    assert loud(heard) == [True] * 3


async def test_the_button_is_pressed_and_released_where_it_was_in_the_sound():
    microphone = FakeMicrophone([LOUD * 10])
    hand = HandMicrophone(microphone, by_hand=True, on_chunk=lambda chunk: None)
    microphone.at(0.04, lambda: setattr(hand, "held", True))
    microphone.at(0.12, lambda: setattr(hand, "held", False))
    told: list[object] = []
    hand.on_press = lambda: told.append("press")
    hand.on_release = lambda: told.append("release")
    await hand.open()
    await asyncio.sleep(0.01)
    async for item in hand.listen():
        told.append(any(item.data))  # noqa: PERF401 - the calls above come between
    assert told == [False, False, "press", *[True] * 4, "release", *[False] * 4]


async def test_a_button_that_is_held_to_the_end_is_released():
    hand = HandMicrophone(FakeMicrophone([LOUD * 2]), by_hand=True, on_chunk=lambda chunk: None)
    hand.held = True
    released = []
    hand.on_release = lambda: released.append(True)
    assert loud(await delivered(hand)) == [True, True]
    assert released == [True]


async def test_a_change_of_the_device_comes_through():
    microphone = FakeMicrophone([LOUD * 4])
    microphone.at(0.04, microphone.lose)
    hand = HandMicrophone(microphone, by_hand=True, on_chunk=lambda chunk: None)
    items = await delivered(hand)
    assert items[2] == DeviceChange("lost", "fake microphone")


async def test_a_microphone_that_cannot_be_opened():
    class Missing(FakeMicrophone):
        async def listen(self):
            raise DeviceMissing("there is no microphone")
            yield

    hand = HandMicrophone(Missing([]), by_hand=False, on_chunk=lambda chunk: None)
    with pytest.raises(DeviceMissing):
        await hand.open()
    await hand.close()


async def test_a_microphone_that_fails_later():
    class Failing(FakeMicrophone):
        async def listen(self):
            yield AudioChunk(LOUD)
            await asyncio.sleep(0.01)
            raise DeviceMissing("it is broken")

    hand = HandMicrophone(Failing([]), by_hand=False, on_chunk=lambda chunk: None)
    await hand.open()
    with pytest.raises(DeviceMissing):
        assert [item async for item in hand.listen()] == []


async def test_what_nobody_takes_is_bounded():
    microphone = FakeMicrophone([silence(120)], settle=0)
    hand = HandMicrophone(microphone, by_hand=False, on_chunk=lambda chunk: None)
    await hand.open()
    await until(lambda: microphone.seconds >= 29)
    for _ in range(1000):
        # Enough turns of the loop for ten more seconds, if anything went on taking them.
        await asyncio.sleep(0)
    assert microphone.seconds <= 31
    await hand.close()
    assert not microphone.open


@pytest.mark.parametrize(
    ("sound", "expected"),
    [(silence(0.02), 0.0), (b"", 0.0), (b"\x01\x00" * 320, 0.0), (b"\xff\x7f" * 320, 1.0), (pcm([0.1] * 320), 2 / 3)],
)
def test_the_level_is_in_decibels(sound, expected):
    assert level(AudioChunk(sound)) == pytest.approx(expected, abs=0.001)


def test_the_meter_tells_the_loudest_twenty_times_a_second():
    told = []
    meter = LevelMeter(told.append)
    for at in range(200):
        meter.feed(AudioChunk(LOUD if at == 1 else silence(0.02)))
    assert len(told) <= 200 * 320 / EVERY
    assert told[0] > 0.8
    assert set(told[1:]) == {0.0}
    assert EVERY * 20 >= SPEECH_RATE
