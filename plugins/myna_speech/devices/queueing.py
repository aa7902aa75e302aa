"""What loudspeakers have in common: a queue of bounded length in front of a playback clock."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from myna.audio import AudioChunk
from myna.devices import QUEUE_S

from .playback import PlaybackQueue
from .resample import Resampler

if TYPE_CHECKING:
    from .chunks import Samples

Tap = Callable[["Samples", int, float], None]


class QueuedLoudspeaker(ABC):
    """A `Loudspeaker` around a `PlaybackQueue`, which `_ready` has to be given before anything is played."""

    def __init__(self) -> None:
        self.tap: Tap = lambda samples, rate, at: None
        """Called with all that is played, silence too, its rate and its time on the playback clock; by the thread
        of the device."""
        self._queue: PlaybackQueue | None = None
        self._resampler: Resampler | None = None
        self._source = 0
        self._flushes = 0
        self._changed = asyncio.Event()

    @abstractmethod
    def _now(self) -> float:
        """Seconds on the playback clock."""

    @abstractmethod
    async def _pass(self, seconds: float) -> None:
        """Wait until about so much more was played, or `_wake` is called."""

    @abstractmethod
    def _added(self) -> None:
        """Sound was added to the queue."""

    @abstractmethod
    def _check(self) -> None:
        """Raise what has happened to the device meanwhile."""

    # the protocol

    async def play(self, chunk: AudioChunk) -> None:
        self._check()
        queue, flushes = self._playing, self._flushes
        while (ahead := queue.pending - QUEUE_S) > 0:
            await self._pass(ahead)
            self._check()
            if flushes != self._flushes:
                return
        if chunk.rate != self._source:
            self._finish()
            self._resampler, self._source = Resampler(chunk.rate, queue.rate), chunk.rate
        if self._resampler is not None:
            queue.add(self._resampler.feed(chunk.floats()))
        self._added()

    def pause(self) -> None:
        self._playing.pause()

    def resume(self) -> None:
        self._playing.resume()
        self._added()
        self._wake()

    def flush(self) -> None:
        self._flushes += 1
        self._resampler, self._source = None, 0
        self._playing.flush()
        self._added()
        self._wake()

    @property
    def heard(self) -> float:
        return 0.0 if self._queue is None else self._queue.heard(self._now())

    @property
    def queued(self) -> float:
        return 0.0 if self._queue is None else self._queue.queued(self._now()) + self._held

    async def drained(self) -> None:
        self._finish()
        self._added()
        while (left := self.queued) > 0:
            await self._pass(left)
            self._check()

    # for subclasses

    @property
    def _playing(self) -> PlaybackQueue:
        if self._queue is None:
            raise RuntimeError("this loudspeaker is not open")
        return self._queue

    def _ready(self, queue: PlaybackQueue) -> None:
        self._queue = queue
        self._resampler, self._source = None, 0

    def _finish(self) -> None:
        """Add what the resampler still holds back: nothing comes after it, or not in time."""
        rest: Samples | None = self._resampler.finish() if self._resampler is not None else None
        if rest is not None and self._queue is not None:
            self._queue.add(rest)

    @property
    def _held(self) -> float:
        """Seconds in the resampler."""
        return 0.0 if self._resampler is None else self._resampler.held

    def _wake(self) -> None:
        # Whoever waits now is woken; whoever waits later waits for the next time.
        self._changed.set()
        self._changed.clear()
