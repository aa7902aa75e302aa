"""The voice conversation that is open, from the first press to the closed devices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import msgspec

from myna.audio import SPEECH_RATE, AudioChunk
from myna.errors import DeviceMissing, MynaError

from ..session.button import HandMicrophone
from ..session.level import LevelMeter
from .told import Board, ToldBoard

if TYPE_CHECKING:
    from myna.config import SpeechSettings
    from myna.conversation import Conversation
    from myna.devices import Loudspeaker
    from myna.panel import Desk

    from ..session.session import VoiceSession
    from .equipment import Equipment

IDLE = 60 * SPEECH_RATE
"""Samples after which push-to-talk closes the microphone that nobody used: a minute, in which most people come back to
a conversation that they are in, and the next press need not wait for the device."""

LIVE = ("barge_in", "stop_words", "speed", "volume")
"""Settings that a session takes while it runs."""


class Talk:
    """At most one session. It follows the conversation that is on the screen, and the settings: for another
    conversation or another device it begins anew, and stays open for whoever speaks."""

    def __init__(
        self, desk: Desk, board: Board, equipment: Equipment, before: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """`before` is awaited before a device is opened: whatever else uses them must let go of them."""
        self._desk = desk
        self._board = board
        self._told = ToldBoard(board, desk)
        self._equipment = equipment
        self._before = before
        self._task: asyncio.Task[None] | None = None
        self._microphone: HandMicrophone | None = None
        self._session: VoiceSession | None = None
        self._held = self._muted = False
        self._caught = False
        """Something was heard since the button was pressed."""
        self._stale = asyncio.Event()
        """Another session is needed."""
        self._unused = 0
        """Samples since somebody did something."""
        self._used: SpeechSettings | None = None
        """That the session follows."""

    @property
    def open(self) -> bool:
        return self._task is not None

    def begin(self) -> None:
        """Open a session, if none is."""
        if self._task is None:
            self._board.calm()
            self._board.show(remark="", session="opening", mode=self._desk.settings.speech.listen)
            self._task = asyncio.create_task(self._run(), name="voice conversation")
            self._task.add_done_callback(self._over)

    async def end(self) -> None:
        """Close everything; what was heard of an answer is kept. Returns when the devices are closed."""
        self._held = False
        task = self._task
        if task is not None:
            if not task.cancelling():
                task.cancel()
            await asyncio.wait([task])

    def press(self) -> None:
        """The button is held. It opens a session where none is."""
        self._held, self._caught = True, False
        self._board.show(held=True, remark="")
        self._hand()
        self.begin()

    def release(self) -> None:
        if not self._held:
            return
        self._held = False
        self._board.show(held=False)
        self._hand()
        if not self._caught:
            self._board.show(remark="nothing-said")

    def mute(self, *, on: bool) -> None:
        """Hear nothing, and stay open."""
        self._muted = on
        self._board.show(muted=on)
        self._hand()

    def silence(self) -> None:
        """End the answer that is being spoken."""
        if self._session is not None:
            self._session.silence()

    # inside

    def _hand(self) -> None:
        if self._microphone is not None:
            self._microphone.held, self._microphone.muted = self._held, self._muted

    def _over(self, task: asyncio.Task[None]) -> None:
        self._task = None
        self._held = self._muted = False
        self._told.clear()
        self._board.show(session="closed", held=False, muted=False, remark="")
        if not task.cancelled():
            # A defect is raised here, where the loop reports it.
            task.result()

    async def _run(self) -> None:
        try:
            await self._before()
            while True:
                self._stale.clear()
                settings, conversation = self._desk.settings.speech, self._desk.conversation
                try:
                    await self._talk(settings, conversation)
                except DeviceMissing:
                    # Perhaps it was plugged in only now.
                    await self._equipment.devices()
                    await self._talk(settings, conversation)
                if not self._stale.is_set():
                    return
        except MynaError as error:
            self._board.trouble("talk", error)

    async def _talk(self, settings: SpeechSettings, conversation: Conversation) -> None:
        """One session, until it ends, or another is needed."""
        self._told.clear()
        self._board.show(session="opening", mode=settings.listen)
        self._unused, self._used = 0, settings
        by_hand = settings.listen == "push-to-talk"
        meter = LevelMeter(lambda level: self._board.show(level=round(level, 2)))

        def on_chunk(chunk: AudioChunk) -> None:
            heard = not self._muted and (self._held or not by_hand)
            meter.feed(chunk if heard else AudioChunk(bytes(len(chunk.data)), chunk.rate))
            self._caught = self._caught or self._held
            self._follow(conversation)
            if by_hand:
                self._rest(len(chunk))

        device, loudspeaker = self._equipment.pair(settings)
        microphone = self._microphone = HandMicrophone(device, by_hand=by_hand, on_chunk=on_chunk)
        self._hand()
        try:
            session = await self._opened(settings, conversation, microphone, loudspeaker)
            if session is not None and not self._stale.is_set():
                await _first(session.run(), self._stale.wait())
        finally:
            self._session = self._microphone = None
            await microphone.close()

    async def _opened(
        self, settings: SpeechSettings, conversation: Conversation, microphone: HandMicrophone, loudspeaker: Loudspeaker
    ) -> VoiceSession | None:
        """The microphone first: who has none need not wait for the models."""
        await microphone.open()
        opened: list[VoiceSession] = []

        async def opening() -> None:
            show = self._told.told
            opened.append(await self._equipment.session(conversation, settings, microphone, loudspeaker, show))

        await _first(opening(), self._stale.wait())
        if not opened:
            return None
        [session] = opened
        self._session = session
        microphone.on_press, microphone.on_release = session.press, session.release
        self._board.show(session="open")
        return session

    def _follow(self, conversation: Conversation) -> None:
        """What a person did elsewhere since the last 20 ms."""
        now = self._desk.settings.speech
        if self._desk.conversation is not conversation:
            self._stale.set()
        elif self._used is not None and now is not self._used:
            self._change(self._used, now)
        if self._session is not None:
            self._told.floor(self._session.floor)

    def _change(self, before: SpeechSettings, now: SpeechSettings) -> None:
        live = {name: getattr(now, name) for name in LIVE}
        if self._session is None or msgspec.structs.replace(before, **live) != now:
            self._stale.set()
        else:
            self._used = now
            self._session.use(now)

    def _rest(self, samples: int) -> None:
        used = self._held or self._session is None or self._session.floor != "nobody"
        self._unused = 0 if used else self._unused + samples
        if self._unused > IDLE and self._task is not None:
            self._task.cancel()


async def _first(*works: Coroutine[Any, Any, object]) -> None:
    """Wait until one has ended, and end the others. Raises what it, or one that was ended, raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            # One that was cancelled already, with all the others, must not be disturbed while it closes its devices.
            if not task.cancelling():
                task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
    for result in ended:
        if isinstance(result, Exception):
            raise result
