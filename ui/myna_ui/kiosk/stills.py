"""Pictures that the kiosk itself has to show: `image://kiosk/NAME`, for example what the camera sees."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

NAME = "kiosk"
"""Of the image provider."""


class Stills:
    """Pictures by name, in Qt's thread."""

    def __init__(self) -> None:
        self._images: dict[str, QImage] = {}

    def keep(self, name: str, image: QImage) -> None:
        self._images[name] = image

    def image(self, name: str) -> QImage:
        """A null image where there is none; what follows a slash only makes its address new."""
        return self._images.get(name.partition("/")[0], QImage())

    def forget(self, name: str) -> None:
        """Let go of it, and leave nothing of it in memory."""
        image = self._images.pop(name, None)
        if image is not None:
            image.fill(0)

    def provider(self) -> QQuickImageProvider:
        """For one QML engine, which owns it."""
        return _Provider(self)


class _Provider(QQuickImageProvider):
    def __init__(self, stills: Stills) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._stills = stills

    def requestImage(self, name: str, size: QSize, requested: QSize) -> QImage:
        image = self._stills.image(name)
        size.setWidth(image.width())
        size.setHeight(image.height())
        return image
