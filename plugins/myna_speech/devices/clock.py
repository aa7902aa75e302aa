"""The time of files: it is as late as the sound that a session has taken from its microphone.

A question from a file may be heard faster than real time, and its answer still lies at the right place of the file
that it is written to, because both count the same samples.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing

from myna.audio import SPEECH_RATE, AudioChunk
from myna.devices import DeviceChange, Microphone


class AudioClock:
    """Counts samples at `SPEECH_RATE`. A microphone moves it, and a loudspeaker that writes a file follows.

    Without a microphone, and after the last one has ended, nobody moves the clock (`driven` is false): who follows it
    goes ahead on its own.
    """

    def __init__(self) -> None:
        self.now = 0
        """Samples."""
        self._drivers = 0
        self._followers: list[Callable[[int], None]] = []

    @property
    def driven(self) -> bool:
        return self._drivers > 0

    def follow(self, moved: Callable[[int], None]) -> None:
        """Have `moved` called with the samples of each step, and with 0 when a driver came or went."""
        self._followers.append(moved)

    def unfollow(self, moved: Callable[[int], None]) -> None:
        self._followers.remove(moved)

    def advance(self, samples: int) -> None:
        self.now += samples
        for moved in list(self._followers):
            moved(samples)

    def take_over(self) -> None:
        """From now on somebody moves this clock."""
        self._drivers += 1
        self.advance(0)

    def let_go(self) -> None:
        self._drivers -= 1
        self.advance(0)


class DrivingMicrophone:
    """A microphone that moves a clock: by each chunk, when the session has come back for the next one.

    The clock is taken over as soon as this is made, so that a loudspeaker which is opened first waits already.
    """

    def __init__(self, microphone: Microphone, clock: AudioClock) -> None:
        self.name = microphone.name
        self._microphone = microphone
        self._clock = clock
        self._waiting = True
        clock.take_over()

    def listen(self) -> AsyncIterator[AudioChunk | DeviceChange]:
        return self._listen()

    async def _listen(self) -> AsyncGenerator[AudioChunk | DeviceChange, None]:
        if not self._waiting:
            self._clock.take_over()
        self._waiting = False
        try:
            async with aclosing(self._microphone.listen()) as sound:  # type: ignore[type-var]
                async for item in sound:
                    self.name = self._microphone.name
                    yield item
                    if isinstance(item, AudioChunk):
                        self._clock.advance(len(item) * SPEECH_RATE // item.rate)
        finally:
            self._clock.let_go()
