"""A response: in one piece, or as the events that clients of this interface know."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from myna.calls.reader import Argued, Begun, Broken, Ended, Found, Said
from myna_serve.chat.answering import End, answer
from myna_serve.chat.asking import Asked
from myna_serve.chat.tools import Streaming

from .request import ResponseRequest
from .shapes import Head, called, message, new_id, text_part

if TYPE_CHECKING:
    from myna_serve.access.identity import Identity
    from myna_serve.service import Service

    from .keeping import Shelf

Event = dict[str, Any]

ENDS = frozenset({"response.completed", "response.incomplete"})


async def respond(
    service: Service, who: Identity, request: ResponseRequest, asked: Asked, shelf: Shelf, *, cached: bool
) -> dict[str, Any]:
    """The response in one piece. Raises `Fault`."""
    last: Event = {}
    async with aclosing(stream(service, who, request, asked, shelf, cached=cached)) as events:
        async for event in events:
            last = event
    shown: dict[str, Any] = last["response"]
    return shown


async def stream(
    service: Service, who: Identity, request: ResponseRequest, asked: Asked, shelf: Shelf, *, cached: bool
) -> AsyncGenerator[Event, None]:
    """Its events, numbered; it is kept before its last one. Raises `Fault`."""
    number = 0
    async with service.slot("chat", who):
        writing: _Writing | None = None
        async with aclosing(answer(service, who, asked, 0, cached=cached)) as pieces:
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
        self._reading = Streaming(asked.options.tools)
        self._output: list[dict[str, Any]] = []
        """Items that are whole."""
        self._item = ""
        """The one that is being written."""
        self._call: dict[str, Any] = {}
        self._text = ""
        self._begun = False

    def text(self, text: str) -> Iterator[Event]:
        yield from self._begin()
        yield from self._tell(self._reading.feed(text))

    def ended(self, end: End) -> Iterator[Event]:
        yield from self._begin()
        yield from self._tell(self._reading.finish())
        if not (self._item or self._output):
            yield from self._open_text()
        yield from self._close()
        shown = self._head.shown(self._output, reason=end.reason, usage=end.usage)
        yield {"type": f"response.{shown['status']}", "response": shown}

    def _begin(self) -> Iterator[Event]:
        if not self._begun:
            self._begun = True
            yield {"type": "response.created", "response": self._head.shown()}
            yield {"type": "response.in_progress", "response": self._head.shown()}

    def _tell(self, found: Iterable[Found]) -> Iterator[Event]:
        for one in found:
            match one:
                case Said(text):
                    yield from self._write(text)
                case Begun(name):
                    yield from self._close()
                    self._item = new_id("fc")
                    self._call = called(self._item, new_id("call"), name, "", "in_progress")
                    yield {"type": "response.output_item.added", **self._at(), "item": dict(self._call)}
                case Argued(text):
                    self._call["arguments"] += text
                    at = {"item_id": self._item, **self._at()}
                    yield {"type": "response.function_call_arguments.delta", **at, "delta": text}
                case Ended():
                    yield from self._close()
                case Broken():
                    # Told as far as it came; not to be carried out.
                    self._call["status"] = "incomplete"
                    yield from self._close()

    def _at(self) -> dict[str, Any]:
        return {"output_index": len(self._output)}

    def _open_text(self) -> Iterator[Event]:
        self._item, self._text = new_id("msg"), ""
        yield {"type": "response.output_item.added", **self._at(), "item": message(self._item, "", "in_progress")}
        at = {"item_id": self._item, **self._at(), "content_index": 0}
        yield {"type": "response.content_part.added", **at, "part": text_part("")}

    def _write(self, text: str) -> Iterator[Event]:
        if not self._item:
            yield from self._open_text()
        self._text += text
        at = {"item_id": self._item, **self._at(), "content_index": 0}
        yield {"type": "response.output_text.delta", **at, "delta": text, "logprobs": []}

    def _close(self) -> Iterator[Event]:
        """End the item that is being written."""
        if not self._item:
            return
        at = {"item_id": self._item, **self._at()}
        if self._call:
            item = self._call
            if item["status"] == "in_progress":
                item["status"] = "completed"
            arguments = {"arguments": item["arguments"], "name": item["name"]}
            yield {"type": "response.function_call_arguments.done", **at, **arguments}
        else:
            item = message(self._item, self._text)
            yield {"type": "response.output_text.done", **at, "content_index": 0, "text": self._text, "logprobs": []}
            yield {"type": "response.content_part.done", **at, "content_index": 0, "part": text_part(self._text)}
        yield {"type": "response.output_item.done", **self._at(), "item": item}
        self._output.append(item)
        self._item, self._call = "", {}
