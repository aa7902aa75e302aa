"""A microphone and a loudspeaker made up by a test. Both live in audio time: as fast as the test can run.

    microphone = FakeMicrophone([silence(1), speech.say("Hello", 0.5), silence(3)])
    loudspeaker = FakeLoudspeaker(microphone)

The loudspeaker plays 20 ms whenever the microphone has delivered 20 ms.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable

from ..audio import SAMPLE_BYTES, SPEECH_RATE, AudioChunk
from ..devices import QUEUE_S, DeviceChange
from .clock import FakeClock

CHUNK = 320
"""Samples (20 ms)."""

SETTLE = 12
"""Turns of the event loop that others get for each chunk: what fakes do in no time is done before the next."""


class FakeMicrophone:
    """Delivers `sound` (pieces of `AudioChunk.data` at `SPEECH_RATE`, taken as they are needed), then ends.

    Longer chunks than a real microphone's (`chunk` samples) make hours go by faster.
    """

    def __init__(
        self,
        sound: Iterable[bytes],
        *,
        clock: FakeClock | None = None,
        name: str = "fake microphone",
        settle: int = SETTLE,
        chunk: int = CHUNK,
    ) -> None:
        self.name = name
        self.clock = clock or FakeClock()
        """Advanced by the length of each chunk."""
        self.position = 0
        """Samples delivered."""
        self.ended = False
        self.open = False
        self._sound = iter(sound)
        self._settle = settle
        self._chunk = chunk
        self._change: DeviceChange | None = None
        self._lost = False
        self._ticks: list[Callable[[], None]] = []
        self._plans: list[tuple[int, Callable[[], object]]] = []

    @property
    def seconds(self) -> float:
        """Delivered so far."""
        return self.position / SPEECH_RATE

    def lose(self) -> None:
        """Pull the device out: silence from now on, while `sound` goes by."""
        self._lost, self._change = True, DeviceChange("lost", self.name)

    def find(self) -> None:
        """Put the device back."""
        self._lost, self._change = False, DeviceChange("found", self.name)

    def at(self, seconds: float, action: Callable[[], object]) -> None:
        """Call `action` once so much was delivered."""
        self._plans.append((round(seconds * SPEECH_RATE), action))
        self._plans.sort(key=lambda plan: plan[0])

    def on_tick(self, tick: Callable[[], None]) -> None:
        """Call `tick` after each chunk, and once at the end."""
        self._ticks.append(tick)

    async def listen(self) -> AsyncIterator[AudioChunk | DeviceChange]:
        self.open = True
        try:
            for data in _cut(self._sound, self._chunk * SAMPLE_BYTES):
                if self._change is not None:
                    change, self._change = self._change, None
                    yield change
                yield AudioChunk(bytes(len(data)) if self._lost else data, SPEECH_RATE, self.position)
                self.position += len(data) // SAMPLE_BYTES
                self.clock.advance(len(data) / SAMPLE_BYTES / SPEECH_RATE)
                for tick in self._ticks:
                    tick()
                while self._plans and self._plans[0][0] <= self.position:
                    self._plans.pop(0)[1]()
                for _ in range(self._settle):
                    await asyncio.sleep(0)
        finally:
            self.ended, self.open = True, False
            for tick in self._ticks:
                tick()


class FakeLoudspeaker:
    """Plays in the time of `microphone`; once that has ended, all that is queued is heard at once."""

    def __init__(self, microphone: FakeMicrophone, *, name: str = "fake loudspeaker", keep: bool = True) -> None:
        self.name = name
        self.sound = bytearray()
        """All that was heard, at `SPEECH_RATE` when that is what was played. Empty without `keep`."""
        self.paused = False
        self.is_open = False
        self.pauses = 0
        """Calls of `pause`."""
        self._microphone = microphone
        self._keep = keep
        self._queue: deque[AudioChunk] = deque()
        self._played = 0
        self._heard = 0.0
        self._at = microphone.clock()
        self._flushes = 0
        self._changed = asyncio.Event()
        microphone.on_tick(self._tick)

    async def open(self) -> None:
        self.is_open = True

    async def play(self, chunk: AudioChunk) -> None:
        flushes = self._flushes
        while self.queued > QUEUE_S and not self._microphone.ended:
            await self._change()
            if self._flushes != flushes:
                return
        self._queue.append(chunk)
        if self._microphone.ended:
            self._tick()

    def pause(self) -> None:
        if not self.paused:
            self.pauses += 1
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def flush(self) -> None:
        self._queue.clear()
        self._played = 0
        self._flushes += 1
        self._announce()

    @property
    def heard(self) -> float:
        return self._heard

    @property
    def queued(self) -> float:
        rate = self._queue[0].rate if self._queue else SPEECH_RATE
        return sum(chunk.seconds for chunk in self._queue) - self._played / rate

    async def drained(self) -> None:
        while self._queue:
            await self._change()

    async def close(self) -> None:
        self.is_open = False
        self.flush()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _announce(self) -> None:
        self._changed.set()

    def _tick(self) -> None:
        now = self._microphone.clock()
        seconds, self._at = now - self._at, now
        if self._microphone.ended:
            seconds = float("inf")
        if self.paused:
            return
        while self._queue and seconds > 0:
            chunk = self._queue[0]
            left = len(chunk) - self._played
            samples = left if seconds == float("inf") else min(left, round(seconds * chunk.rate))
            if samples == 0:
                break
            if self._keep:
                self.sound += chunk.data[self._played * SAMPLE_BYTES : (self._played + samples) * SAMPLE_BYTES]
            self._heard += samples / chunk.rate
            seconds -= samples / chunk.rate
            self._played += samples
            if self._played == len(chunk):
                self._queue.popleft()
                self._played = 0
        self._announce()


def _cut(sound: Iterable[bytes], size: int) -> Iterable[bytes]:
    """Chunks of `size` bytes; the last one is filled up with silence."""
    rest = b""
    for piece in sound:
        rest += piece
        for at in range(0, len(rest) // size * size, size):
            yield rest[at : at + size]
        rest = rest[len(rest) // size * size :]
    if rest:
        yield rest.ljust(size, b"\0")
