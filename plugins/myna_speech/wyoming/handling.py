"""Answers for clients: a text comes in, goes through a conversation, and its answer streams out."""

from __future__ import annotations

import uuid
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import msgspec

from myna.errors import BadInput
from myna.events import TextDelta, TurnFinished

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.conversation import Conversation

    from .wire import Limits, Sender

MOST_CONVERSATIONS = 64
"""That are kept in memory; the least recently used goes first, and begins anew when it is asked for again."""


class TranscriptData(msgspec.Struct, frozen=True):
    """Of the event `transcript`, which a client sends to have it answered."""

    text: str
    language: str | None = None
    context: dict[str, Any] | None = None


class Conversations:
    """By the identifiers that clients have for them."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._known: OrderedDict[str, Conversation] = OrderedDict()

    async def get(self, key: str) -> Conversation:
        found = self._known.pop(key, None) or await self._assistant.conversation()
        self._known[key] = found
        while len(self._known) > MOST_CONVERSATIONS:
            self._known.popitem(last=False)
        return found

    async def answer(self, asked: TranscriptData, send: Sender, limits: Limits) -> None:
        """Raises `BadInput` for a text that is empty or too long."""
        from wyoming.handle import Handled, HandledChunk, HandledStart, HandledStop, NotHandled

        if not asked.text.strip():
            raise BadInput("the text to answer is empty")
        if len(asked.text) > limits.text:
            raise BadInput(f"more than {limits.text} characters to answer are refused")
        given = (asked.context or {}).get("conversation_id")
        key = given[:200] if isinstance(given, str) and given else uuid.uuid4().hex
        context = {"conversation_id": key}
        conversation = await self.get(key)
        begun = False
        async for event in conversation.ask(asked.text, options=self._assistant.default_options()):
            if isinstance(event, TextDelta):
                if not begun:
                    begun = True
                    await send(HandledStart(context=context).event())
                await send(HandledChunk(event.text).event())
            elif isinstance(event, TurnFinished) and event.reason in {"error", "cancelled"}:
                await send(NotHandled(event.error.message if event.error else None, context=context).event())
            elif isinstance(event, TurnFinished):
                text = event.text or (event.error.message if event.error else "")
                await send(Handled(text, context=context).event())
                if begun:
                    await send(HandledStop().event())
