"""Small pictures for the page: `image://pictures/<sha256>`, read through the bridge and decoded in a worker."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import Property, QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

from myna.errors import MynaError

if TYPE_CHECKING:
    from ..bridge import Bridge
    from ..opened import Opened
    from .thumbnail import Thumbnail

KEPT = 96
"""Pictures in memory, 2 MB each at most."""
NAME = "pictures"
"""Of the image provider."""


def image_of(width: int, height: int, pixels: bytes) -> QImage:
    """RGBA pixels, premultiplied and without gaps between the rows, as Qt has them."""
    image = QImage(pixels, width, height, width * 4, QImage.Format.Format_RGBA8888_Premultiplied)
    # A copy: the first one only points at bytes that Python owns.
    return image.copy()


class Pictures(QObject):
    """A picture is asked for when it comes into view, and shown when it has come."""

    changed = Signal()

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._opened: Opened | None = None
        self._images: OrderedDict[str, QImage] = OrderedDict()
        self._asked: set[str] = set()
        self._broken: set[str] = set()
        self._revision = 0

    def use(self, opened: Opened) -> None:
        self._opened = opened
        self._bump()

    def forget(self) -> None:
        """Keep none of what was shown."""
        self._images.clear()
        self._asked.clear()
        self._broken.clear()
        self._bump()

    def provider(self) -> QQuickImageProvider:
        """For one QML engine, which owns it."""
        return _Provider(self)

    def image(self, sha256: str) -> QImage:
        """What has come of it; a null image before."""
        return self._images.get(sha256, QImage())

    def _get_revision(self) -> int:
        return self._revision

    revision = Property(int, _get_revision, notify=changed)
    """Changes when a picture has come; what asks for a source asks again."""

    @Slot(str, result=str)
    def source(self, sha256: str) -> str:
        """Its address for `Image`, or "" as long as it has not come."""
        if sha256 in self._images:
            self._images.move_to_end(sha256)
            return f"image://{NAME}/{sha256}"
        if self._opened is not None and sha256 not in self._asked | self._broken:
            self._asked.add(sha256)
            job = self._bridge.run(self._fetch(self._opened, sha256))
            job.on_result(lambda found: self._come(sha256, found)).on_error(lambda error: self._fail(sha256, error))
        return ""

    @Slot(str, result=bool)
    def broken(self, sha256: str) -> bool:
        """It cannot be shown: it is gone, damaged, or no picture after all."""
        return sha256 in self._broken

    async def _fetch(self, opened: Opened, sha256: str) -> Thumbnail:
        from .thumbnail import SPEC, Thumbnail, ThumbnailRequest

        data = await opened.conversation.read_attachment(sha256)
        return await opened.assistant.pool.engine(SPEC).call("thumbnail", ThumbnailRequest(data), Thumbnail)

    def _come(self, sha256: str, found: Thumbnail) -> None:
        self._asked.discard(sha256)
        if not found.valid():
            self._broken.add(sha256)
        else:
            self._images[sha256] = image_of(found.width, found.height, found.pixels)
            while len(self._images) > KEPT:
                self._images.popitem(last=False)
        self._bump()

    def _fail(self, sha256: str, error: MynaError) -> None:
        self._asked.discard(sha256)
        self._broken.add(sha256)
        self._bump()

    def _bump(self) -> None:
        self._revision += 1
        self.changed.emit()


class _Provider(QQuickImageProvider):
    """Hands over what is there, in Qt's thread; nothing is read or decoded meanwhile."""

    def __init__(self, pictures: Pictures) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._pictures = pictures

    def requestImage(self, name: str, size: QSize, requested: QSize) -> QImage:
        image = self._pictures.image(name)
        size.setWidth(image.width())
        size.setHeight(image.height())
        return image
