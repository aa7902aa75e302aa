"""The actor: sound and results come in one after the other, and nothing else changes what it knows."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Callable
from functools import partial
from typing import Protocol

import msgspec

from myna.audio import SPEECH_RATE, AudioChunk
from myna.config import SpeechSettings
from myna.conversation import Conversation
from myna.devices import DeviceChange, Microphone
from myna.draft import AskOptions
from myna.engine.speech import Transcriber
from myna.errors import MynaError
from myna.voice_events import DeviceChanged, Failed, Listening, Told

from .answer import Speaking
from .dialogue import Dialogue, Floor
from .jobs import Inbox, Jobs
from .listener import Listener
from .timings import Percentiles, SoundClock
from .utterance import Agreement
from .wake_word import WakeWord

DEAF_AFTER = 5
"""Failures of voice activity in a row after which a session that hears nothing ends."""


class Ears(Protocol):
    """Voice activity and turn end."""

    async def voice(self, audio: bytes, *, reset: bool = False) -> tuple[float, ...]: ...

    async def turn_end(self, audio: bytes) -> float: ...


class Parts(msgspec.Struct, frozen=True):
    """What a session is made of."""

    microphone: Microphone
    ears: Ears
    transcriber: Transcriber
    speaking: Speaking
    agreement: Callable[[], Agreement]
    wake_word: WakeWord | None = None


class VoiceSession:
    """One conversation by voice, from `run` until its microphone ends or it is cancelled."""

    def __init__(
        self,
        conversation: Conversation,
        parts: Parts,
        settings: SpeechSettings,
        *,
        show: Callable[[Told], None],
        options: AskOptions | None = None,
        answers: bool = True,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """`show` is told what happens and must not block. `answers`: what was said is answered at once; else it is
        told, and `ask` has something answered. `clock` (seconds) is for timings alone."""
        self._parts = parts
        self._settings = settings
        self._tell = show
        self._clock = SoundClock(clock)
        self._inbox = Inbox()
        self._jobs = Jobs(self._inbox)
        self._ended = False
        self._wakeless = False
        """The wake-word model fails, and that was told."""
        self._dialogue = Dialogue(
            conversation,
            parts.speaking,
            settings,
            options=options,
            answering=answers,
            show=self._show,
            inbox=self._inbox,
            jobs=self._jobs,
        )
        self._listener = self._dialogue.listener = Listener(
            transcriber=parts.transcriber,
            turn_end=parts.ears,
            agreement=parts.agreement,
            languages=settings.languages,
            longest_s=settings.longest_turn_s,
            by_hand=settings.listen == "push-to-talk",
            clock=self._clock,
            inbox=self._inbox,
            jobs=self._jobs,
            hearer=self._dialogue,
        )

    @property
    def percentiles(self) -> Percentiles:
        """Of the turns so far."""
        return self._dialogue.percentiles

    @property
    def floor(self) -> Floor:
        """Whose turn it is to be heard."""
        return self._dialogue.floor

    def use(self, settings: SpeechSettings) -> None:
        """Take `barge_in`, `stop_words`, `speed` and `volume` from `settings`; the rest is for another session."""
        self._inbox.post(partial(self._dialogue.use, settings))

    def press(self) -> None:
        """Push-to-talk: somebody begins to speak. An answer falls silent."""
        self._inbox.post(self._press)

    def release(self) -> None:
        """Push-to-talk: that was all."""
        self._inbox.post(self._listener.release)

    def drop(self) -> None:
        """Push-to-talk: forget what was said since `press`."""
        self._inbox.post(self._listener.drop)

    def silence(self, heard_s: float | None = None) -> None:
        """End the answer that is being spoken, if one is. `heard_s`: seconds of it that were heard, where whoever
        listens knows better than the loudspeaker."""
        self._inbox.post(lambda: self._dialogue.silence(heard_s))

    def ask(self, question: str, language: str = "") -> None:
        """Answer what was asked in another way than by voice, aloud. `language` (BCP 47): what it is in."""
        self._inbox.post(lambda: self._dialogue.ask(question, language))

    async def run(self) -> None:
        """Listen and answer until the microphone ends and the last answer was heard. Cancelling ends it at once;
        the history then keeps what was heard.

        Raises:
            DeviceMissing: the microphone or the loudspeaker cannot be opened.
            MynaError: voice activity does not work at all.
        """
        loudspeaker = self._parts.speaking.loudspeaker
        await loudspeaker.open()
        try:
            self._jobs.start(self._pump(), "microphone")
            self._show(lambda at: Listening(at=at, mode=self._settings.listen))
            while not (self._ended and self._listener.utterance is None and not self._dialogue.busy):
                (await self._inbox.next())()
        finally:
            await self._dialogue.close()
            await self._jobs.close()
            await loudspeaker.close()

    def _press(self) -> None:
        self._dialogue.silence()
        self._listener.press()

    def _show(self, make: Callable[[float], Told]) -> None:
        self._tell(make(self._listener.position / SPEECH_RATE))

    # the microphone

    async def _pump(self) -> None:
        """Sound with its voice activity to the actor."""
        failures = 0
        reset = True
        sound = self._parts.microphone.listen()
        try:
            async for item in sound:
                if isinstance(item, DeviceChange):
                    await self._inbox.post_sound(partial(self._changed, item))
                    continue
                try:
                    probabilities = await self._parts.ears.voice(item.data, reset=reset)
                    failures, reset = 0, False
                except MynaError as error:
                    failures, reset = failures + 1, True
                    if failures >= DEAF_AFTER:
                        raise
                    probabilities = ()
                    if failures == 1:
                        self._inbox.post(partial(self._failed, error))
                await self._wake(item)
                await self._inbox.post_sound(partial(self._hear, item, probabilities))
                if reset:
                    await self._inbox.post_sound(self._listener.deaf)
        finally:
            if isinstance(sound, AsyncGenerator):
                await sound.aclose()
        self._inbox.post(self._no_more)

    async def _wake(self, chunk: AudioChunk) -> None:
        wake_word = self._parts.wake_word
        if wake_word is None:
            return
        try:
            heard = await wake_word.heard(chunk.data)
        except MynaError as error:
            if not self._wakeless:
                self._inbox.post(partial(self._failed, error))
            self._wakeless = True
            return
        self._wakeless = False
        if heard:
            self._inbox.post(self._dialogue.woken)

    def _hear(self, chunk: AudioChunk, probabilities: tuple[float, ...]) -> None:
        self._clock.arrived(chunk.position + len(chunk))
        self._listener.sound(chunk, probabilities)
        self._dialogue.tick()

    def _changed(self, change: DeviceChange) -> None:
        self._show(lambda at: DeviceChanged(at=at, kind=change.kind, name=change.name))

    def _failed(self, error: MynaError) -> None:
        self._show(lambda at: Failed(at=at, error=error.info()))

    def _no_more(self) -> None:
        self._ended = True
        self._listener.input_ended()
        self._dialogue.input_ended()
