"""The kiosk from its start to its end."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from myna.errors import UsageError
from myna.locking import hold

from ..app import SIGNALS_MS, application
from ..desktop import Desktop
from . import scrubbing
from .kiosk import Kiosk
from .notify import Notifier
from .pin import PinLock, has_pin, pin_file
from .places import Places
from .profile import load_profile
from .settings import settings_for
from .showing import show_kiosk
from .starts import SOON_S, Starts
from .watchdog import Watchdog
from .wiping import clear

if TYPE_CHECKING:
    from collections.abc import Callable

    from myna.config import Settings
    from myna.paths import Paths

    from .profile import Profile

log = logging.getLogger(__name__)

RESTART = 75
"""Exit status that asks to be started again (EX_TEMPFAIL of sysexits.h); 0 is an end for good."""
RETRY_MS = 60_000
"""After this time of being out of order, a new start may help."""
GIVEN_UP_MS = 600_000
"""As `RETRY_MS`, after many crashes: as long as they are remembered."""


def run(paths: Paths, settings: Settings, file: Path, *, named: bool) -> int:
    """Show the kiosk until an administrator leaves it; the exit status.

    Raises:
        BadConfig: the profile cannot be used.
        UsageError: another kiosk has these folders.
    """
    profile = load_profile(file, named=named)
    scrubbing.ensure()
    scrubbing.take(os.environ)
    notifier = Notifier.take(os.environ)
    places = Places.find(paths)
    # The operating system's lock: it ends with the process that has it, however that ends.
    with hold(places.root / "lock", _busy, mode=0o600):
        return _run(profile, settings, places, pin_file(file), notifier)


def _busy() -> None:
    raise UsageError("another kiosk is running here", hint="choose another folder with --home")


def _run(profile: Profile, settings: Settings, places: Places, pin: Path, notifier: Notifier) -> int:
    starts = Starts(places.starts)
    recovery = starts.begin()
    clean = _tidy(places)
    app = application(sys.argv[:1])
    if not profile.cursor:
        QGuiApplication.setOverrideCursor(Qt.CursorShape.BlankCursor)
    changed = settings_for(profile, settings)
    desktop = Desktop(places.paths, changed)
    desktop.theme.use(changed.desktop, touch=True)
    lock = PinLock(pin, places.attempts)
    kiosk = Kiosk(desktop, profile, places, lock, has_pin=has_pin(pin), recovering=recovery != "first")
    engine, shown = show_kiosk(desktop, kiosk)
    running = Running(app, desktop, kiosk, notifier, out_of_order=recovery == "given-up" or not clean)
    shown.frameSwapped.connect(running.begin)
    _every(SIGNALS_MS, lambda: None, app)  # Python sees a signal when it is called
    _every(round(SOON_S * 1000 / 3), starts.alive, app)
    status = RESTART
    try:
        status = app.exec()
    finally:
        running.end()
        # The pages first: they look at all the others.
        engine.deleteLater()
        QApplication.sendPostedEvents(engine, QEvent.Type.DeferredDelete)
        desktop.close()
        _tidy(places)
        starts.end(forgive=recovery == "given-up" or status == 0)
    return status


class Running(QObject):
    """What ties the kiosk to whoever started it."""

    def __init__(
        self, app: QApplication, desktop: Desktop, kiosk: Kiosk, notifier: Notifier, *, out_of_order: bool
    ) -> None:
        """`out_of_order`: show that, and start no models."""
        super().__init__(app)
        self._app = app
        self._desktop = desktop
        self._kiosk = kiosk
        self._notifier = notifier
        self._out_of_order = out_of_order
        self._begun = False
        self._watchdog = Watchdog(notifier, desktop.bridge, self._silent, self)
        kiosk.admin.leaving.connect(app.exit)
        kiosk.ending.broken.connect(lambda: app.exit(RESTART))
        kiosk.screenChanged.connect(self._follow)
        kiosk.ending.warmed.connect(lambda: notifier.status(f"{kiosk.property('screen')}, models loaded"))
        # Qt's own way to quit asks the windows, and this one does not close.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: app.exit(0))

    def begin(self) -> None:
        """A frame is on the screen."""
        if self._begun:
            return
        self._begun = True
        self._notifier.ready()
        self._watchdog.start()
        if self._out_of_order:
            log.error("the kiosk is out of order: it crashed too often, or its folder cannot be emptied")
            self._kiosk.fail()
            QTimer.singleShot(GIVEN_UP_MS, lambda: self._app.exit(RESTART))
        else:
            QTimer.singleShot(0, self._desktop.begin)

    def end(self) -> None:
        self._notifier.stopping()
        self._watchdog.stop()

    async def _silent(self, within_s: float) -> list[str]:
        if not self._desktop.property("ready"):
            return []
        return await self._desktop.opened.assistant.pool.silent(within_s)

    def _follow(self) -> None:
        screen = str(self._kiosk.property("screen"))
        self._notifier.status(screen)
        if screen == "trouble" and not self._out_of_order:
            QTimer.singleShot(RETRY_MS, lambda: self._app.exit(RESTART))


def _every(interval_ms: int, call: Callable[[], None], parent: QObject) -> None:
    timer = QTimer(parent, interval=interval_ms)
    timer.timeout.connect(call)
    timer.start()


def _tidy(places: Places) -> bool:
    """Remove what the visit before has left, and have temporary files where the next wipe finds them."""
    try:
        clear(places)
    except OSError as error:
        log.error("files of a visit cannot be removed: %s", error.strerror)  # noqa: TRY400 - no frames of interest
        return False
    # Of this process and, through the environment, of the workers.
    tempfile.tempdir = os.environ["TMPDIR"] = str(places.temporary)
    return True
