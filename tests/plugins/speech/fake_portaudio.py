"""A stand-in for the module sounddevice: devices that come, go, refuse and are called by hand."""

from __future__ import annotations

from typing import Any, NamedTuple


class Refused(Exception):
    """`sounddevice.PortAudioError`."""


class Times(NamedTuple):
    currentTime: float = 0.0  # noqa: N815 - the names are sounddevice's
    inputBufferAdcTime: float = 0.0  # noqa: N815
    outputBufferDacTime: float = 0.0  # noqa: N815


class Status(NamedTuple):
    input_overflow: bool = False
    output_underflow: bool = False


def device(name: str, *, inputs: int = 0, outputs: int = 0, rate: int = 48_000, host: int = 0) -> dict[str, Any]:
    return {
        "name": name,
        "hostapi": host,
        "max_input_channels": inputs,
        "max_output_channels": outputs,
        "default_samplerate": float(rate),
    }


class Stream:
    def __init__(self, library: Sounddevice, options: dict[str, Any]) -> None:
        named = library.listed[options["device"]]
        if named not in library.there:
            raise Refused("Error opening stream: Device unavailable [PaErrorCode -9985]")
        if options["channels"] in library.refused_channels:
            raise Refused("Error opening stream: Invalid number of channels [PaErrorCode -9998]")
        self.options = options
        self.latency = 0.02
        self.open = True
        self.started = False
        library.streams.append(self)

    def start(self) -> None:
        self.started = True

    def close(self, ignore_errors: bool = True) -> None:
        if self.open:
            self.open = False
            self.options["finished_callback"]()

    # by hand

    def hear(self, data: bytes, samples: int, *, lost: bool = False) -> None:
        self.options["callback"](data, samples, Times(), Status(input_overflow=lost))

    def say(self, samples: int, ahead: float = 0.01) -> bytes:
        out = bytearray(samples * 2 * self.options["channels"])
        self.options["callback"](out, samples, Times(outputBufferDacTime=ahead), Status())
        return bytes(out)

    def pull_out(self) -> None:
        self.options["finished_callback"]()


class Sounddevice:
    """What `myna_speech.devices.portaudio` uses of the module."""

    PortAudioError = Refused

    def __init__(self, *devices: dict[str, Any]) -> None:
        self.there = list(devices)
        """What is plugged in."""
        self.streams: list[Stream] = []
        self.refused_channels: set[int] = set()
        self.default = self
        self._initialize()

    def _initialize(self) -> None:
        self.listed = list(self.there)

    def _terminate(self) -> None:
        self.listed = []

    @property
    def device(self) -> tuple[int, int]:
        """Numbers of the default devices."""

        def first(key: str) -> int:
            return next((at for at, found in enumerate(self.listed) if found[key]), -1)

        return first("max_input_channels"), first("max_output_channels")

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [{"name": "ALSA"}, {"name": "OSS"}]

    def query_devices(self) -> list[dict[str, Any]]:
        return [{**found, "index": at} for at, found in enumerate(self.listed)]

    def RawInputStream(self, **options: Any) -> Stream:  # noqa: N802
        return Stream(self, options)

    def RawOutputStream(self, **options: Any) -> Stream:  # noqa: N802
        return Stream(self, options)
