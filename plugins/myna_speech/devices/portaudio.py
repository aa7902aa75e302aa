"""PortAudio, which a process has once: its library, its list of devices, and the streams that are open.

Every call into it is made by one thread of its own: opening a device may take a while, and the library wants no two
calls at once. Sound itself flows through callbacks in threads of PortAudio's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

from myna.errors import DeviceMissing, ExtraMissing

from .listing import AudioDevice, Kind, choose
from .stderr import no_chatter, silence_alsa
from .stream import DeviceStream

T = TypeVar("T")


class PortAudio:
    """Use `portaudio()`."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="portaudio")
        self._open: set[DeviceStream] = set()

    async def devices(self) -> list[AudioDevice]:
        """As of the last initialisation; a device that was plugged in since is not among them.

        Raises:
            ExtraMissing, DeviceMissing: sounddevice or PortAudio is not there.
        """
        return await self._run(lambda: list_devices(load()))

    async def open(self, kind: Kind, wanted: str, prepare: Callable[[DeviceStream], None]) -> DeviceStream:
        """Open the device that `wanted` means, have `prepare` (called by the thread) get it ready, and start it.

        Raises:
            ExtraMissing, DeviceMissing: it cannot be opened.
        """

        def opened() -> DeviceStream:
            library = load()
            with no_chatter():
                device = choose(list_devices(library), wanted, kind)
                stream = _open_somehow(library, device, kind)
                prepare(stream)
                self._open.add(stream)
                try:
                    stream.start()
                except library.PortAudioError as error:
                    self._close(stream)
                    raise _refused(device, error) from None
            return stream

        return await self._run(opened, undo=self._close)

    async def close(self, stream: DeviceStream) -> None:
        await self._run(lambda: self._close(stream))

    async def look_again(self) -> list[AudioDevice]:
        """Initialise PortAudio anew. All open streams are closed on the way, `interrupted`."""

        def looked() -> list[AudioDevice]:
            library = load()
            for stream in list(self._open):
                stream.interrupted = True
                self._close(stream)
                stream.on_end()
            # There is no public way to see new devices.
            library._terminate()  # noqa: SLF001
            library._initialize()  # noqa: SLF001
            return list_devices(library)

        return await self._run(looked)

    def _close(self, stream: DeviceStream) -> None:
        self._open.discard(stream)
        with no_chatter():
            stream.close()

    async def _run(self, work: Callable[[], T], undo: Callable[[T], None] | None = None) -> T:
        """Have `work` done by the thread; when whoever waits is cancelled, it is finished and undone."""
        done = self._thread.submit(work)
        outcome = asyncio.wrap_future(done)
        try:
            return await asyncio.shield(outcome)
        except asyncio.CancelledError:
            # Nobody waits for it any more, so nobody is to be told that it failed.
            outcome.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
            if undo is not None:
                self._thread.submit(lambda: undo(done.result()) if done.exception() is None else None)
            raise


@cache
def portaudio() -> PortAudio:
    """The one of this process."""
    return PortAudio()


def load() -> Any:
    """The module sounddevice, PortAudio initialised.

    Raises:
        ExtraMissing: sounddevice is not installed.
        DeviceMissing: the library PortAudio is not there, or does not start.
    """
    try:
        import sounddevice
    except ImportError:
        raise ExtraMissing(
            "sound devices cannot be used: sounddevice is not installed", hint="pip install 'myna[speech]'"
        ) from None
    except OSError:
        raise DeviceMissing("the library PortAudio is not installed", hint="apt-get install libportaudio2") from None
    silence_alsa()
    return sounddevice


def list_devices(library: Any) -> list[AudioDevice]:
    hosts = [host["name"] for host in library.query_hostapis()]
    default_input, default_output = library.default.device
    return [
        AudioDevice(
            index=device["index"],
            name=device["name"],
            host=hosts[device["hostapi"]],
            inputs=device["max_input_channels"],
            outputs=device["max_output_channels"],
            rate=round(device["default_samplerate"]),
            default_input=device["index"] == default_input,
            default_output=device["index"] == default_output,
        )
        for device in library.query_devices()
    ]


def _open_somehow(library: Any, device: AudioDevice, kind: Kind) -> DeviceStream:
    """With as many channels as are of use, or else as many as it has: some devices take no other number."""
    most = device.channels(kind)
    few = min(most, 1 if kind == "input" else 2)
    refusal: Exception | None = None
    for channels in dict.fromkeys((few, min(most, 2), most)):
        stream = DeviceStream(device, kind, channels)
        try:
            stream.open(library)
        except library.PortAudioError as error:
            refusal = error
        else:
            return stream
    raise _refused(device, refusal) from None


def _refused(device: AudioDevice, error: Exception | None) -> DeviceMissing:
    words: Sequence[Any] = getattr(error, "args", ()) or (error,)
    said = str(words[0]).partition(": ")[2] or str(words[0])
    return DeviceMissing(f"{device.name} cannot be opened: {said}", hint="is it in use, or not allowed? myna doctor")
