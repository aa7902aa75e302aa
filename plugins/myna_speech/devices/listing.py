"""Audio devices as the system lists them, and the one that a setting means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from myna.errors import DeviceMissing

from .access import mend

Kind = Literal["input", "output"]


class AudioDevice(msgspec.Struct, frozen=True):
    index: int
    """PortAudio's number for it, until it is initialised again."""
    name: str
    host: str
    """The sound system that it was found by: ALSA, Core Audio, Windows WASAPI ..."""
    inputs: int
    """Channels, 0 for none."""
    outputs: int
    """Channels, 0 for none."""
    rate: int
    """Its own samples a second (Hz)."""
    default_input: bool = False
    default_output: bool = False

    def channels(self, kind: Kind) -> int:
        return self.inputs if kind == "input" else self.outputs

    def is_default(self, kind: Kind) -> bool:
        return self.default_input if kind == "input" else self.default_output


def choose(devices: Sequence[AudioDevice], wanted: str, kind: Kind) -> AudioDevice:
    """The device called `wanted`, or the only one with it in its name; the system's choice when it is empty.

    A device that several sound systems list under the same name is taken from that of the system's choice.

    Raises:
        DeviceMissing: there is none, or several; says which there are.
    """
    able = [device for device in devices if device.channels(kind)]
    default = next((device for device in able if device.is_default(kind)), None)
    if not able or (not wanted and default is None):
        raise _none(kind)
    if not wanted and default is not None:
        return default
    lowered = wanted.casefold()
    exact = [device for device in able if device.name.casefold() == lowered]
    fitting = exact or [device for device in able if lowered in f"{device.name}, {device.host}".casefold()]
    if len({device.name for device in fitting}) == 1:
        at_home = [device for device in fitting if default is not None and device.host == default.host]
        return (at_home or fitting)[0]
    raise _unclear(kind, wanted, fitting, able)


def _none(kind: Kind) -> DeviceMissing:
    if kind == "input":
        return DeviceMissing("there is no microphone", hint=mend())
    return DeviceMissing("there is no loudspeaker", hint=mend())


def _unclear(kind: Kind, wanted: str, fitting: Sequence[AudioDevice], able: Sequence[AudioDevice]) -> DeviceMissing:
    listed = ", ".join(dict.fromkeys(device.name for device in fitting or able))
    setting = "microphone" if kind == "input" else "loudspeaker"
    hint = f"myna config set speech.{setting} NAME"
    if kind == "input" and fitting:
        return DeviceMissing(f"{wanted!r} fits several microphones: {listed}", hint=hint)
    if kind == "input":
        return DeviceMissing(f"there is no microphone called {wanted!r}; there are: {listed}", hint=hint)
    if fitting:
        return DeviceMissing(f"{wanted!r} fits several loudspeakers: {listed}", hint=hint)
    return DeviceMissing(f"there is no loudspeaker called {wanted!r}; there are: {listed}", hint=hint)
