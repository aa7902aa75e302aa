"""What `myna doctor` says about sound, and every word of it in Chinese, too."""

from __future__ import annotations

import sys

import msgspec
import pytest

from fake_portaudio import Sounddevice, device
from myna.config import SpeechSettings
from myna.doctor import Finding
from myna.errors import ErrorInfo
from myna_speech.devices import probe
from myna_speech.devices.access import JOIN_GROUP, mend
from myna_speech.devices.health import check_devices
from myna_speech.devices.listing import AudioDevice
from myna_speech.devices.probe import Probed

HEADSET = AudioDevice(0, "Headset", "ALSA", 1, 2, 44_100, default_input=True, default_output=True)
CAMERA = AudioDevice(1, "Camera", "ALSA", 1, 0, 16_000)


def check(*devices: AudioDevice, error: ErrorInfo | None = None, absent: str = "", **settings: str) -> list[Finding]:
    return check_devices(
        SpeechSettings(**settings),
        look=lambda: Probed(list(devices), error),
        installed=lambda module: module != absent,
    )


def test_all_is_well():
    found = check(HEADSET, CAMERA)
    assert {finding.level for finding in found} == {"ok"}
    assert [finding.text for finding in found[:3]] == [
        "the microphone is Headset (44100 Hz)",
        "other microphones: Camera (16000 Hz)",
        "the loudspeaker is Headset (44100 Hz)",
    ]


def test_a_machine_without_sound_is_no_problem():
    found = check()
    assert [(finding.level, finding.text) for finding in found[:2]] == [
        ("note", "there is no microphone"),
        ("note", "there is no loudspeaker"),
    ]
    assert all(finding.mend for finding in found[:2])


def test_a_setting_that_nothing_meets_is_a_problem():
    found = check(HEADSET, CAMERA, microphone="tuba", loudspeaker="camera")
    assert [finding.level for finding in found] == ["problem", "problem", "ok"]
    assert found[0].mend == "myna config set speech.microphone NAME"


def test_what_is_missing_is_named():
    (found,) = check(error=ErrorInfo("device-missing", "no PortAudio", "apt-get install libportaudio2"))
    assert found == Finding("audio", "note", "no PortAudio", "apt-get install libportaudio2")
    (found,) = check(HEADSET, absent="sounddevice")
    assert found.mend == "pip install 'myna[speech]'"


@pytest.mark.parametrize(
    ("echo", "absent", "level", "mends"),
    [
        ("auto", "", "ok", ""),
        ("auto", "livekit", "note", "pip install 'myna[speech]'"),
        ("cancel", "livekit", "problem", "pip install 'myna[speech]'"),
        ("half-duplex", "", "note", "myna config set speech.echo auto"),
        ("off", "", "note", "myna config set speech.echo auto"),
    ],
)
def test_echo(echo, absent, level, mends):
    found = check(HEADSET, absent=absent, echo=echo)[-1]
    assert (found.level, found.mend) == (level, mends)


def test_a_person_who_may_not_use_sound_is_told_how(tmp_path, monkeypatch):
    assert mend(tmp_path / "nothing") == "plug one in, or start the sound server"
    (tmp_path / "pcmC0D0p").touch()
    assert mend(tmp_path) != JOIN_GROUP
    monkeypatch.setattr("myna_speech.devices.access.os.access", lambda node, how: False)
    assert mend(tmp_path) == JOIN_GROUP


def test_the_other_process_prints_devices_or_the_error(monkeypatch, capfdbinary):
    monkeypatch.setitem(sys.modules, "sounddevice", Sounddevice(device("Desk", inputs=1)))
    probe.main()
    (found,) = probe.decode(capfdbinary.readouterr().out).devices
    assert (found.name, found.inputs, found.default_input) == ("Desk", 1, True)
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    probe.main()
    error = probe.decode(capfdbinary.readouterr().out).error
    assert error is not None
    assert error.code == "extra-missing"


@pytest.mark.parametrize("printed", [b"", b"Segmentation fault", b"[1]", msgspec.json.encode({"devices": 3})])
def test_a_process_that_crashes_saw_nothing(printed):
    assert probe.decode(printed) == Probed()
