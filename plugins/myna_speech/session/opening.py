"""From an assistant to a session: which engines, which devices, all warm before anybody speaks."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import msgspec

from myna.audio import silence
from myna.engine.speech import SynthesizeRequest, TranscribeRequest
from myna.events import TextDelta

from .answer import Speaking
from .session import Parts, VoiceSession
from .wake_word import WakeWordClient

if TYPE_CHECKING:
    from pathlib import Path

    from myna.assistant import Assistant
    from myna.config import SpeechSettings
    from myna.conversation import Conversation
    from myna.devices import Loudspeaker, Microphone
    from myna.draft import AskOptions
    from myna.voice_events import Told

SPARE_CORES = 1
"""Left free by the chat model while a session runs: a callback of the sound card that comes late is heard."""

LONGEST_ANSWER = 400
"""Tokens of a spoken answer where neither the settings nor the person say otherwise: about two minutes."""


def devices(
    settings: SpeechSettings, input_file: Path | None, output_file: Path | None
) -> tuple[Microphone, Loudspeaker]:
    """The two ends, each a device or a file. A file is heard in its own time: what is said in it waits for nobody.

    Raises:
        BadInput: the file to listen to cannot be used.
        DeviceMissing: there is no such device.
    """
    from myna_speech.devices import open_loudspeaker, open_microphone, open_pair

    if input_file is None:
        return open_pair(settings, speak_to=output_file)
    microphone = open_microphone(settings, file=input_file, paced=True)
    if output_file is None:
        return microphone, open_loudspeaker(settings)
    from myna_speech.devices.clock import AudioClock, DrivingMicrophone

    clock = AudioClock()
    return DrivingMicrophone(microphone, clock), open_loudspeaker(settings, file=output_file, clock=clock)


async def open_session(
    assistant: Assistant,
    conversation: Conversation,
    settings: SpeechSettings,
    microphone: Microphone,
    loudspeaker: Loudspeaker,
    *,
    show: Callable[[Told], None],
    options: AskOptions | None = None,
    answers: bool = True,
) -> VoiceSession:
    """A session whose engines are loaded and warm; `answers` as there.

    Raises:
        ModelMissing, ExtraMissing: something that it needs is not installed; says how to get it.
    """
    from myna_speech.recognition.agreement import LocalAgreement
    from myna_speech.recognition.ears import ears_client
    from myna_speech.voices.chunker import SpeechChunker
    from myna_speech.voices.voice import Voices

    ears = await ears_client(assistant, uuid.uuid4().hex)
    transcriber = await assistant.transcriber(settings.transcriber)
    voices = Voices(assistant, settings.voice)
    wake_word = None
    if settings.wake_model:
        wake_word = WakeWordClient(await assistant.engine(settings.wake_model, "wake-word"))
        if phrase := (await wake_word.info()).details.get("phrase"):
            settings = msgspec.structs.replace(settings, wake_phrases=(*settings.wake_phrases, phrase))
    speaking = Speaking(loudspeaker, voices.voice, SpeechChunker, speed=settings.speed, volume=settings.volume)
    options = options or assistant.default_options()
    if not options.max_tokens and not assistant.settings.chat.max_tokens:
        options = msgspec.structs.replace(options, max_tokens=LONGEST_ANSWER)
    options = msgspec.structs.replace(options, spare_cores=SPARE_CORES)
    parts = Parts(microphone, ears, transcriber, speaking, LocalAgreement, wake_word)

    async def hear() -> None:
        await ears.voice(silence(0.1), reset=True)
        await ears.turn_end(silence(1.0))

    async def understand() -> None:
        await transcriber.transcribe(TranscribeRequest(silence(1.0), languages=settings.languages))

    async def answer() -> None:
        # Never confirmed: nothing of it remains but a warm cache.
        turn = conversation.ask("Hello", options=options, confirmed=asyncio.Event())
        async with aclosing(aiter(turn)) as events:
            async for event in events:
                if isinstance(event, TextDelta):
                    break

    async def speak() -> None:
        voice = await voices.voice(settings.languages[0] if settings.languages else "")
        async for _ in voice.synthesize(SynthesizeRequest("Hello.")):
            pass

    await _all(hear(), understand(), answer(), speak())
    return VoiceSession(conversation, parts, settings, show=show, options=options, answers=answers)


async def _all(*works: Coroutine[Any, Any, None]) -> None:
    """Do all at once. The first error is raised when the rest was cancelled."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
