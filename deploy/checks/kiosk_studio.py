"""A kiosk that sits for its picture: its model answers from a script, its clock stands still, a film is its camera."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtQuick import QQuickItem

SIZES = {"portrait": (1080, 1920), "landscape": (1920, 1080)}
PAUSE_MS = 700
"""Until a screen has come to rest."""
POLL_MS = 50
PROFILE = Path(__file__).parents[1] / "kiosk" / "kiosk.toml"
LETTER = ("TOWN HALL", "Passport office", "Room 12 · first floor", "Monday to Friday", "8 to 16 o'clock")
"""What is held before the camera."""


class Studio:
    def __init__(self, language: str, folder: Path, save: Callable[[QImage, str], None]) -> None:
        """`folder` is for what is made on the way; `save` takes each picture and its name."""
        from myna.config import PluginSettings
        from myna.engine.protocols import EngineSpec
        from myna.hookspecs import hookimpl
        from myna.host import PluginHost
        from myna.paths import Paths
        from myna.settings import load_settings
        from myna.testing import FakeClock
        from myna_ui.app import application
        from myna_ui.desktop import Desktop
        from myna_ui.kiosk.kiosk import Kiosk
        from myna_ui.kiosk.pin import PinLock
        from myna_ui.kiosk.places import Places
        from myna_ui.kiosk.profile import Pictures, Prompt, load_profile
        from myna_ui.kiosk.settings import settings_for
        from myna_ui.kiosk.showing import show_kiosk

        class Seeing:
            @hookimpl
            def myna_find_camera(self) -> EngineSpec:
                return EngineSpec("camera", "myna_vision.camera.engine:CameraEngine", {})

        self.app = application(["myna"])
        self.language = language
        self._save = save
        letters = folder / "letters"
        letters.mkdir(parents=True, exist_ok=True)
        film = folder / "letter.mkv"
        draw(letters, film)
        # Templates and voice belong to plugins, of which none is loaded.
        self.profile = msgspec.structs.replace(
            load_profile(PROFILE, named=True),
            prompt=Prompt(),
            inputs=("text", "camera"),
            pictures=Pictures(camera=str(film), folder=str(letters)),
        )
        paths = Paths.find()
        places = Places.find(paths)
        settings = settings_for(self.profile, load_settings(paths, environ=os.environ))
        host = PluginHost.load(PluginSettings(), extra=[("seeing", Seeing())], entry_points=())
        self.desktop = Desktop(places.paths, settings, environ={}, host=host)
        self.desktop.theme.use(settings.desktop, touch=True)
        self.clock = FakeClock()
        lock = PinLock(places.root / "none.pin", places.attempts)
        self.kiosk = Kiosk(self.desktop, self.profile, places, lock, has_pin=True, recovering=True, clock=self.clock)
        self.engine, self.window = show_kiosk(self.desktop, self.kiosk)
        self.window.showNormal()

    def resting(self, screen: str) -> Callable[[], bool]:
        view = self.desktop.property("conversation")
        return lambda: self.kiosk.property("screen") == screen and not view.property("busy")

    def steps(self, sizes: dict[str, tuple[int, int]]) -> Iterator[Callable[[], bool]]:
        """What is done, and what is waited for before it goes on."""
        for form, size in sizes.items():
            self.window.resize(*size)
            self.desktop.speaking.use(self.language)
            yield _pause()
            self.save("recovery", form)
        self.desktop.begin()
        yield self.resting("attract")
        yield lambda: len(self.kiosk.property("offered").property("pictures")) > 1
        for form, size in sizes.items():
            self.window.resize(*size)
            self.desktop.speaking.use(self.language)
            yield _pause()
            self.save("attract", form)
            self.kiosk.begin(self.language)
            yield _pause()
            self.save("visit", form)
            yield from self._ways_to_ask(form)
            self.kiosk.suggest(1)
            yield self.resting("visit")
            yield _pause()
            self.save("answer", form)
            self.clock.advance(self.profile.idle.after_s + 3)
            yield _pause()
            self.save("countdown", form)
            self.kiosk.touched()
            self.kiosk.admin.ask()
            yield _pause()
            self.save("pin", form)
            self.kiosk.admin.close()
            self.kiosk.finish()
            yield self.resting("attract")

    def _ways_to_ask(self, form: str) -> Iterator[Callable[[], bool]]:
        screen = self._screen()
        screen.setProperty("keys", True)
        yield _pause()
        self.save("keyboard", form)
        screen.setProperty("keys", False)
        screen.setProperty("asking", "camera")
        yield _pause()
        self.save("consent", form)
        screen.setProperty("asking", "")
        screen.setProperty("card", "offered")
        yield _pause()
        self.save("pictures", form)
        screen.setProperty("card", "camera")
        camera = self.kiosk.property("camera")
        yield lambda: camera.property("state") == "open"
        yield _pause()
        self.save("camera", form)
        camera.take()
        screen.setProperty("card", "")
        tray = self.desktop.conversation_view.tray_of_next
        yield lambda: bool(tray.property("count")) and not tray.property("busy")
        yield lambda: any(image.implicitWidth() > 0 for image in self._items("taken"))
        yield _pause()
        self.save("taken", form)
        tray.clear()

    def _screen(self) -> QQuickItem:
        return self._items("visit")[-1]

    def _items(self, name: str) -> list[QQuickItem]:
        return [item for item in _walk(self.window.contentItem()) if item.objectName() == name]

    def save(self, name: str, form: str) -> None:
        self._save(self.window.grabWindow(), f"kiosk-{name}-{form}-{self.language}.png")


def _walk(item: QQuickItem) -> Iterator[QQuickItem]:
    yield item
    for child in item.childItems():
        yield from _walk(child)


def draw(folder: Path, film: Path) -> None:
    """Pictures that are offered, and a film of a letter that is held before the camera."""
    import av
    import numpy as np
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(44)
    for name, colour in (("Notice", "#e8efe9"), ("Plan", "#efe9df"), ("Form", "#e6e8ef")):
        card = Image.new("RGB", (640, 480), colour)
        ImageDraw.Draw(card).text((60, 60), f"{name}\n\n" + "\n".join(LETTER[1:4]), "#222222", font)
        card.save(folder / f"{name}.png")
    scene = Image.new("RGB", (1280, 960), "#8d8377")
    sheet = Image.new("RGB", (820, 640), "#f7f5ef")
    ImageDraw.Draw(sheet).text((70, 70), "\n\n".join(LETTER), "#222222", font)
    turned = sheet.rotate(3, expand=True, fillcolor="#8d8377")
    scene.paste(turned, (220, 140))
    with av.open(str(film), "w") as made:
        stream = made.add_stream("ffv1", rate=12)
        stream.width, stream.height, stream.pix_fmt = 1280, 960, "bgr0"
        for _ in range(3):
            for packet in stream.encode(av.VideoFrame.from_ndarray(np.asarray(scene), format="rgb24")):
                made.mux(packet)
        for packet in stream.encode():
            made.mux(packet)


def photograph(studio: Studio, sizes: dict[str, tuple[int, int]] = SIZES) -> int:
    """Take all pictures; the exit status."""
    from PySide6.QtCore import QTimer

    going = studio.steps(sizes)
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
