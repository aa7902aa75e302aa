"""One client that talks: its events in, those of the conversation out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.websockets import WebSocket, WebSocketDisconnect

from myna.errors import MynaError
from myna.voice_events import Final, NothingSaid, TurnDone
from myna_serve.api.speech import FOREIGN_VOICES
from myna_serve.faults import Fault, bad, fault_of
from myna_serve.responses.shapes import new_id
from myna_serve.streaming import STALL_S

from .asked import (
    Append,
    Cancel,
    Clear,
    ClearOutput,
    Commit,
    CreateItem,
    CreateResponse,
    Event,
    SessionUpdate,
    Truncate,
    event_id_of,
    event_of,
    shown_error,
)
from .call import Call
from .chosen import Chosen
from .line import Line, sound_of
from .outbox import Outbox
from .passing import passed
from .speaking import Speaking, encoded

if TYPE_CHECKING:
    from myna_serve.access.identity import Identity
    from myna_serve.service import Service

IDLE_S = 300.0
"""Seconds without any event after which a client is let go; sound alone comes many times a second."""

LONGEST_TEXT = 32_768
"""Characters of what is typed."""

POLICY, BROKEN = 1008, 1011
"""Why a connection ends (RFC 6455, section 7.4.1)."""


class Talking:
    """`run` it to its end."""

    def __init__(self, service: Service, who: Identity, socket: WebSocket, model: str) -> None:
        """`model`: as the assistant knows it."""
        self._service = service
        self._who = who
        self._socket = socket
        self._model = model
        self._id = new_id("sess")
        self._chosen = Chosen()
        self._outbox = Outbox()
        self._speaking = Speaking(by_hand=False, answers=True)
        self._call = Call(service.assistant, who.name, model, self._outbox)
        self._pressed = False
        self._wanted = False
        """A response was asked for before it was known what was said."""

    async def run(self) -> None:
        """Until the client goes, is idle for too long, or something that is needed fails."""
        sending = asyncio.create_task(self._send(), name="realtime: send")
        reading = asyncio.create_task(self._read(), name="realtime: read")
        try:
            async with asyncio.timeout(self._service.assistant.settings.serve.talk_s):
                self._reply({"type": "session.created", "session": await self._shown()})
                await asyncio.wait({sending, reading}, return_when=asyncio.FIRST_COMPLETED)
        except Fault as fault:
            # There is no model, say: who was let in already is told in an event.
            await self._give([shown_error(fault, None)])
            await self._close(BROKEN, fault.message)
        except TimeoutError:
            await self._close(POLICY, "the conversation has lasted long enough (serve.talk_s)")
        finally:
            for task in (sending, reading):
                task.cancel()
            await asyncio.gather(sending, reading, return_exceptions=True)
            await self._call.hang_up()
        for task in (sending, reading):
            if not task.cancelled() and (error := task.exception()) is not None and not _gone(error):
                raise error

    # out

    async def _send(self) -> None:
        while not self._outbox.full:
            item = await self._outbox.next()
            if isinstance(item, dict):
                await self._give([item])
            elif isinstance(item, bytes):
                await self._give(self._speaking.sound(item))
            else:
                if isinstance(item, Final) and self._chosen.answers and not await self._counted():
                    return
                await self._give(self._speaking.told(await self._passed(item) if isinstance(item, Final) else item))
                if isinstance(item, TurnDone):
                    self._service.metrics.used(item.usage)
                    tokens = item.usage.prompt_tokens + item.usage.completion_tokens
                    await self._service.access.used(self._who, tokens)
                await self._answer_late()

    async def _passed(self, said: Final) -> Final | NothingSaid:
        """What was said, as it may be told."""
        try:
            return await passed(self._service, self._who, said, answered=self._chosen.answers)
        except Fault as fault:
            await self._give([shown_error(fault, None)])
            return NothingSaid(at=said.at, reason="blocked")

    async def _give(self, events: Iterable[dict[str, Any]]) -> None:
        for event in events:
            async with asyncio.timeout(STALL_S):
                await self._socket.send_text(encoded(event))

    def _reply(self, event: dict[str, Any]) -> None:
        self._outbox.put(event)

    async def _counted(self) -> bool:
        """A question counts as a request does; who may ask no more is silenced."""
        try:
            await self._service.access.begin(self._who)
        except Fault as fault:
            await self._give([shown_error(fault, None)])
            await self._close(POLICY, fault.message)
            return False
        return True

    async def _answer_late(self) -> None:
        """Answer what a response was asked for before it was understood."""
        if not self._wanted or not (self._speaking.pending or self._speaking.deaf):
            return
        self._wanted = False
        if self._speaking.pending:
            try:
                await self._answer()
            except Fault as fault:
                self._reply(shown_error(fault, None))
        else:
            self._reply(shown_error(bad("nobody said anything", code="no_speech"), None))

    # in

    async def _read(self) -> None:
        while True:
            async with asyncio.timeout(IDLE_S):
                message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            # Frames of bytes may hold events too.
            data = message.get("text") or message.get("bytes") or b""
            try:
                await self._do(event_of(data))
            except Fault as fault:
                self._reply(shown_error(fault, event_id_of(data)))

    async def _do(self, event: Event) -> None:
        if isinstance(event, Append):
            await self._append(sound_of(event.audio))
        elif isinstance(event, Commit):
            await self._commit()
        elif isinstance(event, Clear):
            await self._clear()
        elif isinstance(event, SessionUpdate):
            await self._update(event.session)
        elif isinstance(event, CreateItem):
            self._type(event)
        elif isinstance(event, CreateResponse):
            await self._create(event.response)
        elif isinstance(event, Truncate):
            await self._truncate(event)
        elif isinstance(event, Cancel | ClearOutput):
            if not self._speaking.answering and isinstance(event, Cancel):
                raise bad("no response is under way", code="response_cancel_not_active")
            self._silence(None)

    async def _append(self, data: bytes) -> None:
        line = await self._open()
        if self._chosen.by_hand and not self._pressed:
            self._pressed = True
            line.mark("press")
        await line.feed(data)

    async def _commit(self) -> None:
        if not self._chosen.by_hand:
            raise bad("the server finds out where a turn ends (turn_detection)", code="turn_detection_active")
        line = self._call.line
        if not self._pressed or line is None:
            raise bad("there is no sound to commit", code="input_audio_buffer_commit_empty")
        self._pressed = False
        for event in self._speaking.committed():
            self._reply(event)
        line.mark("release")

    async def _clear(self) -> None:
        if (line := self._call.line) is not None and self._pressed:
            self._pressed = False
            line.mark("drop")
        self._reply({"type": "input_audio_buffer.cleared"})

    def _type(self, event: CreateItem) -> None:
        text = "\n".join(part.text for part in event.item.content)
        if event.item.role != "user" or not text.strip() or len(text) > LONGEST_TEXT:
            raise bad("only texts of the user can be added", "item", "unsupported_item")
        for shown in self._speaking.typed(event.item.id, text):
            self._reply(shown)

    async def _create(self, response: dict[str, Any] | None) -> None:
        other = sorted(set(response or {}) - {"output_modalities", "metadata", "conversation"})
        if other or (response or {}).get("conversation", "auto") != "auto":
            raise bad(
                f"response: {', '.join(other) or 'conversation'} is chosen for the session", "response", "unsupported"
            )
        if self._speaking.answering:
            raise bad("a response is under way", code="conversation_already_has_active_response")
        if self._speaking.pending:
            await self._answer()
        elif self._pressed or not self._call.open:
            raise bad("there is nothing to answer", code="nothing_to_answer")
        else:
            self._wanted = True

    async def _answer(self) -> None:
        question = "\n".join(self._speaking.pending)
        await self._service.access.begin(self._who)
        await self._open()
        for event in self._speaking.begin():
            self._reply(event)
        self._call.ask(question, self._chosen.language)

    async def _truncate(self, event: Truncate) -> None:
        if self._speaking.answering:
            self._silence(event.audio_end_ms / 1e3)
        end = {"content_index": event.content_index, "audio_end_ms": event.audio_end_ms}
        self._reply({"type": "conversation.item.truncated", "item_id": event.item_id, **end})

    def _silence(self, heard_s: float | None) -> None:
        self._outbox.drop_sound()
        self._call.silence(heard_s)

    async def _update(self, session: dict[str, Any]) -> None:
        chosen = self._chosen.updated(session)
        name = "" if chosen.voice.lower() in FOREIGN_VOICES else await self._service.models.voice(chosen.voice)
        chosen = msgspec.structs.replace(chosen, voice=name)
        if self._call.open and chosen != self._chosen:
            # Opened again when it is needed, with the same history.
            await self._call.hang_up()
            self._outbox.drop_call()
            for event in self._speaking.hung_up():
                self._reply(event)
        self._chosen = chosen
        self._speaking.by_hand, self._speaking.answers = chosen.by_hand, chosen.answers
        self._reply({"type": "session.updated", "session": await self._shown()})

    async def _open(self) -> Line:
        """Raises `Fault`."""
        if (line := self._call.line) is not None and self._call.open:
            return line
        self._pressed = False
        return await self._call.begin(self._chosen)

    async def _shown(self) -> dict[str, Any]:
        try:
            model = (await self._service.assistant.resolve(self._model)).name
        except MynaError as error:
            raise fault_of(error) from error
        return self._chosen.shown(self._id, model)

    async def _close(self, code: int, reason: str) -> None:
        try:
            async with asyncio.timeout(STALL_S):
                await self._socket.close(code, reason[:100])
        except (OSError, RuntimeError):
            return  # it is gone already


def _gone(error: BaseException) -> bool:
    """Whether a task ended because the client did."""
    return isinstance(error, WebSocketDisconnect | OSError)
