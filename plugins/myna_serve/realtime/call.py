"""The conversation behind a line: opened when it is needed, with one history however often."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from myna.errors import MynaError
from myna.hookspecs import VoiceCall, VoiceTalk
from myna.voice_events import TurnDone
from myna_serve.faults import fault_of

from .asked import shown_error
from .chosen import Chosen
from .line import Line
from .outbox import Outbox

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.conversation import Conversation


class Call:
    def __init__(self, assistant: Assistant, client: str, model: str, outbox: Outbox) -> None:
        """`client`: who talks, for the record. `model`: as the assistant knows it."""
        self._assistant = assistant
        self._client = client
        self._model = model
        self._outbox = outbox
        self._conversation: Conversation | None = None
        self._talk: VoiceTalk | None = None
        self._running: asyncio.Task[None] | None = None
        self._later = ("", "")
        """A question for when the conversation is open, and its language."""
        self.line: Line | None = None

    @property
    def open(self) -> bool:
        """Whether somebody listens at the other end, or will."""
        return self._running is not None and not self._running.done()

    async def begin(self, chosen: Chosen) -> Line:
        """A line, behind which a conversation is being opened. Raises `Fault`."""
        await self.hang_up()
        settings = self._assistant.settings
        try:
            if self._conversation is None:
                self._conversation = await self._assistant.conversation(
                    model=self._model, system=chosen.instructions, record=False, client=self._client
                )
        except MynaError as error:
            raise fault_of(error) from error
        if chosen.instructions is not None:
            self._conversation.system = chosen.instructions
        options = msgspec.structs.replace(self._assistant.default_options(), max_tokens=chosen.max_tokens)
        line = self.line = Line(self._outbox)
        speech = chosen.speech(settings.speech)
        call = VoiceCall(line, self._assistant, self._conversation, speech, self._outbox.put, options, chosen.answers)
        self._running = asyncio.create_task(self._converse(call), name="realtime: talk")
        return line

    def ask(self, question: str, language: str) -> None:
        """Have a text answered."""
        if self._talk is not None:
            self._talk.ask(question, language)
        else:
            self._later = question, language

    def silence(self, heard_s: float | None) -> None:
        """End the answer that is being spoken, if one is."""
        if self._talk is not None:
            self._talk.silence(heard_s)

    async def hang_up(self) -> None:
        """End the conversation; its history stays."""
        running, self._running = self._running, None
        self._later = ("", "")
        if self.line is not None:
            self.line.end()
            self.line = None
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _converse(self, call: VoiceCall) -> None:
        try:
            self._talk = await self._assistant.host.open_voice(call)
            (question, language), self._later = self._later, ("", "")
            if question:
                self._talk.ask(question, language)
            await self._talk.run()
        except MynaError as error:
            self._outbox.put(shown_error(fault_of(error), None))
            # Whoever waits for an answer is told that there is none.
            ended = TurnDone(at=0.0, question="", text="", reason="error", timings={}, error=error.info())
            self._outbox.put(ended)
        finally:
            self._talk = None
