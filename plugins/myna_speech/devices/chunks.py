"""Samples in any portions, made into the chunks that a microphone delivers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from myna.audio import SAMPLE_BYTES, AudioChunk, pcm

if TYPE_CHECKING:
    import numpy as np

    Samples = np.ndarray[Any, np.dtype[np.float32]]
    """Shape (samples,), one channel, between -1 and 1."""

CHUNK = 320
"""Samples of a chunk: 20 ms at `SPEECH_RATE`."""


class Chunker:
    """Cuts one stream into chunks of `CHUNK` samples with consecutive positions."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._position = 0

    @property
    def position(self) -> int:
        """Samples that came in so far."""
        return self._position + len(self._waiting) // SAMPLE_BYTES

    def feed(self, samples: Samples) -> list[AudioChunk]:
        self._waiting += pcm(samples)
        return self._complete()

    def skip(self, samples: int) -> list[AudioChunk]:
        """`samples` of silence."""
        self._waiting += bytes(samples * SAMPLE_BYTES)
        return self._complete()

    def finish(self) -> list[AudioChunk]:
        """What is left, filled up with silence to a whole chunk."""
        missing = -(len(self._waiting) // SAMPLE_BYTES) % CHUNK
        return self.skip(missing)

    def _complete(self) -> list[AudioChunk]:
        size = CHUNK * SAMPLE_BYTES
        chunks = []
        while len(self._waiting) >= size:
            chunks.append(AudioChunk(bytes(self._waiting[:size]), position=self._position))
            del self._waiting[:size]
            self._position += CHUNK
        return chunks
