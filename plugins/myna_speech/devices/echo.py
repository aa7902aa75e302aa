"""How Myna does not hear itself: what the loudspeaker plays is taken out of what the microphone hears.

`with_echo` chooses: WebRTC's audio processing, as the package livekit carries it, or half-duplex.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Protocol

from myna.audio import AudioChunk, silence
from myna.devices import DeviceChange, Loudspeaker, Microphone
from myna.errors import ExtraMissing

from .canceller import TAIL_S, EchoCanceller
from .loudspeaker import DeviceLoudspeaker
from .queueing import QueuedLoudspeaker

if TYPE_CHECKING:
    from myna.config import SpeechSettings


def with_echo(
    microphone: Microphone, loudspeaker: Loudspeaker, settings: SpeechSettings
) -> tuple[Microphone, Loudspeaker]:
    """The two such that the microphone does not hear the loudspeaker, as `speech.echo` says. The stream of the
    microphone also tells when the loudspeaker was lost and found.

    Raises:
        ExtraMissing: `speech.echo` is `cancel`, and livekit is not installed.
    """
    cleaning: _Cleaning
    if settings.echo == "off":
        cleaning = _AsItIs()
    elif settings.echo == "half-duplex" or not isinstance(loudspeaker, QueuedLoudspeaker):
        cleaning = HalfDuplex(loudspeaker)
    else:
        try:
            cleaning = canceller = EchoCanceller()
            loudspeaker.tap = canceller.played
        except ExtraMissing:
            if settings.echo == "cancel":
                raise
            cleaning = HalfDuplex(loudspeaker)
    return _CleanMicrophone(microphone, loudspeaker, cleaning), loudspeaker


class _Cleaning(Protocol):
    def clean(self, chunk: AudioChunk, captured: float) -> AudioChunk:
        """`captured`: when the last sample of `chunk` was in the air, on the clock of `time.monotonic`."""
        ...


class _AsItIs:
    def clean(self, chunk: AudioChunk, captured: float) -> AudioChunk:
        return chunk


class HalfDuplex:
    """Deaf while the loudspeaker plays, and for a moment after."""

    def __init__(self, loudspeaker: Loudspeaker) -> None:
        self._loudspeaker = loudspeaker
        self._heard = loudspeaker.heard
        self._deaf_until = 0

    def clean(self, chunk: AudioChunk, captured: float) -> AudioChunk:
        heard = self._loudspeaker.heard
        if heard != self._heard:
            self._heard = heard
            self._deaf_until = chunk.position + len(chunk) + round(TAIL_S * chunk.rate)
        if chunk.position >= self._deaf_until:
            return chunk
        return AudioChunk(silence(chunk.seconds, chunk.rate), chunk.rate, chunk.position)


class _CleanMicrophone:
    def __init__(
        self,
        microphone: Microphone,
        loudspeaker: Loudspeaker,
        cleaning: _Cleaning,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = microphone.name
        self._microphone = microphone
        self._cleaning = cleaning
        self._clock = clock
        self._changes: deque[DeviceChange] = deque()
        if isinstance(loudspeaker, DeviceLoudspeaker):
            loudspeaker.on_change = self._changes.append

    def listen(self) -> AsyncIterator[AudioChunk | DeviceChange]:
        return self._listen()

    async def _listen(self) -> AsyncGenerator[AudioChunk | DeviceChange, None]:
        begun = float("inf")
        async with aclosing(self._microphone.listen()) as sound:  # type: ignore[type-var]
            async for item in sound:
                self.name = self._microphone.name
                while self._changes:
                    yield self._changes.popleft()
                if isinstance(item, DeviceChange):
                    begun = float("inf")
                    yield item
                    continue
                # Chunks come late, never early: the earliest tells when the stream began. It follows the two
                # crystals, which differ by less than 0.1 in 1000.
                ends = (item.position + len(item)) / item.rate
                begun = min(begun + item.seconds / 10_000, self._clock() - ends)
                latency = float(getattr(self._microphone, "latency", 0.0))
                yield self._cleaning.clean(item, begun + ends - latency)
