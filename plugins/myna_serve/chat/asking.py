"""From the messages of a request to a conversation and the question at its end."""

from __future__ import annotations

from typing import Literal

import msgspec

from myna.draft import AskOptions
from myna.messages import Message, Text
from myna_serve.faults import bad

from .pictures import MOST_PICTURES, picture_of
from .request import ChatMessage, ChatRequest, ImagePart, ResponseFormat, TextPart
from .sampling import sampling_of, stops_of
from .sounds import MOST_SOUNDS, Sound, sound_of
from .tools import Toolbox, result_text, said_calls


class Said(msgspec.Struct, frozen=True):
    """A message whose pictures and sounds are not in a conversation yet."""

    role: Literal["system", "user", "assistant"]
    parts: tuple[str | bytes | Sound, ...]
    """Texts, the content of pictures, and sounds."""


class Asked(msgspec.Struct, frozen=True):
    """What a turn needs."""

    model: str
    """As the assistant knows it; empty for the default."""
    messages: tuple[Said, ...]
    """A question at the end. Without a system message at the start, the configured one is used."""
    options: AskOptions
    choices: int = 1
    toolbox: Toolbox = Toolbox()

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
    toolbox = Toolbox.of(request)
    options = msgspec.structs.replace(
        defaults,
        sampling=sampling_of(request, defaults.sampling),
        max_tokens=request.max_completion_tokens or request.max_tokens or 0,
        stop=stops_of(request.stop),
        schema=toolbox.schema() or _schema(request.response_format),
        logprobs=_logprobs(request),
        with_tools=bool(toolbox),
    )
    messages = _messages(request.messages, toolbox.instructions())
    return Asked(model, messages, options, request.n or 1, toolbox)


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


def _messages(asked: list[ChatMessage], instructions: str) -> tuple[Said, ...]:
    """Instructions together at the start, since chat templates know them nowhere else; then what was said, in turns."""
    systems: list[str] = [instructions] if instructions else []
    said: list[Said] = []
    for message in asked:
        if message.role in {"system", "developer"}:
            systems.insert(len(systems) - bool(instructions), _text(message))
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
            joined[-1] = Said("user", (*joined[-1].parts, "\n", *one.parts))
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
        return Said("user", (result_text(_text(message)),))
    if message.role == "assistant":
        calls = said_calls(message.tool_calls or ())
        return Said("assistant", (_text(message) + calls,))
    if isinstance(message.content, str) or message.content is None:
        return Said("user", (message.content or "",))
    parts: list[str | bytes | Sound] = []
    for part in message.content:
        if isinstance(part, TextPart):
            parts.append(part.text)
        elif isinstance(part, ImagePart):
            parts.append(picture_of(part.image_url.url))
        else:
            parts.append(sound_of(part.input_audio.data, part.input_audio.format))
    return Said("user", tuple(parts))


def texts(said: Said) -> Message:
    """The texts of a message."""
    return Message(said.role, tuple(Text(part) for part in said.parts if isinstance(part, str)))
