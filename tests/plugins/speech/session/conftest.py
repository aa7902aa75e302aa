"""A session on a stage: made-up sound goes in, and all that happens is written down."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from types import ModuleType

import msgspec
import pytest

from myna.audio import silence
from myna.audit.log import AuditLog
from myna.config import PluginSettings, Settings, SpeechSettings
from myna.conversation import Conversation
from myna.draft import AskOptions
from myna.history import MemoryHistory
from myna.hookspecs import ResolvedModel, hookimpl
from myna.host import PluginHost
from myna.testing import (
    FakeEngine,
    FakeLoudspeaker,
    FakeMicrophone,
    FakeReduction,
    FakeSpeech,
    FakeSynthesizer,
    FakeTranscriber,
    FakeVoice,
)
from myna.voice_events import Failed, Final, Interrupted, TurnDone
from myna_speech.session.answer import Speaking
from myna_speech.session.session import Parts, VoiceSession

ANSWER = ("This is an answer. ", "It has two sentences.")


class Clause(msgspec.Struct, frozen=True):
    text: str
    spoken: str
    language: str


class Chunks:
    """A clause for each sentence."""

    def __init__(self, language):
        self.language, self.rest = language, ""

    def feed(self, text):
        self.rest += text
        *whole, self.rest = re.split(r"(?<=[.!?。！？])(?=\s|[\u3400-\u9fff])", self.rest)
        return [self._clause(part) for part in whole]

    def finish(self):
        return [self._clause(self.rest)] if self.rest else []

    def _clause(self, text):
        return Clause(text, "" if "`" in text else text.strip(), self.language)


class Agreement:
    def feed(self, words):
        return " ".join(words[:-1]), " ".join(words[-1:])


class FakeAssistant:
    def __init__(self, engine, observed):
        self.engine, self.settings = engine, Settings()
        self.reduction = FakeReduction()
        self.audit = AuditLog.off()
        watcher = ModuleType("watcher")

        def myna_observe(event):
            observed.append(event)

        watcher.myna_observe = hookimpl(myna_observe)
        self.host = PluginHost.load(PluginSettings(), extra=[("watcher", watcher)], entry_points=())

    async def resolve(self, name="", task="chat"):
        return ResolvedModel(name or "fake-model", "chat", ".gguf", {})

    async def text_engine(self, name=""):
        return self.engine

    def default_options(self):
        return AskOptions()


class Stage:
    """`Stage([1.0, "What is this?", 3.0])`: a second of silence, a question, three seconds of silence."""

    def __init__(
        self,
        sound: Iterable[object] = (),
        *,
        answer=ANSWER,
        engine=None,
        keep=True,
        wake_word=None,
        chunk=320,
        settle=12,
        observed=None,
        **settings,
    ):
        self.speech = FakeSpeech()
        self.microphone = FakeMicrophone(self.make(sound), chunk=chunk, settle=settle)
        self.loudspeaker = FakeLoudspeaker(self.microphone, keep=keep)
        self.transcriber = FakeTranscriber(self.speech)
        self.synthesizer = FakeSynthesizer(self.speech)
        self.voice = FakeVoice(self.speech)
        self.engine = engine or FakeEngine(answer)
        self.observed, self.events = [] if observed is None else observed, []
        self.on_event = self.events.append
        self.conversation = Conversation(
            FakeAssistant(self.engine, self.observed), MemoryHistory(), model="", system="", recorded=True
        )
        self.settings = SpeechSettings(**settings)

        async def voices(language):
            return self.synthesizer

        speaking = Speaking(self.loudspeaker, voices, Chunks)
        parts = Parts(self.microphone, self.voice, self.transcriber, speaking, Agreement, wake_word)
        self.session = VoiceSession(
            self.conversation, parts, self.settings, show=self._show, clock=self.microphone.clock
        )

    def _show(self, event):
        self.on_event(event)

    def make(self, sound):
        for piece in sound:
            if isinstance(piece, bytes):
                yield piece
            elif isinstance(piece, str):
                yield self.say(piece)
            elif isinstance(piece, tuple):
                yield self.speech.cough(piece[1])
            else:
                yield silence(piece)

    def say(self, text):
        """A third of a second a word; half of that a Chinese character."""
        words = len(text.split()) + sum("\u3400" <= char <= "\u9fff" for char in text) / 2
        return self.speech.say(text, round(0.3 * max(words, 1), 2))

    async def run(self):
        before = asyncio.all_tasks()
        try:
            await self.session.run()
        finally:
            left = asyncio.all_tasks() - before
            assert not left, left
        return self

    def told(self, kind):
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def names(self):
        """Tags of the events, runs of the same as one."""
        tags = [event.__struct_config__.tag for event in self.events]
        return [tag for at, tag in enumerate(tags) if at == 0 or tags[at - 1] != tag]

    @property
    def questions(self):
        return [event.text for event in self.told(Final)]

    @property
    def turns(self):
        return self.told(TurnDone)

    @property
    def cuts(self):
        return [event.heard for event in self.told(Interrupted)]

    @property
    def failures(self):
        return [event.error.code for event in self.told(Failed)]

    @property
    def asked(self):
        """Requests for answers; reading ahead takes one token."""
        return [request for request in self.engine.requests if request.max_tokens != 1]

    @property
    def heard(self):
        """Words that the loudspeaker played."""
        words = self.speech.read(bytes(self.loudspeaker.sound))
        return re.sub(r"(?<=[.!?])(?=\w)", " ", words)

    async def history(self):
        return [(stored.message.role, stored.message.text) for stored in await self.conversation.history()]


@pytest.fixture
def stage():
    """Makes a `Stage`."""
    return Stage


@pytest.fixture
def play():
    """Makes a `Stage` and runs it to its end."""

    async def run(sound, **more):
        return await Stage(sound, **more).run()

    return run
