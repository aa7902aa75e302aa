"""How Myna does not hear itself: what the loudspeaker plays is taken out of what the microphone hears.

`with_echo` chooses: WebRTC's audio processing, as the package livekit carries it, or half-duplex.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, Protocol

from myna.audio import SAMPLE_BYTES, SPEECH_RATE, AudioChunk, pcm, silence
from myna.devices import DeviceChange, Loudspeaker, Microphone
from myna.errors import ExtraMissing

from .loudspeaker import DeviceLoudspeaker
from .queueing import QueuedLoudspeaker
from .resample import Resampler

if TYPE_CHECKING:
    from myna.config import SpeechSettings

    from .chunks import Samples

FRAME = SPEECH_RATE // 100
"""Samples that WebRTC's audio processing takes at a time: 10 ms."""
LEAD_S = 0.06
"""What was played is shown to the canceller this long before what was captured at the same time. An echo must never
come before its cause: the times that drivers give are wrong by tens of milliseconds."""
TAIL_S = 0.2
"""Seconds for which the last sound that was played is still on its way, through the room and two devices."""
AUDIBLE = 0.001
"""Of full scale (-60 dB): what is softer is no sound."""


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


class EchoCanceller:
    """WebRTC's echo cancellation, noise suppression, high-pass filter and gain control: 15 ms late, about 0.2 ms of
    work for each 10 ms.

    Frames of what was played are matched with frames of what was captured by the times at which both were in the air,
    so that a session that is late for a moment does not change the delay between them.
    """

    def __init__(self) -> None:
        """Raises `ExtraMissing` when livekit is not there."""
        make, self._frame = _webrtc()
        self._processing = make(echo_cancellation=True, noise_suppression=True, high_pass_filter=True)
        self._processing.set_stream_delay_ms(round(LEAD_S * 1000))
        # Apart from the rest, and only while nothing is played: it would raise what is left of the echo by 14 dB.
        self._gain = make(auto_gain_control=True)
        self._sounded = float("-inf")
        self._lock = threading.Lock()
        self._resampler: Resampler | None = None
        self._rate = 0
        self._played: deque[Samples] = deque()
        self._waiting = 0
        self._ends = 0.0
        """When the last sample that `played` brought leaves the loudspeaker."""

    def played(self, samples: Samples, rate: int, at: float) -> None:
        """What the loudspeaker plays, the first sample leaving it at `at`; called by its thread."""
        with self._lock:
            if rate != self._rate or self._resampler is None:
                self._resampler, self._rate = Resampler(rate, SPEECH_RATE), rate
                self._forget()
            ends = at + len(samples) / rate
            expected = self._ends + len(samples) / rate
            if abs(ends - expected) > LEAD_S:
                self._forget()
                self._ends = ends
            else:
                # The times of single blocks jitter; their mean does not.
                self._ends = expected + (ends - expected) / 20
            resampled = self._resampler.feed(samples)
            self._played.append(resampled)
            self._waiting += len(resampled)
            if self._waiting > SPEECH_RATE:
                self._waiting -= len(self._played.popleft())

    def clean(self, chunk: AudioChunk, captured: float) -> AudioChunk:
        cleaned = bytearray()
        size = FRAME * SAMPLE_BYTES
        for at in range(0, len(chunk.data), size):
            left = (len(chunk.data) - at - size) / SAMPLE_BYTES / SPEECH_RATE
            for played in self._until(captured - left + LEAD_S):
                self._processing.process_reverse_stream(self._frame(pcm(played), SPEECH_RATE, 1, FRAME))
                if abs(played).max() > AUDIBLE:
                    self._sounded = captured
            frame = self._frame(chunk.data[at : at + size], SPEECH_RATE, 1, FRAME)
            self._processing.process_stream(frame)
            if captured - self._sounded > LEAD_S + TAIL_S:
                self._gain.process_stream(frame)
            cleaned += frame.data
        return AudioChunk(bytes(cleaned), chunk.rate, chunk.position)

    def _until(self, moment: float) -> list[Samples]:
        """Whole frames that have left the loudspeaker by `moment`."""
        import numpy as np

        with self._lock:
            if self._resampler is None:
                return []
            begins = self._ends - self._resampler.held - self._waiting / SPEECH_RATE
            due = min(int((moment - begins) * SPEECH_RATE), self._waiting) // FRAME * FRAME
            if due <= 0:
                return []
            joined = np.concatenate(self._played)
            self._played = deque([joined[due:]])
            self._waiting -= due
        return list(joined[:due].reshape(-1, FRAME))

    def _forget(self) -> None:
        self._played.clear()
        self._waiting = 0


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


def _webrtc() -> tuple[Any, Any]:
    """The class of the audio processing, and that of its frames."""
    try:
        from livekit.rtc.apm import AudioProcessingModule
        from livekit.rtc.audio_frame import AudioFrame

        AudioProcessingModule()
    except (ImportError, OSError):
        raise ExtraMissing(
            "echo cannot be cancelled: livekit is not installed", hint="pip install 'myna[speech]'"
        ) from None
    return AudioProcessingModule, AudioFrame
