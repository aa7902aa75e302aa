"""Sound in requests: its bytes are in the request itself. What is said in it is asked."""

from __future__ import annotations

import base64
import binascii
import tempfile
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from myna.engine.speech import NoSpeech, TranscribeFileRequest, Transcript
from myna.errors import MynaError
from myna_serve.faults import bad, fault_of

if TYPE_CHECKING:
    from myna_serve.access.identity import Identity
    from myna_serve.service import Service

    from .asking import Asked

MOST_SOUNDS = 8
"""In one request: each takes about a tenth of its length to understand."""


class Sound(msgspec.Struct, frozen=True):
    """A sound file that a client sent."""

    data: bytes
    form: Literal["wav", "mp3"]
    """As the client says; what it really is shows when it is opened."""


def sound_of(data: str, form: Literal["wav", "mp3"]) -> Sound:
    """Raises `Fault` for what is not base64."""
    try:
        decoded = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise bad("a sound is not valid base64", "messages", "invalid_audio") from None
    if not decoded:
        raise bad("a sound is empty", "messages", "invalid_audio")
    return Sound(decoded, form)


async def in_words(service: Service, who: Identity, asked: Asked) -> Asked:
    """`asked`, with what is said in its sounds in their places.

    Raises:
        Fault: one of them holds no words, or cannot be read.
    """
    who.require("audio")
    messages = []
    async with service.slot("transcribe", who):
        for said in asked.messages:
            parts = [await _words(service, part) if isinstance(part, Sound) else part for part in said.parts]
            messages.append(msgspec.structs.replace(said, parts=tuple(parts)))
    return msgspec.structs.replace(asked, messages=tuple(messages))


async def _words(service: Service, sound: Sound) -> str:
    with tempfile.TemporaryDirectory(dir=service.uploads) as folder:
        path = Path(folder) / f"sound.{sound.form}"
        path.write_bytes(sound.data)
        request = TranscribeFileRequest(str(path), "", service.assistant.settings.speech.languages)
        try:
            transcriber = await service.assistant.transcriber()
            async with aclosing(transcriber.transcribe_file(request)) as answers:
                async for answer in answers:
                    if isinstance(answer, Transcript) and answer.text.strip():
                        return answer.text.strip()
                    if isinstance(answer, Transcript | NoSpeech):
                        break
        except MynaError as error:
            raise fault_of(error) from error
    raise bad("nobody says anything in the sound", "messages", "no_speech")
