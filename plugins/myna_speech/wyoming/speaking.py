"""Text to speech for one client: text may still be coming while its beginning is spoken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

import msgspec

from myna.audio import SAMPLE_BYTES, AudioChunk, pcm
from myna.engine.speech import SynthesizeRequest
from myna.errors import BadInput, ModelMissing, MynaError
from myna_speech.devices.resample import Resampler
from myna_speech.voices.chunker import Clause, SpeechChunker
from myna_speech.voices.script import Unsayable

if TYPE_CHECKING:
    from myna.engine.speech import Speech, Synthesizer
    from myna_speech.voices.speaking import Manner

    from .wire import Limits, Sender

EMPTY_RATE = 22_050
"""Samples a second (Hz) that are announced when nothing is said: what a voice of Piper usually has."""
_PIECE = 4096
"""Samples in one event."""


class VoiceData(msgspec.Struct, frozen=True):
    name: str | None = None
    language: str | None = None
    speaker: str | None = None


class SynthesizeData(msgspec.Struct, frozen=True):
    """Of the events `synthesize` and `synthesize-start`."""

    text: str = ""
    voice: VoiceData | None = None
    text_format: str | None = None


class ChunkData(msgspec.Struct, frozen=True):
    """Of the event `synthesize-chunk`."""

    text: str


class Speaking:
    """One text: `add` its pieces, `complete` it; `run` speaks."""

    def __init__(
        self,
        voice: Callable[[str], Awaitable[Synthesizer]],
        send: Sender,
        limits: Limits,
        manner: Manner,
        *,
        language: str,
    ) -> None:
        """`voice` finds the voice for a language; `language`: of the text, where its letters do not tell."""
        self._voice = voice
        self._send = send
        self._limits = limits
        self._manner = manner
        self._language = language
        self._pieces: asyncio.Queue[str | None] = asyncio.Queue()
        self._length = 0
        self._rate = 0
        self._resampler: Resampler | None = None
        self._resampled = 0
        self._position = 0

    def add(self, text: str) -> None:
        """Raises `BadInput` when there is more text than is allowed."""
        self._length += len(text)
        if self._length > self._limits.text:
            raise BadInput(f"more than {self._limits.text} characters to speak are refused")
        self._pieces.put_nowait(text)

    def complete(self) -> None:
        self._pieces.put_nowait(None)

    async def run(self) -> None:
        """Speak clause by clause.

        Raises:
            ModelMissing, Unsayable: there is no voice for any of it. A part in a script that no voice here can say is
                left out.
            MynaError: a voice failed.
        """
        from wyoming.audio import AudioStop

        chunker = SpeechChunker(self._language)
        left_out: MynaError | None = None
        while (text := await self._pieces.get()) is not None:
            left_out = await self._speak(chunker.feed(text)) or left_out
        left_out = await self._speak(chunker.finish()) or left_out
        if not self._rate:
            if left_out is not None:
                raise left_out
            await self._begin(EMPTY_RATE)
        await self._finish()
        await self._send(AudioStop(timestamp=self._milliseconds).event())

    async def _speak(self, clauses: list[Clause]) -> MynaError | None:
        left_out: MynaError | None = None
        for clause in clauses:
            if clause.spoken:
                try:
                    await self._say(clause)
                except (Unsayable, ModelMissing) as error:
                    left_out = error
        return left_out

    async def _say(self, clause: Clause) -> None:
        voice = await self._voice(clause.language)
        manner = self._manner
        request = SynthesizeRequest(
            clause.spoken, clause.language, speed=manner.speed, volume=manner.volume, speaker=manner.speaker
        )
        async with aclosing(voice.synthesize(request)) as pieces:  # type: ignore[type-var]
            async for piece in pieces:
                await self._deliver(piece)

    async def _deliver(self, piece: Speech) -> None:
        """Voices of two languages may have two rates; a client is told one."""
        if not self._rate:
            await self._begin(piece.rate)
        if piece.rate != self._resampled:
            await self._finish()
            self._resampler, self._resampled = Resampler(piece.rate, self._rate), piece.rate
        if piece.rate == self._rate or self._resampler is None:
            await self._send_sound(piece.data)
        else:
            await self._send_sound(pcm(self._resampler.feed(AudioChunk(piece.data, piece.rate).floats())))

    async def _begin(self, rate: int) -> None:
        from wyoming.audio import AudioStart

        self._rate = rate
        await self._send(AudioStart(rate=rate, width=SAMPLE_BYTES, channels=1, timestamp=0).event())

    async def _finish(self) -> None:
        if self._resampler is not None:
            await self._send_sound(pcm(self._resampler.finish()))

    async def _send_sound(self, data: bytes) -> None:
        from wyoming.audio import AudioChunk as SoundChunk

        for at in range(0, len(data), _PIECE * SAMPLE_BYTES):
            piece = data[at : at + _PIECE * SAMPLE_BYTES]
            chunk = SoundChunk(self._rate, SAMPLE_BYTES, 1, piece, timestamp=self._milliseconds)
            await self._send(chunk.event())
            self._position += len(piece) // SAMPLE_BYTES

    @property
    def _milliseconds(self) -> int:
        return self._position * 1000 // self._rate
