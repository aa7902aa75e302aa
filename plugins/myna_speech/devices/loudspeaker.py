"""A real loudspeaker."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

from myna.audio import pcm
from myna.devices import DeviceChange

from .playback import PlaybackQueue
from .portaudio import PortAudio
from .queueing import QueuedLoudspeaker
from .reopening import searching
from .stream import STALL_S, DeviceStream

_LOW_S = 0.05
"""Seconds in the queue below which the resampler gives up what it holds back: more comes too late for it."""
_TICK_S = 0.02


class DeviceLoudspeaker(QueuedLoudspeaker):
    """Plays through PortAudio. While the device is lost, what is queued passes unheard, in its own time, so that
    whoever waits for the end of it gets there; what is left when it is back is played.
    """

    def __init__(self, audio: PortAudio, wanted: str = "") -> None:
        """`wanted`: the name of a device or a part of it; empty: the system's choice."""
        super().__init__()
        self.name = wanted
        self.latency = 0.0
        """Seconds between a callback and the sound of it, as the device says."""
        self.on_change: Callable[[DeviceChange], None] = lambda change: None
        """Called by the session's loop when the device is lost, and when it is back."""
        self._audio = audio
        self._wanted = wanted
        self._connected: PlaybackQueue | None = None
        self._watch: asyncio.Task[None] | None = None
        self._ended = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        if self._watch is not None:
            return
        self._loop = asyncio.get_running_loop()
        stream = await self._audio.open("output", self._wanted, self._connect)
        self._take_over()
        self.name, self.latency = stream.device.name, stream.latency
        self._watch = asyncio.create_task(self._keep_open(stream))

    async def close(self) -> None:
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            await asyncio.wait([watch])
            self._queue = None

    def _now(self) -> float:
        return time.monotonic()

    def _added(self) -> None:
        """The device takes it when it calls."""

    def _check(self) -> None:
        """A device that is lost is no error: it may come back."""

    async def _pass(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, _TICK_S / 2)):
                await self._changed.wait()

    async def _keep_open(self, stream: DeviceStream) -> None:
        try:
            while True:
                await self._until_lost(stream)
                lost = not stream.interrupted
                if lost:
                    self.on_change(DeviceChange("lost", self.name))
                await self._audio.close(stream)
                stream = await self._found_again()
                self.name, self.latency = stream.device.name, stream.latency
                if lost:
                    self.on_change(DeviceChange("found", self.name))
        finally:
            await self._audio.close(stream)

    async def _until_lost(self, stream: DeviceStream) -> None:
        while stream.alive:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STALL_S / 4):
                    await self._ended.wait()
            self._ended.clear()

    async def _found_again(self) -> DeviceStream:
        """Let the queue run by the clock until the device is back."""
        passed = time.monotonic()
        async with searching(self._audio, "output", self._wanted, self._connect) as search:
            while not search.done():
                await asyncio.wait([search], timeout=_TICK_S)
                now = time.monotonic()
                self._playing.fill(round((now - passed) * self._playing.rate), now, audible=False)
                passed = now
                self._wake()
        self._take_over()
        return search.result()

    def _connect(self, stream: DeviceStream) -> None:
        """Called by PortAudio's thread, before the stream starts."""
        import numpy as np

        queue = self._queue
        if queue is None:
            queue = PlaybackQueue(stream.rate)
        elif queue.rate != stream.rate:
            queue = queue.at_rate(stream.rate)
        self._connected = queue
        channels = stream.channels

        def on_block(data: Any, samples: int, ahead: float, lost: bool) -> None:
            at = time.monotonic() + ahead
            block = queue.fill(samples, at)
            out = np.frombuffer(data, np.int16).reshape(-1, channels)
            out[:] = 0
            # Left and right; what else there is stays silent.
            out[:, :2] = np.frombuffer(pcm(block), "<i2")[:, None]
            self.tap(block, queue.rate, at)
            if self._held and queue.pending < _LOW_S:
                self._call(self._finish)

        stream.on_block, stream.on_end = on_block, lambda: self._call(self._ended.set)

    def _take_over(self) -> None:
        if self._connected is not None and self._connected is not self._queue:
            self._ready(self._connected)

    def _call(self, what: Callable[[], None]) -> None:
        # The loop may be closed while the device's thread is in here.
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what)
