"""A text from its letters to its sound: cut, read, and spoken clause by clause, each by the voice of its language."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import msgspec

from myna.engine.speech import Speech, SynthesizeRequest
from myna.engine.speech_clients import SynthesizerClient
from myna.errors import BadInput, ModelMissing, MynaError

from .chunker import Clause, SpeechChunker
from .script import Unsayable

_SLICE = 4096
"""Characters of a long text that are cut at once; the rest waits until they are spoken."""


class Manner(msgspec.Struct, frozen=True):
    """How it is spoken."""

    speed: float = 1.0
    volume: float = 1.0
    speaker: str = ""


class Speaking:
    """Speaks one text. Iterate over `sound` once; afterwards the figures are known."""

    def __init__(self, voice: Callable[[str], Awaitable[SynthesizerClient]], manner: Manner) -> None:
        """`voice` finds the voice for a language."""
        self._voice = voice
        self._manner = manner
        self.load_ms = 0.0
        """Until the first voice was loaded."""
        self.first_ms = 0.0
        """From then to the first sound."""
        self.making_s = 0.0
        """Seconds that all sound took to make."""
        self.seconds = 0.0
        """Of sound."""
        self.languages: list[str] = []
        """That were spoken, in the order in which they came."""
        self.left_out: MynaError | None = None
        """Why a part of the text was not spoken, if one was not: no voice here can say it."""

    async def sound(self, text: str, language: str) -> AsyncGenerator[Speech, None]:
        """The sound of `text` as it is made.

        Raises:
            BadInput: there is nothing to say in it.
            Unsayable: its voice cannot say any of it.
            ModelMissing: there is no voice for any of it.
        """
        chunker = SpeechChunker(language)
        for at in range(0, len(text), _SLICE):
            async for piece in self._clauses(chunker.feed(text[at : at + _SLICE])):
                yield piece
        async for piece in self._clauses(chunker.finish()):
            yield piece
        if not self.seconds:
            raise self.left_out or BadInput(
                "there is nothing to say in this text", hint="give words; emoji and punctuation make no sound"
            )

    async def _clauses(self, clauses: list[Clause]) -> AsyncIterator[Speech]:
        for clause in clauses:
            if not clause.spoken:
                continue
            try:
                async with aclosing(self._clause(clause)) as pieces:
                    async for piece in pieces:
                        yield piece
            except (Unsayable, ModelMissing) as error:
                # A word in a script that nobody here can say is no reason to say nothing.
                self.left_out = self.left_out or error

    async def _clause(self, clause: Clause) -> AsyncGenerator[Speech, None]:
        started = time.perf_counter()
        voice = await self._voice(clause.language)
        await voice.info()
        loaded = time.perf_counter()
        if not self.load_ms:
            self.load_ms = (loaded - started) * 1e3
        manner = self._manner
        request = SynthesizeRequest(
            clause.spoken, clause.language, speed=manner.speed, volume=manner.volume, speaker=manner.speaker
        )
        moment = loaded
        async with aclosing(voice.synthesize(request)) as pieces:
            async for piece in pieces:
                now = time.perf_counter()
                self.making_s += now - moment
                self.first_ms = self.first_ms or (now - loaded) * 1e3
                self.seconds += len(piece.chunk()) / piece.rate
                if clause.language not in self.languages:
                    self.languages.append(clause.language)
                yield piece
                moment = time.perf_counter()
        self.making_s += time.perf_counter() - moment
