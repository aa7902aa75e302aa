"""The kiosk as its pages see it: which screen is shown, what a visit may do, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from PySide6.QtCore import Property, QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication

from .admin import Admin
from .camera import Camera
from .ending import Ending
from .idle import IdleClock
from .models import Models
from .offered import Offered
from .rules import KioskRules
from .said import Said
from .stills import Stills
from .wiping import begin

if TYPE_CHECKING:
    from collections.abc import Callable

    from myna.engine.protocols import EngineSpec
    from myna.events import Event

    from ..desktop import Desktop
    from ..opened import Opened
    from .pin import PinLock
    from .places import Places
    from .profile import Code, Profile

Screen = Literal["starting", "attract", "visit", "ending", "trouble"]

TICK_MS = 250
"""The countdown is looked at four times a second, so that no second is skipped."""
THANKS_MS = 2000
"""How long the thanks are shown at least: two short sentences take that to be read."""
FULL_PX = 800
"""The shorter side of a screen from which on letters have the size of the profile."""
LEAST_SHARE = 0.6
"""Of that size, on the smallest screens: 800 x 480 on 7 inches, which stand nearer."""
_TOUCHES = {
    QEvent.Type.MouseButtonPress,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.KeyPress,
    QEvent.Type.Wheel,
    QEvent.Type.InputMethod,
}


class Kiosk(Said):
    """`kiosk` in QML, beside `desktop`."""

    screenChanged = Signal()
    visitChanged = Signal()

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
        super().__init__(profile, desktop.speaking, desktop)
        timed = {} if clock is None else {"clock": clock}
        self._desktop = desktop
        self._bridge = desktop.bridge
        self._places = places
        self._screen: Screen = "starting"
        self._recovering = recovering
        self._opened: Opened | None = None
        self._idle = IdleClock(profile.idle.after_s, profile.idle.countdown_s, **timed)
        self.models = Models(profile, desktop.bridge, self, **timed)
        self.stills = Stills()
        view = desktop.conversation_view
        self._tray = view.tray_of_next
        self._camera = Camera(profile.pictures.camera, desktop, self.stills, self)
        self._offered = Offered(profile.pictures.folder, desktop.bridge, self._tray, self.stills, self)
        self._countdown = -1
        self._again = False
        self._thanked = True
        self._clean = False
        self.admin = Admin(lock, has_pin, desktop.bridge, self)
        self._ticks = QTimer(self, interval=TICK_MS)
        self._ticks.timeout.connect(self._tick)
        self.ending = Ending(desktop, self._camera, self.models, places, self)
        self.ending.wiped.connect(self._cleaned)
        self.ending.broken.connect(self.fail)
        self.models.changed.connect(self.visitChanged)
        self.models.failed.connect(self._ask_again)
        desktop.changed.connect(self._follow)
        desktop.heard.connect(self._hear)
        view.answered.connect(self._answered)
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

    countdown = Property(int, _get_countdown, notify=visitChanged)
    """Seconds until the visit is wiped; -1 while somebody is there."""

    def _get_smaller(self) -> str:
        return self.models.cause

    smaller = Property(str, _get_smaller, notify=visitChanged)
    """Why a smaller model answers: `memory`, `temperature`, `failure`; empty: none does."""

    def _get_camera(self) -> QObject:
        return self._camera

    camera = Property(QObject, _get_camera, constant=True)

    def _get_offered(self) -> QObject:
        return self._offered

    offered = Property(QObject, _get_offered, constant=True)

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

    @Slot(str)
    def askAbout(self, text: str) -> None:
        """A question about the picture that goes along was touched."""
        if self._screen == "visit" and self._tray.property("count"):
            self._ask(text)

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
            self._again = self._thanked = self._clean = False
            QTimer.singleShot(THANKS_MS, self._thank)
            self._show("ending")
            if self._opened is not None:
                self.ending.wipe(self._opened)

    @Slot(float, float)
    def fit(self, width: float, height: float) -> None:
        """The screen has this many pixels; a small one gets smaller letters, never smaller things to touch."""
        share = min(1.0, max(LEAST_SHARE, min(width, height) / FULL_PX))
        settings = self._desktop.settings.desktop
        self._desktop.theme.use(msgspec.structs.replace(settings, font_scale=self._profile.font_scale * share))

    # a visit

    def _ask(self, text: str) -> None:
        # Refused where an answer is under way.
        self._desktop.conversation_view.ask(text)

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

    def _thank(self) -> None:
        self._thanked = True
        self._attract()

    def _attract(self) -> None:
        """Wait for the next visitor, once the last one could read the thanks and nothing of the visit is left."""
        if self._thanked and self._clean and self._screen in {"starting", "ending"}:
            self._speak(self._profile.languages[0])
            self._show("attract")

    def _cleaned(self) -> None:
        self._clean = True
        self._attract()

    # what happens

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            # Also where there is no visit: an administrator comes when it is out of order.
            self.admin.touched()
            if self._screen == "visit":
                self.touched()
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
            self.visitChanged.emit()

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

    async def _prepare(self, opened: Opened) -> EngineSpec | None:
        """Raises `MynaError`: there would be no answers. Returns what reads cameras."""
        opened.assistant.host.add("kiosk", KioskRules(self._profile))
        for model in self._profile.models or ("",):
            await opened.assistant.resolve(model, "chat")
        await begin(opened, self._places, model=self.models.model)
        wanted = "camera" in self._profile.inputs
        return opened.assistant.host.find_camera(opened.assistant.settings) if wanted else None

    def _ready(self, camera: EngineSpec | None) -> None:
        opened = self._desktop.opened
        self.models.watch(opened)
        self._camera.use(opened, camera)
        self._offered.use(opened)
        self._cleaned()
        self.ending.warm(opened, [])

    def _hear(self, event: Event) -> None:
        self._idle.touch()
        self.models.hear(event)

    def _ask_again(self) -> None:
        """Once the answer that failed has ended."""
        self._again = True

    def _answered(self) -> None:
        """An answer has ended. Where its model did not get up, another one is asked the same."""
        again, self._again = self._again, False
        if again and self._screen == "visit":
            self._desktop.conversation_view.ask_anew()
