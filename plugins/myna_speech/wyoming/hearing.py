"""Speech to text for one client: sound comes in any form, text goes out while it comes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from myna.audio import SAMPLE_BYTES, SPEECH_RATE, pcm
from myna.engine.speech import NoSpeech, Transcriber, TranscribeRequest
from myna.engine.speech import Transcript as Heard
from myna.errors import BadInput
from myna_speech.devices.resample import Resampler
from myna_speech.devices.wav import FASTEST, MOST_CHANNELS, SLOWEST, WavFormat, decode
from myna_speech.recognition.agreement import LocalAgreement, join_units, split_units

if TYPE_CHECKING:
    from .wire import Limits, Sender

PARTIAL_S = 1.0
"""Seconds of new sound between two passes over what was said so far."""


class TranscribeData(msgspec.Struct, frozen=True):
    """Of the event `transcribe`."""

    name: str | None = None
    language: str | None = None


class AudioData(msgspec.Struct, frozen=True):
    """Of the events `audio-start` and `audio-chunk`."""

    rate: Annotated[int, msgspec.Meta(ge=SLOWEST, le=FASTEST)]
    width: Annotated[int, msgspec.Meta(ge=1, le=4)]
    """Bytes of a sample."""
    channels: Annotated[int, msgspec.Meta(ge=1, le=MOST_CHANNELS)]

    def format(self) -> WavFormat:
        return WavFormat(1, self.channels, self.rate, self.width * 8, 0, 0)


class Hearing:
    """One utterance: `add` its sound, `complete` it; `run` answers."""

    def __init__(
        self,
        transcriber: Callable[[], Awaitable[Transcriber]],
        send: Sender,
        limits: Limits,
        *,
        language: str = "",
        languages: tuple[str, ...] = (),
    ) -> None:
        self._transcriber = transcriber
        self._send = send
        self._limits = limits
        self._language = language
        self._languages = languages
        self._sound = bytearray()
        self._form: AudioData | None = None
        self._rest = b""
        self._resampler: Resampler | None = None
        self._complete = asyncio.Event()
        self._more = asyncio.Event()
        self._begun = False
        self._sent = ""

    @property
    def seconds(self) -> float:
        return len(self._sound) / SAMPLE_BYTES / SPEECH_RATE

    def add(self, form: AudioData, data: bytes) -> None:
        """Raises `BadInput` when there is more sound than is allowed."""
        if form != self._form or self._resampler is None:
            self._finish()
            self._form, self._resampler = form, Resampler(form.rate, SPEECH_RATE)
        data = self._rest + data
        whole = len(data) - len(data) % form.format().frame
        self._rest = data[whole:]
        if whole:
            self._sound += pcm(self._resampler.feed(decode(data[:whole], form.format())))
        if self.seconds > self._limits.audio_s:
            raise BadInput(f"more than {self._limits.audio_s:.0f} seconds of sound in one question are refused")
        self._more.set()

    def complete(self) -> None:
        """All of it was said."""
        self._finish()
        self._complete.set()
        self._more.set()

    async def run(self) -> None:
        """Send what is stable of the text while sound comes, and all of it in the end.

        Raises:
            MynaError: it cannot be transcribed.
        """
        from wyoming.asr import Transcript, TranscriptStop

        transcriber = await self._transcriber()
        await self._while_it_comes(transcriber)
        heard = await transcriber.transcribe(self._request())
        text = "" if isinstance(heard, NoSpeech) else heard.text
        language = None if isinstance(heard, NoSpeech) else heard.language or None
        # What was sent stays sent; the transcript has the last word.
        known = len(split_units(self._sent))
        exactly = text.startswith(self._sent)
        await self._send_more(text[len(self._sent) :] if exactly else join_units(split_units(text)[known:]))
        await self._send(Transcript(text, language=language).event())
        await self._send(TranscriptStop().event())

    async def _while_it_comes(self, transcriber: Transcriber) -> None:
        agreement, after = LocalAgreement(), PARTIAL_S
        complete: asyncio.Task[Any] = asyncio.create_task(self._complete.wait())
        try:
            while not self._complete.is_set():
                self._more.clear()
                if self.seconds < after:
                    await self._more.wait()
                    continue
                after = self.seconds + PARTIAL_S
                heard = await self._unless(complete, transcriber)
                if isinstance(heard, Heard):
                    stable, _ = agreement.feed(split_units(heard.text))
                    await self._send_more(stable[len(self._sent) :])
                    self._sent = stable
        finally:
            complete.cancel()

    async def _unless(self, complete: asyncio.Task[Any], transcriber: Transcriber) -> Heard | NoSpeech | None:
        """A quick pass over what was said so far; None when the end comes before it is done."""
        passing = asyncio.create_task(self._pass(transcriber))
        try:
            await asyncio.wait({passing, complete}, return_when=asyncio.FIRST_COMPLETED)
            return passing.result() if passing.done() else None
        finally:
            if not passing.done():
                passing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await passing

    async def _pass(self, transcriber: Transcriber) -> Heard | NoSpeech:
        return await transcriber.transcribe(self._request(partial=True))

    def _request(self, *, partial: bool = False) -> TranscribeRequest:
        return TranscribeRequest(bytes(self._sound), self._language, self._languages, partial=partial)

    async def _send_more(self, text: str) -> None:
        from wyoming.asr import TranscriptChunk, TranscriptStart

        if not self._begun:
            self._begun = True
            await self._send(TranscriptStart(language=self._language or None).event())
        if text:
            await self._send(TranscriptChunk(text).event())

    def _finish(self) -> None:
        if self._resampler is not None:
            self._sound += pcm(self._resampler.finish())
        self._rest = b""
