"""The sound that may still be needed, found by position."""

from __future__ import annotations

from myna.audio import SAMPLE_BYTES, SPEECH_RATE, AudioChunk

PRE_ROLL = round(0.4 * SPEECH_RATE)
"""Samples kept from before speech was noticed. Silero needs up to 0.1 s for a soft beginning; h, f and s are softer."""


class Hearing:
    """Keeps the newest sound: what was asked to be kept, at least `PRE_ROLL`, at most `longest` samples."""

    def __init__(self, longest: int) -> None:
        self._longest = longest
        self._sound = bytearray()
        self._first = 0
        self._keep_from: int | None = None

    @property
    def end(self) -> int:
        """Position after the newest sample."""
        return self._first + len(self._sound) // SAMPLE_BYTES

    def add(self, chunk: AudioChunk) -> None:
        """The next chunk; positions must follow one another."""
        self._sound += chunk.data
        begin = self.end - self._longest
        if self._keep_from is None:
            # Speech is noticed some windows after it began.
            begin = self.end - 4 * PRE_ROLL
        elif self._keep_from > begin:
            begin = self._keep_from
        self._forget(begin)

    def keep_from(self, position: int | None) -> None:
        """Keep everything from `position` on; None: only what may become a pre-roll."""
        self._keep_from = position

    def since(self, position: int) -> bytes:
        """`AudioChunk.data` from `position`, or from what is left, to the end."""
        return bytes(self._sound[max(position - self._first, 0) * SAMPLE_BYTES :])

    def _forget(self, position: int) -> None:
        samples = position - self._first
        # Moving the rest costs; once in a while is enough.
        if samples > SPEECH_RATE // 2:
            del self._sound[: samples * SAMPLE_BYTES]
            self._first = position
