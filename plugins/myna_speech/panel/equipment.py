"""What the panel hears, understands and speaks with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from myna.errors import MynaError

from ..devices.listing import AudioDevice
from ..voices.voice import Voice

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.config import SpeechSettings
    from myna.conversation import Conversation
    from myna.devices import Loudspeaker, Microphone
    from myna.engine.speech import Speech, Transcriber
    from myna.voice_events import Told

    from ..session.session import VoiceSession


class Equipment(Protocol):
    async def devices(self) -> list[AudioDevice]:
        """Those that are there now; what was plugged in since can be opened afterwards.

        Raises:
            ExtraMissing, DeviceMissing: sound devices cannot be used at all.
        """
        ...

    def voices(self) -> list[Voice]:
        """That are installed. Reads files."""
        ...

    def echo(self, settings: SpeechSettings) -> str:
        """How Myna does not hear itself: `cancel`, `half-duplex` (it cannot be interrupted by voice) or `off`."""
        ...

    def pair(self, settings: SpeechSettings) -> tuple[Microphone, Loudspeaker]: ...

    def microphone(self, settings: SpeechSettings) -> Microphone: ...

    def loudspeaker(self, settings: SpeechSettings) -> Loudspeaker: ...

    async def session(
        self,
        conversation: Conversation,
        settings: SpeechSettings,
        microphone: Microphone,
        loudspeaker: Loudspeaker,
        show: Callable[[Told], None],
    ) -> VoiceSession:
        """As `open_session`."""
        ...

    async def transcriber(self, settings: SpeechSettings) -> Transcriber: ...

    def speech(self, settings: SpeechSettings, text: str, language: str) -> AsyncIterator[Speech]:
        """`text` spoken. Raises `MynaError` where it cannot be."""
        ...


class OwnEquipment:
    """The devices of this machine and the models that are installed."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def devices(self) -> list[AudioDevice]:
        from ..devices.portaudio import portaudio
        from ..devices.probe import probe

        probed = await asyncio.to_thread(probe)
        if probed.error is not None:
            # PortAudio of this process says it with an error of its own.
            return await portaudio().devices()
        with suppress(MynaError):
            # It lists devices once. Streams that are open are closed for it and opened again by whoever has them.
            if probed.devices and probed.devices != await portaudio().devices():
                await portaudio().look_again()
        return probed.devices

    def voices(self) -> list[Voice]:
        from ..voices.voice import installed_voices

        return installed_voices(self._assistant.paths.models)

    def echo(self, settings: SpeechSettings) -> str:
        from importlib.util import find_spec

        if settings.echo == "auto":
            return "cancel" if find_spec("livekit") is not None else "half-duplex"
        return settings.echo

    def pair(self, settings: SpeechSettings) -> tuple[Microphone, Loudspeaker]:
        from ..session.opening import devices

        return devices(settings, None, None)

    def microphone(self, settings: SpeechSettings) -> Microphone:
        from ..devices import open_microphone

        return open_microphone(settings)

    def loudspeaker(self, settings: SpeechSettings) -> Loudspeaker:
        from ..devices import open_loudspeaker

        return open_loudspeaker(settings)

    async def session(
        self,
        conversation: Conversation,
        settings: SpeechSettings,
        microphone: Microphone,
        loudspeaker: Loudspeaker,
        show: Callable[[Told], None],
    ) -> VoiceSession:
        from ..session.opening import open_session

        return await open_session(self._assistant, conversation, settings, microphone, loudspeaker, show=show)

    async def transcriber(self, settings: SpeechSettings) -> Transcriber:
        return await self._assistant.transcriber(settings.transcriber)

    async def speech(self, settings: SpeechSettings, text: str, language: str) -> AsyncIterator[Speech]:
        from contextlib import aclosing

        from ..voices.speaking import Manner, Speaking
        from ..voices.voice import Voices

        voices = Voices(self._assistant, settings.voice)
        speaking = Speaking(voices.voice, Manner(settings.speed, settings.volume))
        async with aclosing(speaking.sound(text, await voices.language() or language)) as pieces:
            async for piece in pieces:
                yield piece
