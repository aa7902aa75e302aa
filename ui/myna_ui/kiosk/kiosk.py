"""The kiosk as its pages see it: which screen is shown, what a visit may do, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Literal

import msgspec
from PySide6.QtCore import Property, QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from myna.draft import AskOptions
from myna.errors import MynaError
from myna.events import TextDelta, TurnFinished
from myna.pressure import Pressure, Step
from myna.reading import Reading, read

from ..qml_types import LIST, MAP
from .admin import Admin
from .idle import IdleClock
from .rules import KioskRules
from .wiping import begin, wipe

if TYPE_CHECKING:
    from collections.abc import Callable

    from myna.events import Event
    from myna.worker.handle import EngineHandle

    from ..desktop import Desktop
    from ..opened import Opened
    from .pin import PinLock
    from .places import Places
    from .profile import Code, Profile, Texts

Screen = Literal["starting", "attract", "visit", "ending", "trouble"]

TICK_MS = 250
"""The countdown is looked at four times a second, so that no second is skipped."""
THANKS_MS = 2000
"""How long the thanks are shown at least: two short sentences take that to be read."""
WARMING_S = 30.0
"""How long models may take to load and to read the prompt; then whoever asks waits for them."""
READING_MS = 10_000
"""Between two looks at memory and temperature, which change over minutes."""
_TOUCHES = {
    QEvent.Type.MouseButtonPress,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.KeyPress,
    QEvent.Type.Wheel,
    QEvent.Type.InputMethod,
}
_LOADING = {"out-of-memory", "model-load-failed", "model-quarantined"}
"""Errors of a model that does not get up; a smaller one may."""


class Kiosk(QObject):
    """`kiosk` in QML, beside `desktop`."""

    changed = Signal()
    screenChanged = Signal()
    warmed = Signal()
    """The models are loaded again and have read what questions begin with."""
    broken = Signal()
    """Something of a visit may be left: only a new process can be trusted."""

    def __init__(
        self,
        desktop: Desktop,
        profile: Profile,
        places: Places,
        lock: PinLock,
        *,
        has_pin: bool,
        recovering: bool = False,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """Belongs to `desktop`. `clock` decides about idleness and calm; seconds that only grow."""
        super().__init__(desktop)
        timed = {} if clock is None else {"clock": clock}
        self._desktop = desktop
        self._bridge = desktop.bridge
        self._profile = profile
        self._places = places
        self._screen: Screen = "starting"
        self._recovering = recovering
        self._opened: Opened | None = None
        self._idle = IdleClock(profile.idle.after_s, profile.idle.countdown_s, **timed)
        self._pressure = Pressure([Step(name) for name in profile.models], profile.limits, **timed)
        self._retired: set[str] = set()
        self._countdown = -1
        self._asked = ""
        self._again = ""
        self._thanked = True
        self._clean = False
        self.admin = Admin(lock, has_pin, desktop.bridge, self)
        self._ticks = QTimer(self, interval=TICK_MS)
        self._ticks.timeout.connect(self._tick)
        self._readings = QTimer(self, interval=READING_MS)
        self._readings.timeout.connect(self._read)
        desktop.changed.connect(self._follow)
        desktop.heard.connect(self._hear)
        desktop.property("conversation").answered.connect(self._answered)
        QGuiApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def fail(self) -> None:
        """Show that it is out of order, and whom to call."""
        self._show("trouble")

    # for QML

    def _get_screen(self) -> str:
        return self._screen

    screen = Property(str, _get_screen, notify=screenChanged)

    def _get_recovering(self) -> bool:
        return self._recovering

    recovering = Property(bool, _get_recovering, constant=True)
    """It fell over a moment ago."""

    def _get_countdown(self) -> int:
        return self._countdown

    countdown = Property(int, _get_countdown, notify=changed)
    """Seconds until the visit is wiped; -1 while somebody is there."""

    def _get_smaller(self) -> str:
        return self._pressure.cause

    smaller = Property(str, _get_smaller, notify=changed)
    """Why a smaller model answers: `memory`, `temperature`, `failure`; empty: none does."""

    def _get_languages(self) -> list[str]:
        return list(self._profile.languages)

    languages = Property(LIST, _get_languages, constant=True)

    def _get_inputs(self) -> list[str]:
        return list(self._profile.inputs)

    inputs = Property(LIST, _get_inputs, constant=True)

    def _get_orientation(self) -> str:
        return self._profile.orientation

    orientation = Property(str, _get_orientation, constant=True)

    def _get_texts(self) -> dict[str, str]:
        profile = self._profile
        texts: dict[str, Texts] = {
            "greeting": profile.greeting,
            "attract": profile.attract,
            "opening": profile.opening,
            "consent": profile.consent,
        }
        # Nobody can choose a language when it is out of order.
        calls = dict.fromkeys(profile.call.of(code) for code in profile.languages)
        return {**{name: text.of(self._code) for name, text in texts.items()}, "call": "\n".join(filter(None, calls))}

    texts = Property(MAP, _get_texts, notify=changed)
    """Of the profile, in the visitor's language; empty where the program's own is meant."""

    def _get_suggestions(self) -> list[str]:
        return [suggestion.text.of(self._code) for suggestion in self._profile.suggestions]

    suggestions = Property(LIST, _get_suggestions, notify=changed)

    def _get_admin(self) -> QObject:
        return self.admin

    administrator = Property(QObject, _get_admin, constant=True)

    @Slot(str)
    def begin(self, language: str) -> None:
        """Somebody is there, and speaks this language; empty: the first."""
        if self._screen == "attract":
            known = self._profile.languages
            self._speak(next((code for code in known if code == language), known[0]))
            self._idle.touch()
            self._ticks.start()
            self._show("visit")

    @Slot(str)
    def speak(self, language: str) -> None:
        """Change the language within a visit."""
        for code in self._profile.languages:
            if code == language:
                self._speak(code)

    @Slot(str)
    def ask(self, text: str) -> None:
        if self._screen == "visit" and "text" in self._profile.inputs:
            self._ask(text)

    @Slot(int)
    def suggest(self, index: int) -> None:
        """A suggestion was touched."""
        if self._screen == "visit" and 0 <= index < len(self._profile.suggestions):
            self._ask(self._profile.suggestions[index].asks(self._code))

    @Slot()
    def touched(self) -> None:
        """Somebody is there: also somebody who speaks."""
        self._idle.touch()
        self._count(-1)

    @Slot()
    def finish(self) -> None:
        """The visit is over: wipe it."""
        if self._screen == "visit":
            self._ticks.stop()
            self._count(-1)
            self._asked = self._again = ""
            self._thanked = self._clean = False
            QTimer.singleShot(THANKS_MS, self._thank)
            self._show("ending")
            self._forget()

    # a visit

    @property
    def _code(self) -> Code:
        return self._desktop.speaking.code

    def _ask(self, text: str) -> None:
        conversation = self._desktop.property("conversation")
        if not conversation.property("busy"):
            self._asked = text
            conversation.ask(text)

    def _speak(self, code: Code) -> None:
        self._desktop.speaking.use(code)
        opened = self._opened
        if opened is None:
            return

        def use() -> None:
            # Templates and notices follow the settings; models do not, so nothing is looked up again.
            opened.assistant.settings = msgspec.structs.replace(opened.assistant.settings, language=code)

        self._bridge.in_loop(use)
        self.changed.emit()

    def _forget(self) -> None:
        opened = self._opened
        if opened is None:
            return
        view = self._desktop.property("conversation")
        view.stop()
        QGuiApplication.clipboard().clear()

        async def forget() -> list[EngineHandle]:
            await self._desktop.close_pages()
            return await wipe(opened, self._places, model=self._pressure.step.model)

        self._bridge.run(forget()).on_result(self._forgotten).on_error(self._not_forgotten)

    def _forgotten(self, loaded: list[EngineHandle]) -> None:
        self._desktop.property("conversation").clear()
        self._clean = True
        self._attract()
        self._warm(loaded)

    def _thank(self) -> None:
        self._thanked = True
        self._attract()

    def _attract(self) -> None:
        """Wait for the next visitor, once the last one could read the thanks and nothing of the visit is left."""
        if self._thanked and self._clean and self._screen in {"starting", "ending"}:
            self._speak(self._profile.languages[0])
            self._show("attract")

    def _not_forgotten(self, error: MynaError) -> None:
        del error
        self.fail()
        self.broken.emit()

    def _warm(self, loaded: list[EngineHandle]) -> None:
        """Start the models again, and let them read what every question begins with."""
        opened = self._opened
        if opened is None:
            return

        async def warm() -> None:
            for handle in loaded:
                handle.preload()
            assistant = opened.assistant
            rehearsal = await assistant.conversation(model=self._pressure.step.model, record=False)
            # Never confirmed: answered, but neither stored nor observed nor on record.
            turn = rehearsal.ask("?", options=AskOptions(max_tokens=1), confirmed=asyncio.Event())
            # Where policy lets nothing out before it is on record, nothing comes; it was computed all the same.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WARMING_S):
                    async for event in turn:
                        if isinstance(event, TextDelta):
                            turn.cancel()

        self._bridge.run(warm()).on_error(lambda _: None).on_end(self.warmed.emit)

    # what happens

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES and self._screen == "visit":
            self.touched()
            self.admin.touched()
        return super().eventFilter(watched, event)

    def _tick(self) -> None:
        left = self._idle.left()
        if self._desktop.property("conversation").property("busy") or self.admin.property("stage") != "closed":
            # Somebody waits for an answer, or an administrator works.
            self._idle.touch()
            left = None
        if left == 0:
            self.finish()
        else:
            self._count(-1 if left is None else left)

    def _count(self, left: int) -> None:
        if left != self._countdown:
            self._countdown = left
            self.changed.emit()

    def _show(self, screen: Screen) -> None:
        if screen != self._screen:
            self._screen = screen
            self.screenChanged.emit()

    def _follow(self) -> None:
        """The desktop has changed: it may be ready now, or fail."""
        if self._screen == "starting" and self._opened is None:
            if self._desktop.property("error"):
                self.fail()
            elif self._desktop.property("ready"):
                opened = self._opened = self._desktop.opened
                self._bridge.run(self._prepare(opened)).on_result(self._ready).on_error(lambda _: self.fail())
        self.changed.emit()

    async def _prepare(self, opened: Opened) -> None:
        opened.assistant.host.add("kiosk", KioskRules(self._profile))
        for model in self._profile.models or ("",):
            await opened.assistant.resolve(model, "chat")
        await begin(opened, self._places, model=self._pressure.step.model)

    def _ready(self, _: None) -> None:
        self._readings.start()
        self._forgotten([])

    def _hear(self, event: Event) -> None:
        self._idle.touch()
        error = event.error if isinstance(event, TurnFinished) else None
        if error is not None and error.code in _LOADING and self._pressure.failed():
            self._change_model(again=self._asked)

    # models

    def _read(self) -> None:
        self._bridge.run(asyncio.to_thread(read)).on_result(self.take_reading)

    def take_reading(self, reading: Reading) -> None:
        """How the machine is."""
        if self._pressure.take(reading):
            self._change_model()
        elif self._retired:
            self._retire()

    def _change_model(self, again: str = "") -> None:
        opened, model = self._opened, self._pressure.step.model
        if opened is None:
            return
        self._retired |= set(self._profile.models)
        self._retired.discard(model)

        def use() -> None:
            opened.conversation.use_model(model)

        self._bridge.in_loop(use)
        self._retire()
        self.changed.emit()
        self._again = again

    def _answered(self) -> None:
        """An answer has ended. Where its model did not get up, another one is asked the same."""
        question, self._again = self._again, ""
        if question and self._screen == "visit":
            self._desktop.property("conversation").take_back()
            self._ask(question)

    def _retire(self) -> None:
        """Unload models that no longer answer, once they have nothing to do."""
        opened, names = self._opened, set(self._retired)
        if opened is None:
            return

        async def unload() -> set[str]:
            pool = opened.assistant.pool
            busy = {status.name for status in pool.status() if status.in_flight}
            loaded = {status.name for status in pool.status() if status.pid is not None}
            for name in (names & loaded) - busy:
                await pool.unload(name)
            return names & busy

        def left(busy: set[str]) -> None:
            self._retired = busy

        self._bridge.run(unload()).on_result(left).on_error(lambda _: None)
