"""Devices and voices to choose from, as the page lists them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from myna.errors import DeviceMissing

from ..devices.listing import AudioDevice, Kind, choose
from ..voices.voice import Voice


def device_choices(devices: Sequence[AudioDevice], wanted: str, kind: Kind) -> list[dict[str, Any]]:
    """First the system's choice (`value` is empty and `name` what that is now), then the others by name. What the
    setting `wanted` asks for is always among them; `missing` where it is not there."""
    able = [device for device in devices if device.channels(kind)]
    default = next((device.name for device in able if device.is_default(kind)), "")
    names = dict.fromkeys(device.name for device in able)
    listed = [{"value": "", "name": default, "missing": not default}]
    listed += [{"value": name, "name": name, "missing": False} for name in names]
    if wanted and wanted == device_chosen(devices, wanted, kind) and wanted not in names:
        listed.append({"value": wanted, "name": wanted, "missing": True})
    return listed


def device_chosen(devices: Sequence[AudioDevice], wanted: str, kind: Kind) -> str:
    """The `value` of the choice that the setting `wanted` means: it may be a part of a name."""
    if not wanted:
        return ""
    try:
        return choose(devices, wanted, kind).name
    except DeviceMissing:
        return wanted


def voice_choices(voices: Sequence[Voice], wanted: str) -> list[dict[str, Any]]:
    """First the choice by language, with an empty `value`; `wanted` is among them also when it is a path, or gone."""
    listed: list[dict[str, Any]] = [{"value": "", "name": "", "languages": [], "missing": not voices}]
    listed += [
        {"value": voice.name, "name": voice.name, "languages": list(voice.languages), "missing": False}
        for voice in voices
    ]
    if wanted and all(voice.name != wanted for voice in voices):
        listed.append({"value": wanted, "name": wanted, "languages": [], "missing": True})
    return listed
