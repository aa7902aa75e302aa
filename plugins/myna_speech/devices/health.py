"""What `myna doctor` says about microphones, loudspeakers and echo."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator

from myna.config import SpeechSettings
from myna.doctor import Finding
from myna.errors import DeviceMissing

from .access import mend
from .listing import AudioDevice, Kind, choose
from .probe import Probed, probe

AREA = "audio"


def check_devices(
    settings: SpeechSettings, *, look: Callable[[], Probed] = probe, installed: Callable[[str], bool] | None = None
) -> list[Finding]:
    """Files can be spoken from and into without any device: only a setting that cannot be met is a problem."""
    installed = installed or _installed
    if not installed("sounddevice"):
        return [Finding(AREA, "note", "sound devices cannot be used: sounddevice is not installed", _EXTRA)]
    probed = look()
    if probed.error is not None:
        return [Finding(AREA, "note", probed.error.message, probed.error.hint)]
    return [
        *_check_kind(probed.devices, settings.microphone, "input"),
        *_check_kind(probed.devices, settings.loudspeaker, "output"),
        _check_echo(settings, cancelled=installed("livekit")),
    ]


_EXTRA = "pip install 'myna[speech]'"


def _check_kind(devices: list[AudioDevice], wanted: str, kind: Kind) -> Iterator[Finding]:
    able = [device for device in devices if device.channels(kind)]
    try:
        chosen = choose(devices, wanted, kind)
    except DeviceMissing as error:
        if able:
            yield Finding(AREA, "problem" if wanted else "note", error.message, error.hint)
        else:
            yield Finding(AREA, "problem" if wanted else "note", error.message, mend())
        return
    if kind == "input":
        yield Finding(AREA, "ok", f"the microphone is {chosen.name} ({chosen.rate} Hz)")
    else:
        yield Finding(AREA, "ok", f"the loudspeaker is {chosen.name} ({chosen.rate} Hz)")
    others = [f"{device.name} ({device.rate} Hz)" for device in able if device.name != chosen.name]
    if others and kind == "input":
        yield Finding(AREA, "ok", f"other microphones: {', '.join(dict.fromkeys(others))}")
    elif others:
        yield Finding(AREA, "ok", f"other loudspeakers: {', '.join(dict.fromkeys(others))}")


def _check_echo(settings: SpeechSettings, *, cancelled: bool) -> Finding:
    if settings.echo == "off":
        return Finding(AREA, "note", "Myna may hear itself: speech.echo is off", "myna config set speech.echo auto")
    if settings.echo != "half-duplex" and cancelled:
        return Finding(AREA, "ok", "Myna's own voice is taken out of what it hears")
    if settings.echo == "cancel":
        return Finding(AREA, "problem", "echo cannot be cancelled: livekit is not installed", _EXTRA)
    text = "Myna is deaf while it speaks, and cannot be interrupted"
    return Finding(AREA, "note", text, "myna config set speech.echo auto" if cancelled else _EXTRA)


def _installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None
