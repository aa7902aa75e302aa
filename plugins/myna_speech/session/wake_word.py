"""Wake words by a model of their own, for those who add one; without, the phrase is looked for in the transcript."""

from __future__ import annotations

from typing import Protocol

import msgspec

from myna.engine.speech_clients import SpeechClient


class WakeWordRequest(msgspec.Struct, frozen=True):
    """The next sound of a stream (operation `wake-word`; answer: one `WakeWordScore`)."""

    audio: bytes
    """At `SPEECH_RATE`."""


class WakeWordScore(msgspec.Struct, frozen=True):
    score: float
    """The highest of the windows that ended in this sound, between 0 and 1; 0 when none did."""


class WakeWord(Protocol):
    async def heard(self, audio: bytes) -> bool:
        """Whether the word ended in `audio`, the next sound of the stream."""
        ...


class WakeWordClient(SpeechClient):
    """A wake-word model in a worker: a `WakeWord`."""

    THRESHOLD = 0.5
    """As openWakeWord's own examples have it."""

    QUIET = 75
    """Chunks (1.5 s, and openWakeWord looks at 1.9 s of sound) in which one word is not heard twice."""

    _quiet = 0

    async def heard(self, audio: bytes) -> bool:
        answer = await self._handle.call("wake-word", WakeWordRequest(audio), WakeWordScore)
        if self._quiet:
            self._quiet -= 1
            return False
        if answer.score < self.THRESHOLD:
            return False
        self._quiet = self.QUIET
        return True
