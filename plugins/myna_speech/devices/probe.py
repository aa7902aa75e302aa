"""`python -m myna_speech.devices.probe`: the audio devices that there are now, as JSON."""

from __future__ import annotations

import contextlib
import subprocess
import sys

import msgspec

from myna.errors import ErrorInfo, MynaError

from .listing import AudioDevice
from .portaudio import list_devices, load


class Probed(msgspec.Struct, frozen=True):
    devices: list[AudioDevice] = []
    error: ErrorInfo | None = None
    """Why there are none."""


COMMAND = (sys.executable, "-P", "-m", "myna_speech.devices.probe")


def probe(timeout: float = 10.0) -> Probed:
    """Ask such a process, and wait for it: a driver that hangs, hangs there."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        done = subprocess.run(COMMAND, capture_output=True, stdin=subprocess.DEVNULL, timeout=timeout, check=False)
        return decode(done.stdout)
    return Probed()


def decode(printed: bytes) -> Probed:
    try:
        return msgspec.json.decode(printed, type=Probed)
    except msgspec.MsgspecError:
        return Probed()  # it crashed: nothing to be seen


def main() -> None:
    try:
        found = Probed(list_devices(load()))
    except MynaError as error:
        found = Probed(error=error.info())
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
