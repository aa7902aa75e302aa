"""Trying out the microphone and the voice, and choosing them."""

from __future__ import annotations

import asyncio

import pytest

from fake_voice import DEVICES, no_microphone
from myna.errors import DeviceMissing, ModelMissing, UsageError
from myna_speech.panel.choices import device_choices, device_chosen, voice_choices
from myna_speech.voices.voice import Voice


async def test_three_seconds_are_recorded_played_and_understood(person):
    one = await person()
    one.say("can you hear me", then=10.0)
    await one.act("try_microphone")
    assert one.desk.seen("trial") == ["", "recording", "playing", "understanding", ""]
    assert one.desk.seen("left") == [0, 3, 2, 1, 0]
    assert one.state["heard"] == "can you hear me"
    assert not one.state["quiet"]
    assert one.equipment.heard() == "can you hear me"
    assert max(one.desk.seen("level")) > 0.5
    assert one.microphone.seconds < 3.2


async def test_a_microphone_that_hears_nothing(person):
    one = await person()
    await one.act("try_microphone")
    assert one.state["quiet"]
    assert one.state["heard"] == ""
    assert one.equipment.transcribing.requests == []


async def test_a_noise_is_no_word(person):
    one = await person()
    one.microphone.say(one.equipment.words.cough(3.0))
    await one.act("try_microphone")
    assert one.state["quiet"]


async def test_without_a_model_it_is_still_played(person):
    one = await person()
    one.equipment.transcribing.error = ModelMissing("no model for speech to text", hint="myna models pull whisper-base")
    one.say("can you hear me", then=10.0)
    await one.act("try_microphone")
    assert one.equipment.heard() == "can you hear me"
    assert one.state["trouble"] == {
        "place": "microphone",
        "code": "model-missing",
        "message": "no model for speech to text",
        "hint": "myna models pull whisper-base",
    }


async def test_no_microphone_and_no_loudspeaker(person, monkeypatch):
    one = await person()
    one.microphone.missing = no_microphone()
    await one.act("try_microphone")
    assert one.state["trouble"]["place"] == "microphone"
    assert one.state["trial"] == ""
    one.microphone.missing = None

    async def refuse():
        raise DeviceMissing("there is no loudspeaker", hint="plug one in")

    monkeypatch.setattr(one.equipment.mouth, "open", refuse)
    await one.act("try_voice", text="Hello", language="en")
    assert one.state["trouble"]["place"] == "voice"


async def test_a_microphone_that_is_pulled_out_while_it_is_tried(person):
    one = await person()
    trying = asyncio.create_task(one.act("try_microphone"))
    await one.until(lambda: one.state["trial"] == "recording" and one.microphone.seconds > 1)
    one.microphone.lose()
    await trying
    assert one.state["trouble"]["place"] == "microphone"
    assert "fake microphone" in one.state["trouble"]["message"]


async def test_a_sentence_is_spoken_with_the_chosen_voice(person):
    one = await person(speed=1.5)
    await one.act("try_voice", text=" Good morning ", language="en")
    [request] = one.equipment.synthesizer.requests
    assert (request.text, request.speed) == ("Good morning", 1.5)
    assert one.equipment.heard() == "Good morning"
    assert one.desk.seen("trial") == ["", "speaking", ""]


@pytest.mark.parametrize("text", ["", "   ", "\n"])
async def test_nothing_to_say(person, text):
    one = await person()
    await one.act("try_voice", text=text, language="en")
    assert one.state["trouble"]["place"] == "voice"


async def test_a_text_that_is_far_too_long_is_cut(person):
    one = await person()
    await one.act("try_voice", text="word " * 100_000, language="en")
    [request] = one.equipment.synthesizer.requests
    assert len(request.text) <= 300


async def test_a_voice_that_is_not_installed(person):
    one = await person()
    one.equipment.silent = ModelMissing("no voice for English is installed", hint="myna models pull piper-en-us-joe")
    await one.act("try_voice", text="Hello", language="en")
    assert one.state["trouble"]["hint"] == "myna models pull piper-en-us-joe"


async def test_it_is_stopped_and_the_devices_are_closed(person):
    one = await person()
    trying = asyncio.create_task(one.act("try_microphone"))
    await one.until(lambda: one.microphone.open)
    await one.act("stop")
    await trying
    assert not one.microphone.open
    assert one.state["trial"] == ""
    assert one.state["trouble"] == {}


async def test_whoever_gives_up_waiting_ends_it(person):
    one = await person()
    trying = asyncio.create_task(one.act("try_microphone"))
    await one.until(lambda: one.microphone.open)
    trying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await trying
    assert not one.microphone.open


async def test_a_trial_and_a_session_take_the_devices_from_each_other(person):
    one = await person()
    await one.act("begin")
    await one.until(lambda: one.state["session"] == "open")
    trying = asyncio.create_task(one.act("try_microphone"))
    await one.until(lambda: one.state["trial"] == "recording")
    assert one.state["session"] == "closed"
    await one.act("press")
    await one.until(lambda: one.state["session"] == "open")
    await trying
    assert one.state["trial"] == ""


# choosing


async def test_devices_and_voices_are_listed(person):
    one = await person(loudspeaker="head")
    await one.act("look")
    assert [choice["name"] for choice in one.state["microphones"]] == ["Built-in", "Built-in", "Headset"]
    assert one.state["microphone"] == ""
    assert [choice["value"] for choice in one.state["loudspeakers"]] == ["", "Headset", "Speakers"]
    assert one.state["loudspeaker"] == "Headset"
    assert [choice["value"] for choice in one.state["voices"]] == ["", "joe", "huayan"]
    assert one.state["looked"]


async def test_without_devices_voices_can_still_be_chosen(person):
    one = await person()
    one.equipment.lost = DeviceMissing("the library PortAudio is not installed", hint="apt-get install libportaudio2")
    await one.act("look")
    assert one.state["trouble"]["hint"] == "apt-get install libportaudio2"
    assert [choice["value"] for choice in one.state["voices"]] == ["", "joe", "huayan"]
    assert one.state["microphones"] == [{"value": "", "name": "", "missing": True}]


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("microphone", "Headset", "speech.microphone"),
        ("loudspeaker", "Speakers", "speech.loudspeaker"),
        ("voice", "joe", "speech.voice"),
        ("listen", "push-to-talk", "speech.listen"),
        ("volume", "0.5", "speech.volume"),
        ("talk_key", "F8", "desktop.talk_key"),
    ],
)
async def test_what_is_chosen_is_kept(person, name, value, key):
    one = await person()
    await one.act("set", name=name, value=value)
    assert one.desk.changes == [(key, value)]
    assert str(one.state[name]) == value


async def test_what_the_page_does_not_know_is_refused(person):
    one = await person()
    with pytest.raises(UsageError):
        await one.act("set", name="language", value="zh")
    with pytest.raises(UsageError):
        await one.act("explode")


def test_a_device_that_is_not_there_stays_chosen():
    choices = device_choices(DEVICES, "USB Mic", "input")
    assert choices[-1] == {"value": "USB Mic", "name": "USB Mic", "missing": True}
    assert device_chosen(DEVICES, "USB Mic", "input") == "USB Mic"
    assert device_chosen(DEVICES, "built", "input") == "Built-in"


def test_a_voice_that_is_a_path_stays_chosen():
    assert voice_choices([Voice("joe", ("en",))], "/voices/other.onnx")[-1]["missing"]
    assert voice_choices([], "")[0]["missing"]
