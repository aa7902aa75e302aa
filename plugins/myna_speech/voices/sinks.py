"""Where `myna say` puts sound: a WAV file, or the loudspeaker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from myna.audio import AudioChunk, pcm
from myna.cli.inputs import in_thread
from myna.engine.speech import Speech

from .wav import WavWriter

if TYPE_CHECKING:
    from myna.config import SpeechSettings
    from myna.devices import Loudspeaker

    from ..devices.resample import Resampler


class WavFile:
    """A WAV file at the rate of the first voice; others are resampled."""

    def __init__(self, path: str, temporary: Path) -> None:
        """As `WavWriter`."""
        self.rate = 0
        """Samples a second (Hz); 0 before the first sound."""
        self._writer = WavWriter(path, temporary)
        self._resampler: Resampler | None = None
        self._source = 0
        """The rate that `_resampler` is for."""

    async def take(self, piece: Speech) -> None:
        """Raises `BadInput` or `DiskFull` when the file cannot be written."""
        self.rate = self.rate or piece.rate
        if piece.rate != self._source:
            self._end_voice()
            self._source = piece.rate
        if piece.rate == self.rate:
            self._writer.write(piece.data, self.rate)
            return
        if self._resampler is None:
            from ..devices.resample import Resampler

            self._resampler = Resampler(piece.rate, self.rate)
        self._writer.write(pcm(self._resampler.feed(piece.chunk().floats())), self.rate)

    async def complete(self) -> None:
        """Raises as `take`."""
        self._end_voice()
        # Whoever reads from the pipe may be slow.
        await in_thread(self._writer.close)

    async def abandon(self) -> None:
        """What is not complete goes away."""
        self._writer.discard()

    def _end_voice(self) -> None:
        resampler, self._resampler = self._resampler, None
        if resampler is not None:
            self._writer.write(pcm(resampler.finish()), self.rate)


class Aloud:
    """The loudspeaker, opened with the first sound."""

    def __init__(self, settings: SpeechSettings) -> None:
        self.rate = 0
        """Samples a second (Hz) of the last voice."""
        self._settings = settings
        self._loudspeaker: Loudspeaker | None = None
        self._position = 0

    async def take(self, piece: Speech) -> None:
        """Raises `DeviceMissing` when there is no loudspeaker."""
        if self._loudspeaker is None:
            from ..devices import open_loudspeaker

            loudspeaker = open_loudspeaker(self._settings)
            await loudspeaker.open()
            self._loudspeaker = loudspeaker
        self.rate = piece.rate
        chunk = AudioChunk(piece.data, piece.rate, self._position)
        self._position += len(chunk)
        await self._loudspeaker.play(chunk)

    async def complete(self) -> None:
        """Return when all was heard."""
        if self._loudspeaker is not None:
            await self._loudspeaker.drained()

    async def abandon(self) -> None:
        """Be silent now."""
        loudspeaker, self._loudspeaker = self._loudspeaker, None
        if loudspeaker is not None:
            loudspeaker.flush()
            await loudspeaker.close()
