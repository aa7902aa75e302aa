"""WebRTC's audio processing, as the package livekit carries it."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from myna.audio import SAMPLE_BYTES, SPEECH_RATE, AudioChunk, pcm
from myna.errors import ExtraMissing

from .resample import Resampler

if TYPE_CHECKING:
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
