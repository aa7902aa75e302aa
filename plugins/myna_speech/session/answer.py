"""An answer on its way: asked, read, spoken clause by clause. It may begin before its question is certain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Protocol

import msgspec

from myna.conversation import Conversation
from myna.devices import Loudspeaker
from myna.draft import AskOptions
from myna.engine.speech import Speech, Synthesizer, SynthesizeRequest
from myna.errors import ErrorInfo, MynaError
from myna.events import TextComplete, TextDelta, TurnFinished

from .playback import Clause, Part, Script
from .timings import Stages

QUEUED_CLAUSES = 32
"""Clauses that wait for the voice; then the model waits."""

APOLOGIES = {"en": "Sorry, something went wrong.", "zh": "抱歉，出了点问题。"}


class Chunker(Protocol):
    """Cuts an answer into clauses as it comes."""

    def feed(self, text: str) -> Sequence[Clause]: ...

    def finish(self) -> Sequence[Clause]: ...


class Speaking(msgspec.Struct, frozen=True):
    """What an answer is spoken with."""

    loudspeaker: Loudspeaker
    voices: Callable[[str], Awaitable[Synthesizer]]
    """A voice for a language."""
    chunker: Callable[[str], Chunker]
    """A chunker for the language that was spoken."""
    speed: float = 1.0
    volume: float = 1.0


class _Aside(msgspec.Struct, frozen=True):
    """Words that are no part of the answer."""

    spoken: str
    language: str
    text: str = ""


@asynccontextmanager
async def _closed(pieces: AsyncIterator[Speech]) -> AsyncIterator[AsyncIterator[Speech]]:
    """`pieces`, closed in the end: that cancels what is still being made."""
    try:
        yield pieces
    finally:
        if isinstance(pieces, AsyncGenerator):
            await pieces.aclose()


class Answer:
    """Until `confirm` nothing of it is heard, shown or kept, and `discard` leaves no trace."""

    def __init__(
        self,
        conversation: Conversation,
        question: str,
        language: str,
        speaking: Speaking,
        stages: Stages,
        *,
        options: AskOptions | None,
        show: Callable[[str], None],
        ready: Callable[[Answer], None],
        spoken: Callable[[ErrorInfo | None], None],
        over: Callable[[Answer], None],
    ) -> None:
        """`show` gets the text once it counts, `ready` is called when the first sound is there, or when it is known
        that there is none, `spoken` when the loudspeaker has all of it, with what it broke off with, and `over` when
        all has ended."""
        self.question = question
        self.language = language
        self.finished: TurnFinished | None = None
        self.stages = stages
        self.ready = False
        """Nothing is waited for but `confirm`."""
        self.sounding = False
        """Some of it was handed to the loudspeaker."""
        self._speaking = speaking
        self._show = show
        self._on_ready = ready
        self._on_spoken = spoken
        self._error: ErrorInfo | None = None
        self._over = over
        self._confirmed = asyncio.Event()
        self._delivered = asyncio.Event()
        self._decided = asyncio.Event()
        """It is confirmed, or not wanted any more."""
        self._stopped = False
        self._end_of_speech = 0
        self._base = 0.0
        self._position = 0
        self._script = Script()
        self._first_sound = asyncio.Event()
        self._unshown: list[str] = []
        self._clauses: asyncio.Queue[Clause | None] = asyncio.Queue(QUEUED_CLAUSES)
        self._beside = conversation.beside
        self._parts = self._beside.question(question)
        self._turn = conversation.ask(
            self._parts, options=options, confirmed=self._confirmed, delivered=self._delivered
        )
        self._reader = asyncio.create_task(self._read(), name="answer: read")
        self._speaker = asyncio.create_task(self._speak(), name="answer: speak")
        self.task = asyncio.create_task(self._whole(), name="answer")
        """Ends when nothing of it runs any more."""

    @property
    def confirmed(self) -> bool:
        return self._confirmed.is_set()

    @property
    def heard_s(self) -> float:
        """Seconds of it that were heard."""
        return self._speaking.loudspeaker.heard - self._base if self.sounding else 0.0

    def confirm(self, end: int) -> None:
        """The question is certain; its speech ended at position `end`."""
        self._end_of_speech = end
        self._confirmed.set()
        self._decided.set()
        self._beside.take(self._parts)
        shown, self._unshown = self._unshown, []
        for text in shown:
            self._show(text)

    def discard(self) -> None:
        """It was not wanted."""
        self._halt()
        self._turn.cancel()

    def stop(self, heard_s: float | None = None) -> str:
        """Cut it short: nothing of it is heard from now on. Returns what was heard, which is what is kept.

        `heard_s`: seconds of it that were heard, where whoever listens knows better than the loudspeaker.
        """
        heard = self._script.heard(self.heard_s if heard_s is None else heard_s)
        self._halt()
        self._measure()
        self._speaking.loudspeaker.flush()
        self._turn.heard(heard)
        return heard

    def look(self) -> bool:
        """Whether the first sound of it was heard since the last look."""
        if "voice_audio_played" in self.stages or self.heard_s <= 0:
            return False
        # A file may take in one moment what takes seconds to hear.
        self.stages.mark("voice_audio_played", ago=self.heard_s, after="voice_audio_written")
        return True

    async def _whole(self) -> None:
        try:
            error = await _error_of(self._speaker)
            self._first_sound.set()
            if error is not None and not self._stopped:
                # What was queued is still heard; nothing can be said about it any more.
                await self._certain()
                if not self._stopped:
                    await self._speaking.loudspeaker.drained()
                # Meanwhile it may have been discarded or cut short.
                if not self._stopped:
                    self._halt()
                    self._turn.heard(self._script.heard(self.heard_s), error=error)
            self.look()
            self._measure()
            self._delivered.set()
            await self._reader
        finally:
            self._speaker.cancel()
            self._reader.cancel()
            self._over(self)

    def _halt(self) -> None:
        self._stopped = True
        self._first_sound.set()
        self._decided.set()
        self._speaker.cancel()
        # The reader may wait for a place in the queue.
        while not self._clauses.empty():
            self._clauses.get_nowait()

    def _measure(self) -> None:
        if self.confirmed:
            self._turn.measured(self.stages.since(self._end_of_speech))

    async def _read(self) -> None:
        chunker = self._speaking.chunker(self.language)
        complete = False
        async with aclosing(aiter(self._turn)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    self.stages.mark("voice_first_token")
                    self._text(event.text)
                    await self._queue(chunker.feed(event.text))
                    await self._hold()
                elif isinstance(event, TextComplete):
                    complete = True
                    await self._queue(chunker.finish())
                    await self._end(event.error)
                elif isinstance(event, TurnFinished):
                    self.finished = event
                    if not complete:
                        await self._end(event.error)

    async def _hold(self) -> None:
        """Let the voice have the processor for the first words: not reading holds up the model."""
        if "voice_first_sentence" in self.stages and not self._stopped:
            await self._first_sound.wait()

    def _text(self, text: str) -> None:
        if self.confirmed and not self._stopped:
            self._show(text)
        else:
            self._unshown.append(text)

    async def _queue(self, clauses: Sequence[Clause]) -> None:
        for clause in clauses:
            if clause.spoken.strip():
                self.stages.mark("voice_first_sentence")
            if not self._stopped:
                await self._clauses.put(clause)

    async def _end(self, error: ErrorInfo | None) -> None:
        self._error = error
        if self._stopped:
            return
        if error is not None:
            said = error.message if error.code == "blocked" else APOLOGIES.get(self.language[:2], APOLOGIES["en"])
            await self._clauses.put(_Aside(said, self.language))
        await self._clauses.put(None)

    async def _speak(self) -> None:
        while (clause := await self._clauses.get()) is not None:
            part = self._script.begin(clause)
            if clause.spoken.strip():
                voice = await self._speaking.voices(clause.language)
                request = SynthesizeRequest(
                    clause.spoken, clause.language, speed=self._speaking.speed, volume=self._speaking.volume
                )
                async with _closed(voice.synthesize(request)) as pieces:
                    async for piece in pieces:
                        await self._play(part, piece)
                # Also when there was nothing in it that can be said: the model must not wait for it any longer.
                self._first_sound.set()
            part.complete = True
        await self._certain()
        if not self._stopped:
            self._on_spoken(self._error)
        await self._speaking.loudspeaker.drained()

    async def _certain(self) -> None:
        """Wait until the question is certain, or the answer not wanted any more."""
        if not self.ready:
            self.ready = True
            self._on_ready(self)
        await self._decided.wait()

    async def _play(self, part: Part, piece: Speech) -> None:
        self._first_sound.set()
        # Made before the question was certain, and heard after.
        await self._certain()
        if self._stopped:
            return
        loudspeaker = self._speaking.loudspeaker
        if not self.sounding:
            self.sounding = True
            self._base = loudspeaker.heard + loudspeaker.queued
        chunk = piece.chunk(self._position)
        self._position += len(chunk)
        part.seconds += chunk.seconds
        self.stages.mark("voice_audio_written")
        await loudspeaker.play(chunk)


async def _error_of(task: asyncio.Task[None]) -> MynaError | None:
    """The error that `task` ends with; None also when it is cancelled. A defect is raised."""
    await asyncio.wait([task])
    if task.cancelled():
        return None
    error = task.exception()
    if error is None or isinstance(error, MynaError):
        return error
    raise error
