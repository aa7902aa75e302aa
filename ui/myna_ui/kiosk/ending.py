"""Between two visits: the last one is wiped, the models are started for the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QClipboard, QGuiApplication

from myna.errors import MynaError

from .warming import warm
from .wiping import wipe

if TYPE_CHECKING:
    from myna.worker.handle import EngineHandle

    from ..desktop import Desktop
    from ..opened import Opened
    from .camera import Camera
    from .models import Models
    from .places import Places


class Ending(QObject):
    wiped = Signal()
    """Nothing of the visit is left."""
    warmed = Signal()
    """The models are loaded again and have read what questions begin with."""
    broken = Signal()
    """Something of a visit may be left: only a new process can be trusted."""

    def __init__(self, desktop: Desktop, camera: Camera, models: Models, places: Places, parent: QObject) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._bridge = desktop.bridge
        self._camera = camera
        self._models = models
        self._places = places

    def wipe(self, opened: Opened) -> None:
        """Forget the visit, and get ready for the next one."""
        view = self._desktop.conversation_view
        self._camera.close()
        # Before the next conversation is there: what is still being read belongs to this one.
        view.tray_of_next.clear()
        view.stop()
        clipboard = QGuiApplication.clipboard()
        clipboard.clear()
        if clipboard.supportsSelection():
            clipboard.clear(QClipboard.Mode.Selection)

        async def forget() -> list[EngineHandle]:
            await self._desktop.close_pages()
            return await wipe(opened, self._places, model=self._models.model)

        self._bridge.run(forget()).on_result(lambda loaded: self._wiped(opened, loaded)).on_error(self._break)

    def warm(self, opened: Opened, loaded: list[EngineHandle]) -> None:
        """Start the models in `loaded`, and let the one that answers read its prompt."""
        warming = self._bridge.run(warm(opened, loaded, model=self._models.model))
        warming.on_error(lambda _: None).on_end(self.warmed.emit)

    def _wiped(self, opened: Opened, loaded: list[EngineHandle]) -> None:
        self._desktop.conversation_view.clear()
        self.wiped.emit()
        self.warm(opened, loaded)

    def _break(self, error: MynaError) -> None:
        del error
        self.broken.emit()
