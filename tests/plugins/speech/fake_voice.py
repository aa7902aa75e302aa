"""A voice panel without devices and models: made-up sound, in audio time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from myna.audio import AudioChunk, silence
from myna.audit.log import AuditLog
from myna.config import PluginSettings, Settings, SpeechSettings
from myna.conversation import Conversation
from myna.devices import DeviceChange
from myna.draft import AskOptions
from myna.engine.speech import Speech, SynthesizeRequest
from myna.errors import DeviceMissing, MynaError
from myna.history import MemoryHistory
from myna.hookspecs import ResolvedModel
from myna.host import PluginHost
from myna.paths import Paths
from myna.settings import load_settings, set_value
from myna.testing import (
    FakeDesk,
    FakeEngine,
    FakeLoudspeaker,
    FakeMicrophone,
    FakeReduction,
    FakeSpeech,
    FakeSynthesizer,
    FakeTranscriber,
    FakeVoice,
)
from myna.voice_events import Told
from myna_speech.devices.listing import AudioDevice
from myna_speech.recognition.agreement import LocalAgreement
from myna_speech.session.answer import Speaking
from myna_speech.session.session import Parts, VoiceSession
from myna_speech.voices.chunker import SpeechChunker
from myna_speech.voices.voice import Voice

DEVICES = (
    AudioDevice(0, "Built-in", "ALSA", inputs=2, outputs=0, rate=48_000, default_input=True),
    AudioDevice(1, "Headset", "ALSA", inputs=1, outputs=2, rate=16_000),
    AudioDevice(2, "Speakers", "ALSA", inputs=0, outputs=2, rate=48_000, default_output=True),
)


class LiveMicrophone(FakeMicrophone):
    """Hears what is `said`, and silence until then; it ends with `unplug`, never by itself.

    It waits for the loop like a real one, but not for the clock: `pace` seconds for each chunk.
    """

    def __init__(self, *, pace: float = 0.0) -> None:
        super().__init__(self._stream(), settle=0)
        self.pace = pace
        self.opened = 0
        self.missing: MynaError | None = None
        """Why it cannot be opened."""
        self._said: deque[bytes] = deque()
        self._unplugged = False

    def say(self, *pieces: bytes | float) -> None:
        """Sound, or seconds of silence."""
        self._said.extend(silence(piece) if isinstance(piece, float) else piece for piece in pieces)

    @property
    def quiet(self) -> bool:
        """All that was said was heard."""
        return not self._said

    def unplug(self) -> None:
        self._unplugged = True

    def _stream(self) -> Iterator[bytes]:
        while not self._unplugged:
            yield self._said.popleft() if self._said else silence(0.02)

    async def listen(self) -> AsyncIterator[AudioChunk | DeviceChange]:
        self.opened += 1
        if self.missing is not None:
            raise self.missing
        begun = self.position
        self.ended = False
        sound = super().listen()
        try:
            async for item in sound:
                if isinstance(item, AudioChunk):
                    item = AudioChunk(item.data, item.rate, item.position - begun)  # noqa: PLW2901
                yield item
                for _ in range(12):
                    await asyncio.sleep(0)
                await asyncio.sleep(self.pace)
        finally:
            await sound.aclose()  # type: ignore[attr-defined]


class FakeEquipment:
    """Its parts can be changed by a test at any time."""

    def __init__(self, microphone: FakeMicrophone | None = None) -> None:
        self.words = FakeSpeech()
        self.ears = microphone or LiveMicrophone()
        self.mouth = FakeLoudspeaker(self.ears)
        self.listed: list[AudioDevice] = list(DEVICES)
        self.looks = 0
        self.lost: MynaError | None = None
        """Why devices cannot be listed."""
        self.missing: MynaError | None = None
        """Why no session can be opened."""
        self.silent: MynaError | None = None
        """Why there is no voice."""
        self.hold: asyncio.Event | None = None
        """The models are being loaded until it is set."""
        self.transcribing = FakeTranscriber(self.words)
        self.synthesizer = FakeSynthesizer(self.words)
        self.voice_activity = FakeVoice(self.words)
        self.sessions: list[tuple[Conversation, SpeechSettings]] = []

    def heard(self) -> str:
        """What the loudspeaker has said."""
        return self.words.read(bytes(self.mouth.sound))

    async def devices(self) -> list[AudioDevice]:
        self.looks += 1
        if self.lost is not None:
            raise self.lost
        return self.listed

    def voices(self) -> list[Voice]:
        return [Voice("joe", ("en",)), Voice("huayan", ("zh",))]

    def echo(self, settings: SpeechSettings) -> str:
        return "cancel" if settings.echo == "auto" else settings.echo

    def pair(self, settings: SpeechSettings) -> tuple[FakeMicrophone, FakeLoudspeaker]:
        return self.ears, self.mouth

    def microphone(self, settings: SpeechSettings) -> FakeMicrophone:
        return self.ears

    def loudspeaker(self, settings: SpeechSettings) -> FakeLoudspeaker:
        # Nobody listens while it is tried, so that nothing but its end moves the time.
        self.ears.ended = True
        return self.mouth

    async def session(
        self,
        conversation: Conversation,
        settings: SpeechSettings,
        microphone: Any,
        loudspeaker: Any,
        show: Callable[[Told], None],
    ) -> VoiceSession:
        if self.hold is not None:
            await self.hold.wait()
        if self.missing is not None:
            raise self.missing
        self.sessions.append((conversation, settings))

        async def voices(language: str) -> FakeSynthesizer:
            return self.synthesizer

        speaking = Speaking(loudspeaker, voices, SpeechChunker, speed=settings.speed, volume=settings.volume)
        parts = Parts(microphone, self.voice_activity, self.transcribing, speaking, LocalAgreement)
        return VoiceSession(conversation, parts, settings, show=show, clock=self.ears.clock)

    async def transcriber(self, settings: SpeechSettings) -> FakeTranscriber:
        return self.transcribing

    async def speech(self, settings: SpeechSettings, text: str, language: str) -> AsyncIterator[Speech]:
        if self.silent is not None:
            raise self.silent
        async for piece in self.synthesizer.synthesize(SynthesizeRequest(text, language, speed=settings.speed)):
            yield piece


def no_microphone() -> DeviceMissing:
    return DeviceMissing("there is no microphone", hint="plug one in, or start the sound server")


class _Assistant:
    """As much of one as a conversation and a desk need."""

    def __init__(self, engine: FakeEngine) -> None:
        self.engine, self.settings = engine, Settings()
        self.reduction = FakeReduction()
        self.paths = Paths.find()
        self.audit = AuditLog.off()
        self.host = PluginHost.load(PluginSettings(), entry_points=())

    async def resolve(self, name: str = "", task: str = "chat") -> ResolvedModel:
        return ResolvedModel(name or "fake-model", "chat", ".gguf", {})

    async def text_engine(self, name: str = "") -> FakeEngine:
        return self.engine

    def default_options(self) -> AskOptions:
        return AskOptions()

    def use_settings(self, settings: Settings) -> None:
        self.settings = settings


def desk(engine: FakeEngine, **speech: Any) -> FakeDesk:
    """With a conversation that `engine` answers, and these settings of speech."""
    assistant: Any = _Assistant(engine)
    for name, value in speech.items():
        set_value(assistant.paths, f"speech.{name}", str(value).lower() if isinstance(value, bool) else str(value))
    assistant.use_settings(load_settings(assistant.paths, environ={}))
    return FakeDesk(assistant, conversation(engine))


def conversation(engine: FakeEngine) -> Conversation:
    assistant: Any = _Assistant(engine)
    return Conversation(assistant, MemoryHistory(), model="", system="", recorded=True)
