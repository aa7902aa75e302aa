"""`python -m myna_speech.devices.probe`: the audio devices that there are now, as JSON."""

from __future__ import annotations

import sys

import msgspec

from .portaudio import list_devices, load

if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(list_devices(load())))
