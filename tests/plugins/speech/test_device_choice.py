"""Which device a setting means."""

from __future__ import annotations

import pytest

from myna.errors import DeviceMissing
from myna_speech.devices.listing import AudioDevice, choose

DEVICES = [
    AudioDevice(0, "Built-in Audio", "ALSA", inputs=2, outputs=2, rate=48_000),
    AudioDevice(1, "USB Headset", "ALSA", inputs=1, outputs=2, rate=44_100, default_input=True, default_output=True),
    AudioDevice(2, "USB Camera", "ALSA", inputs=1, outputs=0, rate=16_000),
    AudioDevice(3, "USB Headset", "OSS", inputs=1, outputs=2, rate=44_100),
]


@pytest.mark.parametrize(
    ("wanted", "index"), [("", 1), ("usb headset", 1), ("camera", 2), ("built-in", 0), ("headset, OSS", 3)]
)
def test_a_name_or_a_part_of_it(wanted, index):
    assert choose(DEVICES, wanted, "input").index == index


def test_only_what_can_speak_is_a_loudspeaker():
    assert choose(DEVICES, "usb", "output").name == "USB Headset"
    with pytest.raises(DeviceMissing, match="no loudspeaker called 'camera'; there are: Built-in Audio, USB Headset"):
        choose(DEVICES, "camera", "output")


def test_a_whole_name_wins_over_a_part():
    devices = [AudioDevice(at, name, "ALSA", 1, 0, 16_000) for at, name in enumerate(["mic 2", "mic"])]
    assert choose(devices, "Mic", "input").index == 1


def test_several_that_fit_are_listed():
    with pytest.raises(DeviceMissing, match="'usb' fits several microphones: USB Headset, USB Camera") as caught:
        choose(DEVICES, "usb", "input")
    assert caught.value.hint == "myna config set speech.microphone NAME"


@pytest.mark.parametrize(("kind", "name"), [("input", "microphone"), ("output", "loudspeaker")])
def test_nothing_at_all(kind, name):
    for wanted in ("", "usb"):
        with pytest.raises(DeviceMissing, match=f"there is no {name}$"):
            choose([], wanted, kind)


def test_devices_without_a_choice_of_the_system():
    with pytest.raises(DeviceMissing):
        choose([DEVICES[2]], "", "input")
    assert choose([DEVICES[2]], "camera", "input").index == 2
