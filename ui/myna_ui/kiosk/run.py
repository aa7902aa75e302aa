"""The kiosk from its start to its end."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication

from ..app import SIGNALS_MS, application, window
from ..desktop import Desktop
from .kiosk import Kiosk
from .notify import Notifier
from .pin import PinLock, has_pin, pin_file
from .places import Places
from .profile import load_profile
from .settings import settings_for
from .starts import SOON_S, Starts
from .watchdog import Watchdog
from .wiping import clear

if TYPE_CHECKING:
    from myna.config import Settings
    from myna.paths import Paths

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
    """
    notifier = Notifier.take(os.environ)
    profile = load_profile(file, named=named)
    places = Places.find(paths)
    starts = Starts(places.starts)
    recovery = starts.begin()
    clean = _tidy(places)
    app = application(sys.argv[:1])
    if not profile.cursor:
        QGuiApplication.setOverrideCursor(Qt.CursorShape.BlankCursor)
    changed = settings_for(profile, settings)
    desktop = Desktop(places.paths, changed)
    desktop.theme.use(changed.desktop, touch=True)
    lock = PinLock(pin_file(file), places.attempts)
    kiosk = Kiosk(desktop, profile, places, lock, has_pin=has_pin(pin_file(file)), recovering=recovery != "first")
    kiosk.admin.leaving.connect(app.exit)
    kiosk.broken.connect(lambda: app.exit(RESTART))
    engine, shown = window(desktop, "kiosk/KioskMain.qml", kiosk=kiosk)

    async def silent(within_s: float) -> list[str]:
        opened = desktop.opened
        return [] if opened is None else await opened.assistant.pool.silent(within_s)

    watchdog = Watchdog(notifier, desktop.bridge, silent)
    out_of_order = recovery == "given-up" or not clean
    begun = False

    def begin() -> None:
        nonlocal begun
        if begun:
            return
        begun = True
        notifier.ready()
        watchdog.start()
        if out_of_order:
            log.error("the kiosk is out of order: %s", "it crashed too often" if clean else "the disk")
            kiosk.fail()
            QTimer.singleShot(GIVEN_UP_MS, lambda: app.exit(RESTART))
        else:
            QTimer.singleShot(0, desktop.begin)

    def follow() -> None:
        notifier.status(str(kiosk.property("screen")))
        if kiosk.property("screen") == "trouble" and not out_of_order:
            QTimer.singleShot(RETRY_MS, lambda: app.exit(RESTART))

    kiosk.screenChanged.connect(follow)
    shown.frameSwapped.connect(begin)
    # Qt's own way to quit asks the windows, and this one does not close.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: app.exit(0))
    ticking = QTimer(interval=SIGNALS_MS)
    ticking.timeout.connect(lambda: None)
    ticking.start()
    living = QTimer(interval=round(SOON_S * 1000 / 3))
    living.timeout.connect(starts.alive)
    living.start()
    status = RESTART
    try:
        status = app.exec()
    finally:
        notifier.stopping()
        watchdog.stop()
        desktop.close()
        _tidy(places)
        starts.end(forgive=recovery == "given-up" or status == 0)
        del engine
    return status


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
