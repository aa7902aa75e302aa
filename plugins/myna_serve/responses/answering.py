"""A response: in one piece, or as the events that clients of this interface know."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from myna.events import FinishReason, Usage
from myna_serve.chat.answering import End, answer
from myna_serve.chat.asking import Asked
from myna_serve.chat.tools import Call, Holding

from .request import ResponseRequest
from .shapes import Head, called, message, new_id, text_part

if TYPE_CHECKING:
    from myna_serve.access.identity import Identity
    from myna_serve.service import Service

    from .keeping import Shelf

Event = dict[str, Any]

ENDS = frozenset({"response.completed", "response.incomplete"})


async def respond(
    service: Service, who: Identity, request: ResponseRequest, asked: Asked, shelf: Shelf
) -> dict[str, Any]:
    """The response in one piece. Raises `Fault`."""
    last: Event = {}
    async with aclosing(stream(service, who, request, asked, shelf)) as events:
        async for event in events:
            last = event
    shown: dict[str, Any] = last["response"]
    return shown


async def stream(
    service: Service, who: Identity, request: ResponseRequest, asked: Asked, shelf: Shelf
) -> AsyncGenerator[Event, None]:
    """Its events, numbered; it is kept before its last one. Raises `Fault`."""
    number = 0
    async with service.slot("chat", who):
        writing: _Writing | None = None
        async with aclosing(answer(service, who, asked, 0, cached=True)) as pieces:
            async for piece in pieces:
                writing = writing or _Writing(Head.new(piece.model, request, stored=shelf.wanted), asked)
                made = writing.ended(piece) if isinstance(piece, End) else writing.text(piece.text)
                for event in made:
                    if isinstance(piece, End) and event["type"] in ENDS:
                        await shelf.keep(event["response"], blocked=piece.reason == "blocked")
                    yield {**event, "sequence_number": number}
                    number += 1


class _Writing:
    """What has been told of a response so far."""

    def __init__(self, head: Head, asked: Asked) -> None:
        self._head = head
        self._asked = asked
        self._holding = Holding(asked.toolbox)
        self._item = new_id("msg")
        self._text = ""
        self._begun = False
        self._opened = False

    def text(self, text: str) -> Iterator[Event]:
        yield from self._begin()
        if shown := self._holding.feed(text):
            yield from self._write(shown)

    def ended(self, end: End) -> Iterator[Event]:
        yield from self._begin()
        rest, calls = self._holding.finish()
        if rest or not (calls or self._opened):
            yield from self._write(rest)
        yield from self._finish(calls, end.reason, end.usage)

    def _begin(self) -> Iterator[Event]:
        if not self._begun:
            self._begun = True
            yield {"type": "response.created", "response": self._head.shown()}
            yield {"type": "response.in_progress", "response": self._head.shown()}

    def _write(self, text: str) -> Iterator[Event]:
        at = {"item_id": self._item, "output_index": 0, "content_index": 0}
        if not self._opened:
            self._opened = True
            item = message(self._item, "", "in_progress")
            yield {"type": "response.output_item.added", "output_index": 0, "item": item}
            yield {"type": "response.content_part.added", **at, "part": text_part("")}
        self._text += text
        yield {"type": "response.output_text.delta", **at, "delta": text, "logprobs": []}

    def _finish(self, calls: list[Call], reason: FinishReason, usage: Usage) -> Iterator[Event]:
        output: list[dict[str, Any]] = []
        if self._opened:
            at = {"item_id": self._item, "output_index": 0, "content_index": 0}
            output.append(message(self._item, self._text))
            yield {"type": "response.output_text.done", **at, "text": self._text, "logprobs": []}
            yield {"type": "response.content_part.done", **at, "part": text_part(self._text)}
            yield {"type": "response.output_item.done", "output_index": 0, "item": output[0]}
        for call in calls:
            item = called(call)
            at = {"item_id": item["id"], "output_index": len(output)}
            begun = {**item, "arguments": "", "status": "in_progress"}
            yield {"type": "response.output_item.added", "output_index": len(output), "item": begun}
            yield {"type": "response.function_call_arguments.delta", **at, "delta": item["arguments"]}
            yield {
                "type": "response.function_call_arguments.done",
                **at,
                "arguments": item["arguments"],
                "name": call.name,
            }
            yield {"type": "response.output_item.done", "output_index": len(output), "item": item}
            output.append(item)
        shown = self._head.shown(output, reason=reason, usage=usage)
        yield {"type": f"response.{shown['status']}", "response": shown}
