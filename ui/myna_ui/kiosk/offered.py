"""Pictures that the kiosk offers to ask about, from a folder of whoever set it up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, Signal, Slot

from myna.errors import MynaError

from ..conversation.picture_data import of_file, read_picture
from ..conversation.pictures import image_of
from ..qml_types import LIST

if TYPE_CHECKING:
    from ..bridge import Bridge
    from ..conversation.thumbnail import Thumbnail
    from ..conversation.tray import Tray
    from ..opened import Opened
    from .stills import Stills

log = logging.getLogger(__name__)

MOST = 60
"""Pictures of one folder: five screens of twelve, more than anybody leafs through while standing."""


class Offered(QObject):
    """`kiosk.offered` in QML. The folder is read once, when the kiosk starts."""

    changed = Signal()

    def __init__(self, folder: str, bridge: Bridge, tray: Tray, stills: Stills, parent: QObject | None = None) -> None:
        """`folder`: empty for none."""
        super().__init__(parent)
        self._folder = folder
        self._bridge = bridge
        self._tray = tray
        self._stills = stills
        self._files: list[Path] = []

    def use(self, opened: Opened) -> None:
        """The assistant is there: read the folder."""
        if self._folder:
            self._bridge.stream(_read(Path(self._folder), opened)).on_event(self._come)

    def _get_pictures(self) -> list[dict[str, str]]:
        return [{"name": file.stem, "source": f"image://kiosk/{_key(at)}"} for at, file in enumerate(self._files)]

    pictures = Property(LIST, _get_pictures, notify=changed)
    """`name` and `source` of each."""

    @Slot(int)
    def choose(self, index: int) -> None:
        """This one goes along with the next question."""
        if 0 <= index < len(self._files):
            file = self._files[index]
            self._tray.add(file.stem, partial(of_file, file))

    def _come(self, found: tuple[Path, Thumbnail]) -> None:
        file, small = found
        if small.valid():
            self._stills.keep(_key(len(self._files)), image_of(small.width, small.height, small.pixels))
            self._files.append(file)
            self.changed.emit()


def _key(at: int) -> str:
    return f"offered-{at}"


async def _read(folder: Path, opened: Opened) -> AsyncIterator[tuple[Path, Thumbnail]]:
    """The pictures in it by name, each small; what is no picture is passed over and named in the log."""
    from ..conversation.thumbnail import SPEC, Thumbnail, ThumbnailRequest

    handle = opened.assistant.pool.engine(SPEC)
    left = MOST
    for file in await asyncio.to_thread(_files, folder):
        if not left:
            log.warning("only the first %s pictures of %s are offered", MOST, folder)
            return
        try:
            data = await asyncio.to_thread(read_picture, file)
            yield file, await handle.call("thumbnail", ThumbnailRequest(data), Thumbnail)
            left -= 1
        except MynaError as error:
            log.warning("%s is not offered: %s", file.name, error)


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith("."))
    except OSError as error:
        log.warning("the folder of pictures cannot be read: %s", error.strerror)
        return []
