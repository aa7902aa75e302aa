"""One client: its events in order, one piece of work at a time, which ends when the client goes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from myna.errors import BadInput, MynaError
from myna_speech.recognition.models import transcriber_for
from myna_speech.voices.speaking import Manner
from myna_speech.voices.voice import Voices

from .handling import Conversations, TranscriptData
from .hearing import AudioData, Hearing, TranscribeData
from .info import describe
from .speaking import ChunkData, Speaking, SynthesizeData, VoiceData
from .wire import Event, Limits, Sender, read_data, read_event

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.engine.speech import Transcriber


LINGER_S = 1.0
"""Seconds for which a client that is let go may still send; all of it is dropped."""
LINGER_READS = 64


_Work = Callable[[], Awaitable[None]]
"""What makes a coroutine: one that is made and never begun would be complained about."""


class PingData(msgspec.Struct, frozen=True):
    text: str | None = None


class Connection:
    """`serve` it to its end."""

    def __init__(
        self,
        assistant: Assistant,
        conversations: Conversations,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        limits: Limits,
    ) -> None:
        self._assistant = assistant
        self._conversations = conversations
        self._reader = reader
        self._writer = writer
        self._limits = limits
        self._send = Sender(writer, limits)
        self._work: asyncio.Task[None] | None = None
        self._asked = TranscribeData()
        self._hearing: Hearing | None = None
        self._speaking: Speaking | None = None
        self._handlers: dict[str, Callable[[Event], Awaitable[None]]] = {
            "describe": self._describe,
            "ping": self._ping,
            "transcript": self._answer,
            "transcribe": self._transcribe,
            "audio-start": self._audio_start,
            "audio-chunk": self._audio_chunk,
            "audio-stop": self._audio_stop,
            "synthesize": self._synthesize,
            "synthesize-start": self._synthesize_start,
            "synthesize-chunk": self._synthesize_chunk,
            "synthesize-stop": self._synthesize_stop,
        }

    async def serve(self) -> None:
        """Until the client goes, is idle for too long, or sends what is no event. Raises `ConnectionError`."""
        try:
            while (event := await self._next()) is not None:
                await self._handle(event)
        except BadInput as error:
            await self._stop()
            await self._tell(error)
            await self._linger()
        finally:
            await self._stop()

    async def _next(self) -> Event | None:
        while True:
            try:
                async with asyncio.timeout(self._limits.idle_s):
                    return await read_event(self._reader, self._limits)
            except TimeoutError:
                # Whoever waits for an answer, or is told one, is not idle.
                if self._work is None or self._work.done():
                    return None

    async def _linger(self) -> None:
        """Let go of a client in a way that lets it read why: closing with bytes unread would take that from it."""
        with contextlib.suppress(OSError):
            self._writer.write_eof()
            async with asyncio.timeout(LINGER_S):
                for _ in range(LINGER_READS):
                    if not await self._reader.read(self._limits.line):
                        return

    async def _handle(self, event: Event) -> None:
        """What is not known is dropped, as the protocol wants it."""
        handler = self._handlers.get(event.type)
        if handler is not None:
            await handler(event)

    async def _describe(self, event: Event) -> None:
        info = await asyncio.to_thread(describe, self._assistant.paths.models, self._assistant.settings)
        await self._send(info.event())

    async def _ping(self, event: Event) -> None:
        from wyoming.ping import Pong

        await self._send(Pong(read_data(event, PingData).text).event())

    async def _answer(self, event: Event) -> None:
        asked = read_data(event, TranscriptData)
        await self._settled()
        self._begin(partial(self._conversations.answer, asked, self._send, self._limits))

    # speech to text

    async def _transcribe(self, event: Event) -> None:
        self._asked = read_data(event, TranscribeData)

    async def _audio_start(self, event: Event) -> None:
        form = read_data(event, AudioData)
        await self._settled()
        language = self._asked.language or ""
        self._hearing = Hearing(
            partial(self._transcriber, language, self._asked.name or ""),
            self._send,
            self._limits,
            language=language,
            languages=() if language else self._assistant.settings.speech.languages,
        )
        self._begin(self._hearing.run)
        self._hearing.add(form, event.payload)

    async def _audio_chunk(self, event: Event) -> None:
        if self._hearing is None:
            await self._audio_start(event)
        else:
            self._hearing.add(read_data(event, AudioData), event.payload)

    async def _audio_stop(self, event: Event) -> None:
        hearing, self._hearing, self._asked = self._hearing, None, TranscribeData()
        if hearing is not None:
            hearing.complete()

    async def _transcriber(self, language: str, name: str) -> Transcriber:
        client = await transcriber_for(self._assistant, language, name)
        # It is loaded while sound still comes.
        client.preload()
        return client

    # text to speech

    async def _synthesize(self, event: Event) -> None:
        if self._speaking is not None:
            return  # within a stream it is a copy of the whole text, for servers that do not stream
        asked = read_data(event, SynthesizeData)
        speaking = self._new_speaking(asked)
        speaking.add(asked.text)
        speaking.complete()
        await self._settled()
        self._begin(speaking.run)

    async def _synthesize_start(self, event: Event) -> None:
        asked = read_data(event, SynthesizeData)
        await self._settled()
        self._speaking = self._new_speaking(asked)
        self._begin(partial(self._stream, self._speaking))

    async def _synthesize_chunk(self, event: Event) -> None:
        if self._speaking is not None:
            self._speaking.add(read_data(event, ChunkData).text)

    async def _synthesize_stop(self, event: Event) -> None:
        speaking, self._speaking = self._speaking, None
        if speaking is not None:
            speaking.complete()

    def _new_speaking(self, asked: SynthesizeData) -> Speaking:
        if asked.text_format not in {None, "", "text"}:
            raise BadInput(f"texts in the format {asked.text_format} cannot be spoken")
        chosen = asked.voice or VoiceData()
        settings = self._assistant.settings.speech
        voices = Voices(self._assistant, chosen.name or "", only=bool(chosen.name))
        manner = Manner(settings.speed, settings.volume, chosen.speaker or "")
        language = chosen.language or (settings.languages[0] if settings.languages else "en")
        return Speaking(voices.voice, self._send, self._limits, manner, language=language)

    async def _stream(self, speaking: Speaking) -> None:
        from wyoming.tts import SynthesizeStopped

        await self._guarded(speaking.run)
        # A client that streams waits for this, whatever became of its text.
        await self._send(SynthesizeStopped().event())

    # work

    def _begin(self, work: _Work) -> None:
        """To be called when what was before is `_settled`."""
        self._work = asyncio.create_task(self._guarded(work))

    async def _guarded(self, work: _Work) -> None:
        """An answer that cannot be given is told, and the connection goes on."""
        try:
            await work()
        except MynaError as error:
            await self._tell(error)

    async def _settled(self) -> None:
        """Wait for the work before; what was not completed is given up."""
        if self._hearing is not None or self._speaking is not None:
            await self._stop()
        work, self._work = self._work, None
        if work is not None:
            await work

    async def _stop(self) -> None:
        self._hearing = self._speaking = None
        work, self._work = self._work, None
        if work is not None:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await work

    async def _tell(self, error: MynaError) -> None:
        from wyoming.error import Error

        with contextlib.suppress(ConnectionError):
            await self._send(Error(error.message, error.code).event())
