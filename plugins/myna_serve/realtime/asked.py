"""Events that clients of the Realtime API send. Unknown fields are ignored, as OpenAI does."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from myna_serve.faults import Fault, bad

Name = Annotated[str, msgspec.Meta(max_length=100)]


class Asked(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    event_id: Name | None = None
    """By which an error names it."""


class SessionUpdate(Asked, frozen=True, tag="session.update"):
    session: dict[str, Any]


class Append(Asked, frozen=True, tag="input_audio_buffer.append"):
    audio: str
    """base64."""


class Commit(Asked, frozen=True, tag="input_audio_buffer.commit"):
    pass


class Clear(Asked, frozen=True, tag="input_audio_buffer.clear"):
    pass


class ClearOutput(Asked, frozen=True, tag="output_audio_buffer.clear"):
    pass


class TextContent(msgspec.Struct, frozen=True, tag_field="type", tag="input_text"):
    text: str


class UserMessage(msgspec.Struct, frozen=True, tag_field="type", tag="message"):
    role: str
    content: tuple[TextContent, ...]
    id: Name | None = None


class CreateItem(Asked, frozen=True, tag="conversation.item.create"):
    item: UserMessage


class Truncate(Asked, frozen=True, tag="conversation.item.truncate"):
    item_id: Name
    audio_end_ms: Annotated[int, msgspec.Meta(ge=0, le=2**31)]
    content_index: int = 0


class CreateResponse(Asked, frozen=True, tag="response.create"):
    response: dict[str, Any] | None = None


class Cancel(Asked, frozen=True, tag="response.cancel"):
    response_id: Name | None = None


Event = (
    SessionUpdate | Append | Commit | Clear | ClearOutput | CreateItem | Truncate | CreateResponse | Cancel
)  # fmt: skip

_DECODER: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


class _Named(msgspec.Struct, frozen=True):
    type: str = ""
    event_id: Any = None


def event_of(data: str | bytes) -> Event:
    """Raises `Fault`: it is none, or none that is known here."""
    try:
        return _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise bad(str(error)[:200], code="invalid_event") from None


def event_id_of(data: str | bytes) -> str | None:
    """By what a client calls an event that could not be read."""
    try:
        named = msgspec.json.decode(data, type=_Named).event_id
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return named[:100] if isinstance(named, str) else None


def shown_error(fault: Fault, event_id: str | None) -> dict[str, Any]:
    """As an event."""
    return {"type": "error", "error": {**fault.body()["error"], "event_id": event_id}}
