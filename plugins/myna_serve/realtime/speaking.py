"""What happens in a conversation by voice, as events of the Realtime API."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import msgspec

from myna.errors import ErrorInfo
from myna.voice_events import (
    AnswerText,
    Failed,
    Final,
    Interrupted,
    NothingSaid,
    Resumed,
    SpeechStarted,
    Spoken,
    Told,
    TurnDone,
)
from myna_serve.faults import fault_of
from myna_serve.responses.shapes import new_id

from .asked import shown_error

Event = dict[str, Any]


class _Response:
    """An answer that is being given."""

    def __init__(self) -> None:
        self.id = new_id("resp")
        self.item = new_id("item")
        self.text = ""


class Speaking:
    """Keeps what the events refer to: items, and the response that is being given."""

    def __init__(self, *, by_hand: bool, answers: bool) -> None:
        """As `Chosen` has them."""
        self.by_hand = by_hand
        self.answers = answers
        self.response: _Response | None = None
        """What is being sent."""
        self.answering = False
        """An answer is being made, or heard."""
        self.pending: list[str] = []
        """What was said and not answered yet."""
        self.deaf = False
        """The last that was said held no words."""
        self._cut = 0
        """Answers that were cut short and have not quite ended."""
        self._item = ""
        """What is being said."""
        self._last: str | None = None
        """The item before the next one."""
        self._started: float | None = None
        """Somebody speaks while an answer does; it is open whether that ends it."""

    def told(self, event: Told) -> Iterator[Event]:
        if isinstance(event, SpeechStarted):
            if not self.by_hand:
                self._started = event.at
                if not self.answering:
                    yield from self._speech_started()
        elif isinstance(event, Interrupted):
            yield from self._interrupted()
        elif isinstance(event, Resumed):
            self._started = None
        elif isinstance(event, Final):
            yield from self._said(event.text, event.at)
        elif isinstance(event, NothingSaid):
            yield from self._nothing(event.at)
        elif isinstance(event, AnswerText):
            yield from self._text(event.text)
        elif isinstance(event, Spoken):
            yield from self._spoken(event.error)
        elif isinstance(event, TurnDone):
            if self._cut:
                # Of an answer that was cut short; the next one may be on its way.
                self._cut -= 1
                return
            self.answering = False
            yield from self._spoken(event.error)
        elif isinstance(event, Failed):
            yield shown_error(fault_of(event.error), None)

    def sound(self, data: bytes) -> Iterator[Event]:
        response = self.response
        if response is not None:
            yield {"type": "response.output_audio.delta", **_at(response), "delta": base64.b64encode(data).decode()}

    def committed(self) -> Iterator[Event]:
        """The client says that what it sent is all."""
        self._item = new_id("item")
        yield {"type": "input_audio_buffer.committed", "item_id": self._item, "previous_item_id": self._last}

    def typed(self, item_id: str | None, text: str) -> Iterator[Event]:
        """The client adds a text."""
        item_id = item_id or new_id("item")
        self.pending.append(text)
        content = [{"type": "input_text", "text": text}]
        yield from self._added({"id": item_id, "type": "message", "role": "user", "content": content})

    def begin(self) -> Iterator[Event]:
        """An answer is under way."""
        self.response = response = _Response()
        self.answering = True
        self.pending.clear()
        yield {"type": "response.created", "response": self._shown(response, "in_progress")}
        item = _answer(response, "in_progress")
        yield {"type": "response.output_item.added", "response_id": response.id, "output_index": 0, "item": item}
        yield from self._added(item)
        part = {"type": "audio", "transcript": ""}
        yield {"type": "response.content_part.added", **_at(response), "part": part}

    def hung_up(self) -> Iterator[Event]:
        """The line is opened anew: what was under way comes to nothing, and nobody says so any more."""
        self.answering = False
        self._cut, self._item, self._started = 0, "", None
        yield from self._done("cancelled", {"type": "cancelled", "reason": "client_cancelled"})

    def _speech_started(self) -> Iterator[Event]:
        at, self._started = self._started, None
        self._item = new_id("item")
        yield {"type": "input_audio_buffer.speech_started", "audio_start_ms": _ms(at or 0.0), "item_id": self._item}

    def _interrupted(self) -> Iterator[Event]:
        self.answering = False
        self._cut += 1
        reason = "client_cancelled"
        if self._started is not None:
            reason = "turn_detected"
            yield from self._speech_started()
        yield from self._done("cancelled", {"type": "cancelled", "reason": reason})

    def _said(self, text: str, at: float) -> Iterator[Event]:
        self.deaf = False
        self._item = self._item or new_id("item")
        if not self.by_hand:
            yield {"type": "input_audio_buffer.speech_stopped", "audio_end_ms": _ms(at), "item_id": self._item}
            yield {
                "type": "input_audio_buffer.committed",
                "item_id": self._item,
                "previous_item_id": self._last,
            }
        yield from self._heard(text)
        if self.answers:
            yield from self.begin()
        elif text:
            self.pending.append(text)

    def _heard(self, text: str) -> Iterator[Event]:
        item_id, self._item = self._item, ""
        content = [{"type": "input_audio", "transcript": text}]
        yield from self._added({"id": item_id, "type": "message", "role": "user", "content": content})
        yield {
            "type": "conversation.item.input_audio_transcription.completed",
            "item_id": item_id,
            "content_index": 0,
            "transcript": text,
            "usage": {"type": "duration", "seconds": 0},
        }

    def _nothing(self, at: float) -> Iterator[Event]:
        self._started = None
        if self.by_hand:
            self.deaf = True
            yield from self._heard("")
        elif self._item:
            yield {"type": "input_audio_buffer.speech_stopped", "audio_end_ms": _ms(at), "item_id": self._item}
            self._item = ""

    def _text(self, text: str) -> Iterator[Event]:
        response = self.response
        if response is not None:
            response.text += text
            yield {"type": "response.output_audio_transcript.delta", **_at(response), "delta": text}

    def _spoken(self, error: ErrorInfo | None) -> Iterator[Event]:
        if error is None:
            yield from self._done("completed", None)
        elif error.code == "blocked":
            yield from self._text(error.message)
            yield from self._done("incomplete", {"type": "incomplete", "reason": "content_filter"})
        else:
            shown = fault_of(error).body()["error"]
            yield from self._done("failed", {"type": "failed", "error": {"type": shown["type"], "code": shown["code"]}})

    def _done(self, status: str, details: dict[str, Any] | None) -> Iterator[Event]:
        response, self.response = self.response, None
        if response is None:
            return
        at = _at(response)
        item = _answer(response, "completed" if status == "completed" else "incomplete")
        yield {"type": "response.output_audio.done", **at}
        yield {"type": "response.output_audio_transcript.done", **at, "transcript": response.text}
        yield {"type": "response.content_part.done", **at, "part": {"type": "audio", "transcript": response.text}}
        yield {"type": "response.output_item.done", "response_id": response.id, "output_index": 0, "item": item}
        yield {"type": "conversation.item.done", "item": item, "previous_item_id": None}
        yield {"type": "response.done", "response": self._shown(response, status, details)}

    def _added(self, item: dict[str, Any]) -> Iterator[Event]:
        shown = {"object": "realtime.item", "status": "completed", **item}
        yield {"type": "conversation.item.added", "item": shown, "previous_item_id": self._last}
        if item["role"] == "user":
            yield {"type": "conversation.item.done", "item": shown, "previous_item_id": self._last}
        self._last = item["id"]

    def _shown(self, response: _Response, status: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
        output = [] if status == "in_progress" else [_answer(response, status)]
        return {
            "id": response.id,
            "object": "realtime.response",
            "status": status,
            "status_details": details,
            "output": output,
            "output_modalities": ["audio"],
            "usage": None,
        }


def _answer(response: _Response, status: str) -> dict[str, Any]:
    content = [] if status == "in_progress" else [{"type": "output_audio", "transcript": response.text}]
    shown = "incomplete" if status in {"cancelled", "failed", "incomplete"} else status
    return {
        "id": response.item,
        "object": "realtime.item",
        "type": "message",
        "role": "assistant",
        "status": shown,
        "content": content,
    }


def _at(response: _Response) -> dict[str, Any]:
    return {"response_id": response.id, "item_id": response.item, "output_index": 0, "content_index": 0}


def _ms(seconds: float) -> int:
    return round(seconds * 1e3)


def encoded(event: Event) -> str:
    """As it is sent."""
    return msgspec.json.encode({"event_id": new_id("event"), **event}).decode()
