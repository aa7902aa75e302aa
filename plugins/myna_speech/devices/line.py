"""A microphone and a loudspeaker at the other end of a line. Sound goes out ahead of being heard there."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import TYPE_CHECKING

from myna.audio import SAMPLE_BYTES, SPEECH_RATE, AudioChunk, pcm
from myna.devices import DeviceChange

from .chunks import Chunker
from .resample import Resampler

if TYPE_CHECKING:
    from myna.hookspecs import LineMark, VoiceLine

AHEAD_S = 10.0
"""Seconds of sound that are sent ahead of being heard: enough for a network that is slow for a moment, and no more of
an answer than may still be cut short."""

PRE_ROLL = round(0.5 * SPEECH_RATE)
"""Samples: more than a session looks back for the beginning of what is said."""

PIECE_S = 0.2
"""Seconds of sound that are sent together at most, so that little is on its way when an answer is cut short."""


class LineMicrophone:
    """A `Microphone` that hears what comes over a line."""

    def __init__(self, line: VoiceLine) -> None:
        self.name = "line"
        self.on_mark: Callable[[LineMark], None] = lambda mark: None
        """Called where a mark stands in the sound, once all before it was taken."""
        self._line = line

    def listen(self) -> AsyncIterator[AudioChunk | DeviceChange]:
        return self._listen()

    async def _listen(self) -> AsyncGenerator[AudioChunk | DeviceChange, None]:
        chunker, resampler = Chunker(), Resampler(self._line.rate, SPEECH_RATE)
        async for piece in self._line.heard():
            if isinstance(piece, bytes):
                for chunk in chunker.feed(resampler.feed(AudioChunk(piece, self._line.rate).floats())):
                    yield chunk
                continue
            # All that belongs to what was said first: the resampler holds some back. Before something new, a silence in
            # which no beginning is found that belongs to what was said before.
            rest = [*chunker.feed(resampler.finish()), *(chunker.skip(PRE_ROLL) if piece == "press" else ())]
            for chunk in [*rest, *chunker.finish()]:
                yield chunk
            self.on_mark(piece)


class LineLoudspeaker:
    """A `Loudspeaker` that is heard at the other end as fast as sound is, from when it was sent."""

    def __init__(self, line: VoiceLine, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds."""
        self.name = "line"
        self._line = line
        self._clock = clock
        self._sent = 0.0
        """Seconds of sound that were sent, and not flushed."""
        self._until = clock()
        """When the last of it will have been heard."""
        self._flushes = 0
        self._resampler: Resampler | None = None
        self._source = 0
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._changed = asyncio.Event()

    async def open(self) -> None:
        """Nothing: the line is there."""

    async def play(self, chunk: AudioChunk) -> None:
        if self._resampler is None or chunk.rate != self._source:
            await self._finish()
            self._resampler, self._source = Resampler(chunk.rate, self._line.rate), chunk.rate
        await self._send(pcm(self._resampler.feed(chunk.floats())))

    def pause(self) -> None:
        """Send nothing more; what was sent goes on being heard."""
        self._flowing.clear()

    def resume(self) -> None:
        self._flowing.set()

    def flush(self) -> None:
        left = self._left
        self._flushes += 1
        self._sent -= left
        self._until -= left
        self._resampler = None
        self._changed.set()
        self._flowing.set()

    @property
    def heard(self) -> float:
        return max(0.0, self._sent - self._left)

    @property
    def queued(self) -> float:
        return self._left + (self._resampler.held if self._resampler is not None else 0.0)

    async def drained(self) -> None:
        await self._finish()
        await self._pass(0.0)

    async def close(self) -> None:
        """Nothing: the line is somebody else's."""

    @property
    def _left(self) -> float:
        """Seconds of what was sent that are still to be heard."""
        return max(0.0, self._until - self._clock())

    async def _finish(self) -> None:
        """Send what the resampler still holds."""
        resampler, self._resampler = self._resampler, None
        if resampler is not None:
            await self._send(pcm(resampler.finish()))

    async def _send(self, data: bytes) -> None:
        flushes = self._flushes
        size = round(PIECE_S * self._line.rate) * SAMPLE_BYTES
        for at in range(0, len(data), size):
            piece = data[at : at + size]
            await self._pass(AHEAD_S)
            await self._flowing.wait()
            if flushes != self._flushes:
                return
            seconds = len(piece) / SAMPLE_BYTES / self._line.rate
            self._until = max(self._until, self._clock()) + seconds
            self._sent += seconds
            await self._line.play(piece)

    async def _pass(self, ahead_s: float) -> None:
        """Wait until no more than so many seconds are still to be heard."""
        while (wait := self._left - ahead_s) > 0:
            self._changed.clear()
            try:
                async with asyncio.timeout(wait):
                    await self._changed.wait()
            except TimeoutError:
                continue
