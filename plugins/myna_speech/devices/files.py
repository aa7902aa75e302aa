"""WAV files in the place of a microphone and a loudspeaker."""

from __future__ import annotations

import asyncio
import errno
import wave
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from pathlib import Path

from myna.audio import SAMPLE_BYTES, SPEECH_RATE, AudioChunk, pcm
from myna.devices import DeviceChange
from myna.errors import BadInput, DiskFull, MynaError

from .chunks import CHUNK, Chunker
from .clock import AudioClock
from .playback import PlaybackQueue
from .queueing import QueuedLoudspeaker
from .resample import Resampler
from .wav import read_format, read_samples

ANOTHER = "give another file, in a folder that may be written"
"""What helps where one cannot be written."""

FILE_RATE = 22_050
"""Samples a second (Hz) of what is written: those of most Piper voices, which then are not resampled."""
_BLOCK_S = 0.1
"""Of what is read at once, and of what is written at once where nobody moves the clock."""


class FileMicrophone:
    """Hears a WAV file, as fast as it is listened to, or in its own time where it is `paced`."""

    def __init__(self, path: Path, *, paced: bool = False) -> None:
        """Raises `BadInput` when there is no such file, or it is no WAV file that can be read."""
        self.name = path.name
        self._path = path
        self._paced = paced
        self._format = read_format(path)

    def listen(self) -> AsyncIterator[AudioChunk | DeviceChange]:
        return self._listen()

    async def _listen(self) -> AsyncGenerator[AudioChunk, None]:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for chunk in self._chunks():
            # A chunk is there once its last sample was said. Unpaced, others still get their turn.
            ahead = begun + (chunk.position + CHUNK) / SPEECH_RATE - loop.time() if self._paced else 0
            await asyncio.sleep(max(ahead, 0))
            yield chunk

    def _chunks(self) -> Iterator[AudioChunk]:
        resampler, chunker = Resampler(self._format.rate, SPEECH_RATE), Chunker()
        for samples in read_samples(self._path, self._format, max(1, round(self._format.rate * _BLOCK_S))):
            yield from chunker.feed(resampler.feed(samples))
        yield from chunker.feed(resampler.finish())
        yield from chunker.finish()


class FileLoudspeaker(QueuedLoudspeaker):
    """Plays into a WAV file, silence included, so that what is heard now lies at the time that the clock shows.

    While the clock is driven, the file grows with it. Otherwise sound is written as soon as it is played.
    """

    def __init__(self, path: Path, clock: AudioClock) -> None:
        super().__init__()
        self.name = path.name
        self._path = path
        self._clock = clock
        self._file: wave.Wave_write | None = None
        self._written = 0
        self._remainder = 0
        self._failure: MynaError | None = None

    async def open(self) -> None:
        """Raises `BadInput` when the file cannot be written; one that is there already is replaced."""
        if self._file is not None:
            return
        try:
            self._opened = self._path.open("wb")
        except OSError as error:
            raise BadInput(f"{self._path} cannot be written: {error.strerror or error}", hint=ANOTHER) from None
        self._file = wave.open(self._opened, "wb")  # noqa: SIM115 - open until `close`
        self._file.setparams((1, SAMPLE_BYTES, FILE_RATE, 0, "NONE", ""))
        self._written = self._remainder = 0
        self._ready(PlaybackQueue(FILE_RATE))
        self._clock.follow(self._moved)

    async def close(self) -> None:
        """Write what is queued where nobody else moves the clock, and end the file.

        Raises:
            BadInput, DiskFull: the file could not be written.
        """
        if self._file is None:
            return
        self._clock.unfollow(self._moved)
        self._finish()
        self._added()
        file, self._file = self._file, None
        try:
            with self._opened:
                file.close()
        except OSError as error:
            self._failure = self._failure or self._unwritable(error)
        self._check()

    def _now(self) -> float:
        return self._written / FILE_RATE

    async def _pass(self, seconds: float) -> None:
        await self._changed.wait()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _added(self) -> None:
        if not self._clock.driven:
            queue = self._playing
            while queue.pending and not queue.paused and self._failure is None:
                self._write(min(round(FILE_RATE * _BLOCK_S), round(queue.pending * FILE_RATE)))

    def _moved(self, samples: int) -> None:
        if samples:
            frames, self._remainder = divmod(samples * FILE_RATE + self._remainder, SPEECH_RATE)
            if self._playing.pending * FILE_RATE < frames:
                self._finish()
            self._write(frames)
        else:
            self._added()
        self._wake()

    def _write(self, frames: int) -> None:
        block = self._playing.fill(frames, self._now())
        self.tap(block, FILE_RATE, self._now())
        self._written += frames
        if self._file is None or self._failure is not None:
            return
        try:
            self._file.writeframesraw(pcm(block))
        except OSError as error:
            # Told to whoever plays, not to whoever moved the clock.
            self._failure = self._unwritable(error)

    def _unwritable(self, error: OSError) -> MynaError:
        said = f"{self._path} cannot be written: {error.strerror or error}"
        return DiskFull(said) if error.errno == errno.ENOSPC else BadInput(said, hint=ANOTHER)
