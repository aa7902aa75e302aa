"""What a microphone and a loudspeaker are, whether real, a file or made up by a test.

Time is counted in samples, never by the wall clock: a microphone numbers the samples that it delivers, and a
loudspeaker counts those that were heard. A session on devices that run faster than real time decides the same.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, Protocol

import msgspec

from .audio import AudioChunk


class DeviceChange(msgspec.Struct, frozen=True):
    """A device was lost, or is there again. Between the two a microphone delivers silence, so that time goes on."""

    kind: Literal["lost", "found"]
    name: str
    """Of the device, as people know it."""


class Microphone(Protocol):
    """Sound at `SPEECH_RATE`, one channel."""

    name: str

    def listen(self) -> AsyncIterator[AudioChunk | DeviceChange]:
        """Chunks of 20 ms (320 samples) with consecutive positions. Closing the iterator closes the device; a file
        ends by itself.

        Raises:
            DeviceMissing: it cannot be opened; says which package or setting mends that.
        """
        ...


class Loudspeaker(Protocol):
    """Plays chunks one after the other without a gap, through a queue of bounded length."""

    name: str

    async def open(self) -> None:
        """Raises `DeviceMissing` when that cannot be done."""
        ...

    async def play(self, chunk: AudioChunk) -> None:
        """Queue `chunk`, at any rate; waits while more than `QUEUE_S` are queued."""
        ...

    def pause(self) -> None:
        """Fall silent at once and keep what is queued."""
        ...

    def resume(self) -> None: ...

    def flush(self) -> None:
        """Fall silent at once and drop what is queued. A waiting `play` returns, its chunk dropped."""
        ...

    @property
    def heard(self) -> float:
        """Seconds of sound that have left the loudspeaker since `open`, its latency taken off; stands still in a
        pause. What was flushed is not counted."""
        ...

    @property
    def queued(self) -> float:
        """Seconds of sound that were queued and not heard yet."""
        ...

    async def drained(self) -> None:
        """Wait until all that is queued was heard or flushed."""
        ...

    async def close(self) -> None: ...


QUEUE_S = 4.0
"""Seconds of sound that a loudspeaker queues: an answer is made far ahead of being heard, but not without bound."""
