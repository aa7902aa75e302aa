"""A real microphone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import TYPE_CHECKING

from myna.audio import SPEECH_RATE, AudioChunk
from myna.devices import DeviceChange

from .capture import CaptureRing
from .chunks import CHUNK, Chunker
from .portaudio import PortAudio
from .reopening import searching
from .resample import Resampler
from .stream import STALL_S, DeviceStream

if TYPE_CHECKING:
    from .chunks import Samples


class DeviceMicrophone:
    """Hears through PortAudio. When it is pulled out, time goes on in silence until it is back."""

    def __init__(self, audio: PortAudio, wanted: str = "") -> None:
        """`wanted`: the name of a device or a part of it; empty: the system's choice."""
        self.name = wanted
        self.latency = 0.0
        """Seconds between a sound and the callback that brings it, as the device says."""
        self.overruns = 0
        """Samples of the device that were lost, because nobody took them in time, and made up by silence."""
        self._audio = audio
        self._wanted = wanted

    def listen(self) -> AsyncIterator[AudioChunk | DeviceChange]:
        return self._listen()

    async def _listen(self) -> AsyncGenerator[AudioChunk | DeviceChange, None]:
        line = _Line(asyncio.get_running_loop())
        stream = await self._audio.open("input", self._wanted, line.connect)
        chunker = Chunker()
        try:
            while True:
                self.name, self.latency = stream.device.name, stream.latency
                while stream.alive:
                    await line.sound()
                    for chunk in chunker.feed(line.take()):
                        yield chunk
                    self.overruns = line.overruns
                lost, silent = not stream.interrupted, _Silence(chunker, line.heard_at)
                if lost:
                    yield DeviceChange("lost", self.name)
                await self._audio.close(stream)
                async with searching(self._audio, "input", self._wanted, line.connect) as search:
                    while not search.done():
                        await asyncio.wait([search], timeout=CHUNK / SPEECH_RATE)
                        for chunk in silent.until(line.now()):
                            yield chunk
                stream = search.result()
                if lost:
                    yield DeviceChange("found", stream.device.name)
        finally:
            await self._audio.close(stream)


class _Line:
    """From the device's thread to the session's loop, across devices that come and go."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._arrived = asyncio.Event()
        self._ring: CaptureRing | None = None
        self._resampler = Resampler(SPEECH_RATE, SPEECH_RATE)
        self._overruns = 0
        self.heard_at = loop.time()
        """When sound was last taken, on the loop's clock."""

    def connect(self, stream: DeviceStream) -> None:
        """Called by PortAudio's thread, before the stream starts."""
        if self._ring is not None:
            self._overruns += self._ring.overruns
        ring = CaptureRing(stream.rate, stream.channels, stream.latency)
        self._ring, self._resampler = ring, Resampler(stream.rate, SPEECH_RATE)

        def on_block(data: object, samples: int, ahead: float, lost: bool) -> None:
            ring.put(data, samples, lost=lost)
            self._call()

        stream.on_block, stream.on_end = on_block, self._call

    def _call(self) -> None:
        # The loop may be closed while the device's thread is in here.
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived.set)

    @property
    def overruns(self) -> int:
        return self._overruns + (0 if self._ring is None else self._ring.overruns)

    def now(self) -> float:
        return self._loop.time()

    async def sound(self) -> None:
        """Wait until sound has arrived, the device has ended, or has been still for too long."""
        try:
            async with asyncio.timeout(STALL_S):
                await self._arrived.wait()
        except TimeoutError:
            return
        self._arrived.clear()
        self.heard_at = self._loop.time()

    def take(self) -> Samples:
        return self._resampler.feed(self._ring.take()) if self._ring else self._resampler.finish()


class _Silence:
    """Keeps the positions of a stream true to the clock while there is no sound."""

    def __init__(self, chunker: Chunker, since: float) -> None:
        self._chunker = chunker
        self._since = since
        self._begun = chunker.position

    def until(self, now: float) -> Iterator[AudioChunk]:
        due = self._begun + round((now - self._since) * SPEECH_RATE)
        return iter(self._chunker.skip(max(0, due - self._chunker.position)))
