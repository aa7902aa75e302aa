"""The camera of the kiosk: what it sees is shown, and one picture of it goes along with the next question."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Property, QObject, Signal, Slot

from myna.engine.camera import CameraView, KeepRequest, WatchRequest
from myna.engine.sight import PlainPicture
from myna.errors import DeviceMissing, MynaError

from ..conversation.pictures import image_of
from ..qml_types import MAP

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from myna.engine.protocols import EngineSpec

    from ..bridge import Job
    from ..desktop import Desktop
    from ..opened import Opened
    from .stills import Stills

State = Literal["closed", "opening", "open"]

PATIENCE_S = 20.0
"""A camera on a slow bus takes three seconds to its first frame; one that gives none for so long is stuck."""
VIEW = "view"
"""The name of what it sees, among the pictures of the kiosk."""


class Camera(QObject):
    """`kiosk.camera` in QML. Its engine is another process, which ends when the camera is closed."""

    changed = Signal()
    viewed = Signal()
    """Another frame is there."""

    def __init__(self, device: str, desktop: Desktop, stills: Stills, parent: QObject | None = None) -> None:
        """`device` as the profile names it; empty: the first."""
        super().__init__(parent)
        self._device = device
        self._bridge = desktop.bridge
        self._tray = desktop.conversation_view.tray_of_next
        self._speaking = desktop.speaking
        self._stills = stills
        self._opened: Opened | None = None
        self._engine: EngineSpec | None = None
        self._watching: Job[None] | None = None
        self._state: State = "closed"
        self._frame = 0
        self._error: MynaError | None = None

    def use(self, opened: Opened, engine: EngineSpec | None) -> None:
        """The assistant is there; `engine` reads cameras, None: nothing does."""
        self._opened = opened
        self._engine = engine
        self.changed.emit()

    # for QML

    def _get_there(self) -> bool:
        return self._engine is not None

    there = Property(bool, _get_there, notify=changed)
    """A plugin reads cameras; whether one is plugged in is seen when it is opened."""

    def _get_state(self) -> str:
        return self._state

    state = Property(str, _get_state, notify=changed)
    """`closed`, `opening`, or `open`: it is seen what it sees."""

    def _get_view(self) -> str:
        return f"image://kiosk/{VIEW}/{self._frame}" if self._state == "open" else ""

    view = Property(str, _get_view, notify=viewed)
    """Where `Image` finds what it sees now."""

    def _get_error(self) -> dict[str, str]:
        return self._speaking.error(self._error.info()) if self._error is not None else {}

    error = Property(MAP, _get_error, notify=changed)
    """Why it cannot be used; empty where nothing is wrong."""

    @Slot()
    def open(self) -> None:
        """Show what it sees."""
        if self._state == "closed" and self._opened is not None and self._engine is not None:
            self._error = None
            self._state = "opening"
            watching = self._bridge.stream(self._views(self._opened, self._engine))
            self._watching = watching.on_event(self._show).on_error(self._fail)
            self.changed.emit()

    @Slot()
    def take(self) -> None:
        """What was seen last goes along with the next question; the camera closes."""
        opened, engine = self._opened, self._engine
        if self._state == "open" and opened is not None and engine is not None:
            self._stop()
            self._tray.add("", partial(self._last, opened, engine))

    @Slot()
    def close(self) -> None:
        """Without a picture."""
        opened, engine = self._opened, self._engine
        if self._state != "closed" and opened is not None and engine is not None:
            self._stop()
            self._bridge.run(opened.assistant.pool.unload(engine.name)).on_error(lambda _: None)

    @Slot()
    def calm(self) -> None:
        """The error was read."""
        self._error = None
        self.changed.emit()

    # in the loop

    async def _views(self, opened: Opened, engine: EngineSpec) -> AsyncIterator[CameraView]:
        handle = opened.assistant.pool.engine(engine)
        # More than one that waits would show the past.
        async with aclosing(handle.stream("watch", WatchRequest(self._device), CameraView, ahead=1)) as views:
            while True:
                try:
                    async with asyncio.timeout(PATIENCE_S):
                        view = await anext(views, None)
                except TimeoutError:
                    view = None
                if view is None or not view.valid():
                    raise DeviceMissing("the camera gave no picture")
                yield view

    async def _last(self, opened: Opened, engine: EngineSpec) -> bytes:
        pool = opened.assistant.pool
        try:
            return (await pool.engine(engine).call("keep", KeepRequest(), PlainPicture)).data
        finally:
            await pool.unload(engine.name)

    # in Qt's thread

    def _show(self, view: CameraView) -> None:
        if self._state == "closed":
            return
        self._stills.keep(VIEW, image_of(view.width, view.height, view.pixels))
        self._frame += 1
        if self._state == "opening":
            self._state = "open"
            self.changed.emit()
        self.viewed.emit()

    def _fail(self, error: MynaError) -> None:
        self._stop()
        self._error = error
        self.changed.emit()

    def _stop(self) -> None:
        if self._watching is not None:
            self._watching.cancel()
            self._watching = None
        self._stills.forget(VIEW)
        self._state = "closed"
        self.changed.emit()
        self.viewed.emit()
