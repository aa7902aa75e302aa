"""Pictures of the kiosk's screens, upright and lying, in both languages: part of `make screenshots`.

    kiosk_screenshots.py FOLDER

No model is needed: the answers are written here, so that the pictures are always the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

SIZES = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
HALF = 2
"""Pictures are kept at half their size."""
COLOURS = 96
"""Of a palette: a screen has few."""
PAUSE_MS = 700
"""Until a screen has come to rest."""
POLL_MS = 50
PROFILE = Path(__file__).parents[1] / "kiosk" / "kiosk.toml"
ANSWERS = {
    "en": "Passports are issued in **room 12** on the first floor. Please bring:\n\n- your old passport\n- a photo",
    "zh": "护照在**二楼12号房间**办理。请带上：\n\n- 旧护照\n- 一张照片",
}


class Studio:
    """A kiosk whose model answers from a script, and whose clock stands still."""

    def __init__(self, language: str) -> None:
        from myna.config import PluginSettings
        from myna.host import PluginHost
        from myna.paths import Paths
        from myna.settings import load_settings
        from myna.testing import FakeClock
        from myna_ui.app import application
        from myna_ui.desktop import Desktop
        from myna_ui.kiosk.kiosk import Kiosk
        from myna_ui.kiosk.pin import PinLock
        from myna_ui.kiosk.places import Places
        from myna_ui.kiosk.profile import Prompt, load_profile
        from myna_ui.kiosk.settings import settings_for
        from myna_ui.kiosk.showing import show_kiosk

        self.app = application(["myna"])
        self.language = language
        # Templates and voice belong to plugins, of which none is loaded.
        self.profile = msgspec.structs.replace(load_profile(PROFILE, named=True), prompt=Prompt(), inputs=("text",))
        paths = Paths.find()
        places = Places.find(paths)
        settings = settings_for(self.profile, load_settings(paths, environ=os.environ))
        host = PluginHost.load(PluginSettings(), entry_points=())
        self.desktop = Desktop(places.paths, settings, environ={}, host=host)
        self.desktop.theme.use(settings.desktop, touch=True)
        self.clock = FakeClock()
        lock = PinLock(places.root / "none.pin", places.attempts)
        self.kiosk = Kiosk(self.desktop, self.profile, places, lock, has_pin=True, clock=self.clock)
        self.engine, self.window = show_kiosk(self.desktop, self.kiosk)
        self.window.showNormal()

    def resting(self, screen: str) -> Callable[[], bool]:
        view = self.desktop.property("conversation")
        return lambda: self.kiosk.property("screen") == screen and not view.property("busy")

    def steps(self, folder: Path) -> Iterator[Callable[[], bool]]:
        """What is done, and what is waited for before it goes on."""
        self.desktop.begin()
        yield self.resting("attract")
        for form, size in SIZES.items():
            self.window.resize(*size)
            self.desktop.speaking.use(self.language)
            yield _pause()
            self.save(folder, "attract", form)
            self.kiosk.begin(self.language)
            yield _pause()
            self.save(folder, "visit", form)
            self.kiosk.suggest(1)
            yield self.resting("visit")
            yield _pause()
            self.save(folder, "answer", form)
            self.clock.advance(self.profile.idle.after_s + 3)
            yield _pause()
            self.save(folder, "countdown", form)
            self.kiosk.finish()
            yield self.resting("attract")

    def save(self, folder: Path, name: str, form: str) -> None:
        _save(self.window.grabWindow(), folder / f"kiosk-{name}-{form}-{self.language}.png")


def one(folder: Path, language: str) -> None:
    """All screens in one language; runs in a process of its own, on a home of its own."""
    from myna.testing import FakeEngine, answered_by

    with answered_by(FakeEngine([ANSWERS[language]])):
        status = _photograph(Studio(language), folder)
    sys.stdout.flush()
    # The program has nothing to keep, and nobody waits for its good manners.
    os._exit(status)


def _photograph(studio: Studio, folder: Path) -> int:
    """Take all pictures; the exit status."""
    from PySide6.QtCore import QTimer

    going = studio.steps(folder)
    over: Callable[[], bool] = _at_once

    def advance() -> None:
        nonlocal over
        if over():
            try:
                over = next(going)
            except StopIteration:
                studio.app.exit(0)
            except BaseException:
                # Qt would only print it, and wait for ever.
                studio.app.exit(1)
                raise

    timer = QTimer(interval=POLL_MS)
    timer.timeout.connect(advance)
    timer.start()
    return studio.app.exec()


def _at_once() -> bool:
    """The first step waits for nothing."""
    return True


def _pause() -> Callable[[], bool]:
    left = [PAUSE_MS // POLL_MS]

    def over() -> bool:
        left[0] -= 1
        return left[0] < 0

    return over


def _save(image: QImage, file: Path) -> None:
    from PIL import Image

    image.save(str(file))
    with Image.open(file) as saved:
        picture = saved.convert("RGB")
    small = picture.resize((picture.width // HALF, picture.height // HALF), Image.Resampling.LANCZOS)
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(file.name, flush=True)


def main(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    for language in ANSWERS:
        with tempfile.TemporaryDirectory() as made:
            environment = {name: value for name, value in os.environ.items() if not name.startswith("MYNA_")}
            environment |= {
                "MYNA_HOME": made,
                "MYNA_DESKTOP_THEME": "light",
                "MYNA_DESKTOP_REDUCED_MOTION": "true",
                "QT_QPA_PLATFORM": "offscreen",
                "QT_QUICK_BACKEND": "software",
            }
            command = [sys.executable, __file__, "--one", str(folder), language]
            if subprocess.run(command, env=environment, check=False).returncode:
                return 1
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(Path(sys.argv[2]), sys.argv[3])
    if len(sys.argv) != 2:
        sys.exit("usage: kiosk_screenshots.py FOLDER")
    sys.exit(main(Path(sys.argv[1])))
