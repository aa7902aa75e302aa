"""From the messages of a request to a conversation and the question at its end."""

from __future__ import annotations

from typing import Literal

import msgspec

from myna.draft import AskOptions
from myna.messages import Message, Part, Text, ToolCall
from myna_serve.faults import bad

from .pictures import MOST_PICTURES, picture_of
from .request import ChatMessage, ChatRequest, ImagePart, ResponseFormat, TextPart
from .sampling import sampling_of, stops_of
from .sounds import MOST_SOUNDS, Sound, sound_of
from .tools import result_of, said_calls, tools_of


class Said(msgspec.Struct, frozen=True):
    """A message whose pictures and sounds are not in a conversation yet."""

    role: Literal["system", "user", "assistant"]
    parts: tuple[str | bytes | Sound | Text | ToolCall, ...]
    """Texts, the content of pictures, sounds, what tools returned (to the user, in the order of things here), and
    calls."""


class Asked(msgspec.Struct, frozen=True):
    """What a turn needs."""

    model: str
    """As the assistant knows it; empty for the default."""
    messages: tuple[Said, ...]
    """A question at the end. Without a system message at the start, the configured one is used."""
    options: AskOptions
    choices: int = 1

    @property
    def system(self) -> bool:
        """Whether the client brings a system prompt."""
        return self.messages[0].role == "system"

    @property
    def sounds(self) -> bool:
        """Whether there are sounds, which have to become words first."""
        return any(isinstance(part, Sound) for said in self.messages for part in said.parts)

    def key(self, model: str) -> bytes:
        """Equal for requests that ask the same of the same `model` (a hash)."""
        return msgspec.msgpack.encode((model, self))

    def deterministic(self) -> bool:
        """Whether asking again can only give the same."""
        sampling = self.options.sampling
        return sampling.temperature == 0 or sampling.seed is not None


def asked_of(request: ChatRequest, model: str, defaults: AskOptions) -> Asked:
    """What `request` asks of `model`. Raises `Fault` where it makes no sense."""
    tools = tools_of(request)
    options = msgspec.structs.replace(
        defaults,
        sampling=sampling_of(request, defaults.sampling),
        max_tokens=request.max_completion_tokens or request.max_tokens or 0,
        stop=stops_of(request.stop),
        schema=_schema(request.response_format),
        tools=tools,
        logprobs=_logprobs(request),
    )
    return Asked(model, _messages(request.messages), options, request.n or 1)


def _logprobs(request: ChatRequest) -> int | None:
    if request.top_logprobs is not None and not request.logprobs:
        raise bad("top_logprobs needs logprobs", "top_logprobs")
    return (request.top_logprobs or 0) if request.logprobs else None


def _schema(form: ResponseFormat | None) -> str:
    if form is None or form.type == "text":
        return ""
    if form.type == "json_object":
        return '{"type":"object"}'
    if form.json_schema is None:
        raise bad("response_format: json_schema is missing", "response_format")
    return msgspec.json.encode(form.json_schema.schema_).decode()


def _messages(asked: list[ChatMessage]) -> tuple[Said, ...]:
    """Instructions together at the start, since chat templates know them nowhere else; then what was said, in turns."""
    systems: list[str] = []
    said: list[Said] = []
    for message in asked:
        if message.role in {"system", "developer"}:
            systems.append(_text(message))
        else:
            said.append(_said(message))
    if not said or said[-1].role != "user":
        raise bad("the last message must be from the user, or the result of a tool", "messages")
    if sum(isinstance(part, bytes) for one in said for part in one.parts) > MOST_PICTURES:
        raise bad(f"at most {MOST_PICTURES} pictures are possible", "messages")
    if sum(isinstance(part, Sound) for one in said for part in one.parts) > MOST_SOUNDS:
        raise bad(f"at most {MOST_SOUNDS} sounds are possible", "messages")
    if not any(not isinstance(part, str) or part.strip() for part in said[-1].parts):
        raise bad("the last message is empty", "messages")
    said = _joined(said)
    text = "\n\n".join(system for system in systems if system.strip())
    return (*((Said("system", (text,)),) if text else ()), *said)


def _joined(said: list[Said]) -> list[Said]:
    """Results of several tools, and questions in a row, as one: many templates insist on turns."""
    joined: list[Said] = []
    for one in said:
        if joined and joined[-1].role == one.role == "user":
            apart = ("\n",) if isinstance(joined[-1].parts[-1], str) else ()
            joined[-1] = Said("user", (*joined[-1].parts, *apart, *one.parts))
        else:
            joined.append(one)
    return joined


def _text(message: ChatMessage) -> str:
    if isinstance(message.content, str) or message.content is None:
        return message.content or ""
    if any(not isinstance(part, TextPart) for part in message.content):
        raise bad(f"messages from the {message.role} hold text alone", "messages")
    return "".join(part.text for part in message.content if isinstance(part, TextPart))


def _said(message: ChatMessage) -> Said:
    if message.role == "tool":
        if not message.tool_call_id:
            raise bad("the result of a tool needs tool_call_id", "messages")
        return Said("user", (result_of(message.tool_call_id, _text(message)),))
    if message.role == "assistant":
        return Said("assistant", (_text(message), *said_calls(message.tool_calls or ())))
    if isinstance(message.content, str) or message.content is None:
        return Said("user", (message.content or "",))
    parts: list[str | bytes | Sound | Text | ToolCall] = []
    for part in message.content:
        if isinstance(part, TextPart):
            parts.append(part.text)
        elif isinstance(part, ImagePart):
            parts.append(picture_of(part.image_url.url))
        else:
            parts.append(sound_of(part.input_audio.data, part.input_audio.format))
    return Said("user", tuple(parts))


def texts(said: Said) -> Message:
    """A message without its pictures and sounds."""
    parts: list[Part] = []
    for part in said.parts:
        if isinstance(part, str):
            parts.append(Text(part))
        elif isinstance(part, Text | ToolCall):
            parts.append(part)
    return Message(said.role, tuple(parts))
