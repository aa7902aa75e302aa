"""`/v1/audio/transcriptions`: a sound file, as text."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import JSONResponse, PlainTextResponse, Response

from myna.engine.speech import NoSpeech, Segment, TranscribeFileRequest, Transcript
from myna.errors import MynaError
from myna_serve.access.identity import Identity
from myna_serve.api.routes import new_routes
from myna_serve.aside import record
from myna_serve.connection import while_connected
from myna_serve.faults import bad, fault_of
from myna_serve.screened import Screen, screened
from myna_serve.service import Service
from myna_serve.sound.subtitles import srt, vtt
from myna_serve.streaming import EVENTS, events, streamed

TextForm = Literal["json", "text", "srt", "verbose_json", "vtt"]

_PIECE = 1 << 20
"""Bytes that are copied at once."""


def transcription_routes(service: Service) -> APIRouter:
    routes = new_routes()

    @routes.post("/v1/audio/transcriptions", summary="A sound file, as text", response_model=None)
    async def transcriptions(
        request: Request,
        *,
        file: Annotated[UploadFile, File()],
        model: Annotated[str, Form()] = "",
        language: Annotated[str, Form(max_length=35)] = "",
        response_format: Annotated[TextForm, Form()] = "json",
        granularities: Annotated[
            list[Literal["word", "segment"]] | None, Form(alias="timestamp_granularities[]")
        ] = None,
        stream: Annotated[bool, Form()] = False,
        prompt: Annotated[str, Form()] = "",
        temperature: Annotated[float, Form(ge=0, le=1)] = 0.0,
    ) -> Response:
        del prompt, temperature  # Whisper's own choices are kept: they are what its thresholds were found with
        who = await service.begin(request, "audio")
        words = "word" in (granularities or ())
        if words and response_format != "verbose_json":
            raise bad("timestamp_granularities needs response_format verbose_json", "timestamp_granularities")
        name = "" if model.startswith(("whisper-1", "gpt-4o")) else await service.models.choose(model, "transcribe")
        heard = _recorded(service, who, file, TranscribeFileRequest("", language, words=words), name)
        if stream:
            return await streamed(request, events(_parts(heard)), EVENTS)
        transcript, duration = await while_connected(request, _whole(heard))
        return _shown(transcript, duration, response_format, words=words)

    return routes


async def _recorded(
    service: Service, who: Identity, file: UploadFile, asked: TranscribeFileRequest, name: str
) -> AsyncGenerator[Segment | Transcript | NoSpeech, None]:
    """Segments as they come, then the end, as the guard lets them pass."""
    async with service.slot("transcribe", who):
        screen = Screen(service, who, "/v1/audio/transcriptions", "file")
        async with aclosing(screened(screen, _heard(service, file, asked, name))) as heard:
            async for one in heard:
                if isinstance(one, Transcript | NoSpeech):
                    await _record(service, who, name, one, screen.masked)
                yield one


async def _heard(
    service: Service, file: UploadFile, asked: TranscribeFileRequest, name: str
) -> AsyncGenerator[Segment | Transcript | NoSpeech, None]:
    """Segments as they come, then the end."""
    with tempfile.TemporaryDirectory(dir=service.uploads) as folder:
        path = Path(folder) / "sound"
        with path.open("wb") as copy:
            while data := await file.read(_PIECE):
                await asyncio.to_thread(copy.write, data)
        request = TranscribeFileRequest(str(path), asked.language, words=asked.words)
        if not request.language:
            languages = service.assistant.settings.speech.languages
            request = TranscribeFileRequest(str(path), "", languages, words=asked.words)
        try:
            transcriber = await service.assistant.transcriber(name)
            async with aclosing(transcriber.transcribe_file(request)) as answers:
                async for answer in answers:
                    if isinstance(answer, Segment | Transcript | NoSpeech):
                        yield answer
        except MynaError as error:
            raise fault_of(error) from error


async def _record(service: Service, who: Identity, model: str, answer: Transcript | NoSpeech, masked: int) -> None:
    text = answer.text if isinstance(answer, Transcript) else ""
    content = {"transcript": text} if text else {}
    length = round(answer.duration * 1e3)
    await record(
        service, who, "/v1/audio/transcriptions", content=content, model=model, milliseconds=length, masked=masked
    )


async def _whole(heard: AsyncGenerator[Segment | Transcript | NoSpeech, None]) -> tuple[Transcript, float]:
    """The transcript with all its segments; an empty one where nobody speaks. And seconds of sound."""
    segments: list[Segment] = []
    async with aclosing(heard):
        async for one in heard:
            if isinstance(one, Segment):
                segments.append(one)
            elif isinstance(one, Transcript):
                return Transcript(one.text, one.language, one.segments or tuple(segments)), one.duration
            else:
                return Transcript("", ""), one.duration
    raise bad("file: there is no sound in it", "file")


async def _parts(heard: AsyncGenerator[Segment | Transcript | NoSpeech, None]) -> AsyncGenerator[dict[str, Any], None]:
    before = ""
    async with aclosing(heard):
        async for one in heard:
            if isinstance(one, Segment):
                # All of them, joined, are the text; Chinese has no spaces.
                space = " " if before[-1:].isascii() and before else ""
                before = one.text.strip()
                yield {"type": "transcript.text.delta", "delta": f"{space}{before}"}
            else:
                text = one.text if isinstance(one, Transcript) else ""
                yield {"type": "transcript.text.done", "text": text}


def _shown(transcript: Transcript, duration: float, form: TextForm, *, words: bool) -> Response:
    text = transcript.text.strip()
    match form:
        case "text":
            return PlainTextResponse(f"{text}\n")
        case "srt":
            return PlainTextResponse(srt(transcript.segments))
        case "vtt":
            return PlainTextResponse(vtt(transcript.segments), media_type="text/vtt")
        case "verbose_json":
            return JSONResponse(_verbose(transcript, text, duration, words=words))
    return JSONResponse({"text": text})


def _verbose(transcript: Transcript, text: str, duration: float, *, words: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "task": "transcribe",
        "language": transcript.language,
        "duration": duration,
        "text": text,
        "segments": _segments(transcript.segments),
    }
    if words:
        shown["words"] = [
            {"word": word.text.strip(), "start": word.start, "end": word.end}
            for segment in transcript.segments
            for word in segment.words
        ]
    return shown


def _segments(segments: Sequence[Segment]) -> list[dict[str, Any]]:
    return [
        {
            "id": at,
            "seek": 0,
            "start": one.start,
            "end": one.end,
            "text": one.text,
            "tokens": [],
            "temperature": 0.0,
            "avg_logprob": one.logprob,
            "compression_ratio": one.compression,
            "no_speech_prob": one.no_speech,
        }
        for at, one in enumerate(segments)
    ]
