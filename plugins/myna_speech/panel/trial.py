"""Trying out the microphone and the voice. The sound stays in memory, and is forgotten afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from myna.audio import SAMPLE_BYTES, SPEECH_RATE, AudioChunk
from myna.engine.speech import NoSpeech, TranscribeRequest
from myna.errors import BadInput, DeviceMissing, MynaError

from ..session.level import LevelMeter
from .told import Board

if TYPE_CHECKING:
    from myna.devices import Loudspeaker
    from myna.panel import Desk

    from .equipment import Equipment

RECORDED_S = 3
"""Seconds: long enough for a sentence, short enough to be waited for twice."""

QUIET = 0.25
"""A level (-45 dB) that speech beside a microphone passes by far; whoever stays below it was not heard."""

PIECE = SPEECH_RATE // 10
"""Samples that are handed to the loudspeaker at once."""

LONGEST_TEXT = 300
"""Characters of a sentence to try a voice with."""


class Trial:
    """One at a time. State: `trial` (`recording`, `playing`, `understanding`, `speaking` or empty), `left` (seconds),
    `heard` (what was understood), `quiet` (nothing was heard)."""

    def __init__(self, desk: Desk, board: Board, equipment: Equipment) -> None:
        self._desk = desk
        self._board = board
        self._equipment = equipment
        self._task: asyncio.Task[None] | None = None

    async def microphone(self) -> None:
        """Record, play what was recorded, and say what was understood."""
        self._board.show(heard="", quiet=False)
        await self._alone("microphone", self._record())

    async def voice(self, text: str, language: str) -> None:
        """Speak `text`, which is in `language` where its letters do not tell."""
        await self._alone("voice", self._speak(text.strip()[:LONGEST_TEXT], language))

    async def end(self) -> None:
        """Returns when the devices are closed."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _alone(self, place: str, work: Coroutine[Any, Any, None]) -> None:
        await self.end()
        self._board.calm()
        task = self._task = asyncio.create_task(work, name=f"trial: {place}")
        try:
            await task
        except MynaError as error:
            self._board.trouble(place, error)
        except asyncio.CancelledError:
            # Whoever waits for it was cancelled, or it was ended.
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
        finally:
            if self._task is task or self._task is None:
                self._task = None
                self._board.show(trial="", left=0, level=0.0)

    async def _record(self) -> None:
        settings = self._desk.settings.speech
        self._board.show(trial="recording", left=RECORDED_S)
        loudest = 0.0

        def measured(level: float) -> None:
            nonlocal loudest
            loudest = max(loudest, level)
            self._board.show(level=round(level, 2))

        sound, meter = bytearray(), LevelMeter(measured)
        async with aclosing(self._equipment.microphone(settings).listen()) as heard:  # type: ignore[type-var]
            async for item in heard:
                if not isinstance(item, AudioChunk):
                    if item.kind == "lost":
                        raise DeviceMissing(f"{item.name} is gone", hint="plug it in again")
                    continue
                sound += item.data
                meter.feed(item)
                seconds = len(sound) / SAMPLE_BYTES / SPEECH_RATE
                self._board.show(left=max(0, RECORDED_S - int(seconds)))
                if seconds >= RECORDED_S:
                    break
        self._board.show(level=0.0, quiet=loudest < QUIET, trial="playing")
        await self._play(_pieces(bytes(sound)))
        if loudest < QUIET:
            return
        self._board.show(trial="understanding")
        transcriber = await self._equipment.transcriber(settings)
        result = await transcriber.transcribe(TranscribeRequest(bytes(sound), languages=settings.languages))
        if isinstance(result, NoSpeech):
            self._board.show(quiet=True)
        else:
            self._board.show(heard=result.text.strip())

    async def _speak(self, text: str, language: str) -> None:
        if not text:
            raise BadInput(
                "there is nothing to say in this text", hint="give words; emoji and punctuation make no sound"
            )
        settings = self._desk.settings.speech
        self._board.show(trial="speaking")

        async def chunks() -> AsyncIterator[AudioChunk]:
            position = 0
            async with aclosing(self._equipment.speech(settings, text, language)) as pieces:  # type: ignore[type-var]
                async for piece in pieces:
                    chunk = piece.chunk(position)
                    position += len(chunk)
                    yield chunk

        await self._play(chunks())

    async def _play(self, chunks: AsyncIterator[AudioChunk]) -> None:
        loudspeaker: Loudspeaker = self._equipment.loudspeaker(self._desk.settings.speech)
        await loudspeaker.open()
        try:
            async with aclosing(chunks) as pieces:  # type: ignore[type-var]
                async for chunk in pieces:
                    await loudspeaker.play(chunk)
            await loudspeaker.drained()
        finally:
            await loudspeaker.close()


async def _pieces(sound: bytes) -> AsyncIterator[AudioChunk]:
    for at in range(0, len(sound), PIECE * SAMPLE_BYTES):
        yield AudioChunk(sound[at : at + PIECE * SAMPLE_BYTES], position=at // SAMPLE_BYTES)
