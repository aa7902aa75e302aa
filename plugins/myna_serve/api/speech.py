"""`/v1/audio/speech`: a text, spoken, as it is made."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from myna.engine.speech import SynthesizeRequest
from myna.errors import MynaError
from myna.hookspecs import Utterance
from myna_serve.access.identity import Identity
from myna_serve.api.routes import new_routes
from myna_serve.aside import record
from myna_serve.chat.request import Strict
from myna_serve.faults import bad, fault_of
from myna_serve.screened import Screen
from myna_serve.service import Service
from myna_serve.sound.forms import TYPES, Form
from myna_serve.sound.writing import written
from myna_serve.streaming import streamed

LONGEST = 4096
"""Characters, as OpenAI has it."""

FOREIGN_VOICES = frozenset(
    {"alloy", "ash", "ballad", "coral", "echo", "fable", "nova", "onyx", "sage", "shimmer", "verse", "marin", "cedar"}
)
"""OpenAI's names, which clients have built in: whoever speaks the language of the text speaks for them."""


class SpeechRequest(Strict):
    model: str = ""
    input: str = Field(min_length=1, max_length=LONGEST)
    voice: str | dict[Literal["id"], str] = ""
    response_format: Form = "wav"
    speed: float = Field(default=1.0, ge=0.25, le=4)
    instructions: str | None = None
    stream_format: Literal["audio", "sse"] = "audio"
    language: str = Field(default="", max_length=35)


def speech_routes(service: Service) -> APIRouter:
    routes = new_routes()

    @routes.post("/v1/audio/speech", summary="A text, spoken", response_model=None)
    async def speech(request: Request, asked: SpeechRequest) -> Response:
        who = await service.begin(request, "audio")
        if asked.stream_format != "audio":
            raise bad("stream_format: sound is streamed as it is", "stream_format")
        name = asked.voice if isinstance(asked.voice, str) else asked.voice.get("id", "")
        voice = "" if name.lower() in FOREIGN_VOICES else await service.models.voice(name)
        sound = _spoken(service, who, asked, voice)
        return await streamed(request, sound, TYPES[asked.response_format])

    return routes


async def _spoken(service: Service, who: Identity, asked: SpeechRequest, voice: str) -> AsyncGenerator[bytes, None]:
    async with service.slot("speak", who):
        text = await Screen(service, who, "/v1/audio/speech", "input").passed(asked.input)
        parts = await _parts(service, text, asked.language, voice)
        content = {"input": text}
        await record(service, who, "/v1/audio/speech", content=content, voice=voice, characters=len(text))
        try:
            writing = await written(service.assistant, asked.response_format)
            for part in parts:
                sound, rate = await _said(service, part, asked.speed)
                if sound:
                    yield await writing.utterance(sound, rate)
            yield await writing.finish()
        except MynaError as error:
            raise fault_of(error) from error


async def _parts(service: Service, text: str, language: str, voice: str) -> Sequence[Utterance]:
    assistant = service.assistant
    try:
        parts = await asyncio.to_thread(assistant.host.read_aloud, text, language, voice, assistant.settings)
    except MynaError as error:
        raise fault_of(error) from error
    if not parts:
        raise bad("input: there is nothing to say in it", "input")
    return parts


async def _said(service: Service, part: Utterance, speed: float) -> tuple[bytes, int]:
    """The sound of one part, and its rate (Hz). Raises `MynaError`."""
    pieces: list[bytes] = []
    rate = 0
    speech: dict[str, Any] = {"speed": speed, "volume": service.assistant.settings.speech.volume}
    synthesizer = await service.assistant.synthesizer(part.voice)
    request = SynthesizeRequest(part.text, part.language, **speech)
    async with aclosing(synthesizer.synthesize(request)) as sound:
        async for piece in sound:
            pieces.append(piece.data)
            rate = piece.rate
    return b"".join(pieces), rate
