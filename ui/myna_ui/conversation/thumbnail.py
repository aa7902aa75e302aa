"""Pictures are decoded in a process of their own, as everything is that somebody else may have made.

The host hands over the bytes of the file and gets pixels, which need no decoder. What a hostile file does there, it
does to that process, which the pool of workers ends and starts again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from myna.engine.protocols import EngineSpec, ModelInfo
from myna.engine.serial import SerialEngine
from myna.errors import BadInput
from myna.store.attachments import sniff

FORMATS = {"image/png": b"png", "image/jpeg": b"jpeg", "image/gif": b"gif", "image/webp": b"webp", "image/bmp": b"bmp"}
"""What is decoded at all; the store makes PNG files of other pictures. Qt would also take SVG and more."""
MOST_PIXELS = 120_000_000
"""The largest sensors of phones have 108 megapixels."""
MOST_MB = 512
"""Of memory for one picture, four bytes a pixel and some."""
SIDE = 720
"""Pixels of the longer side of what is shown: 360 on a screen of double density."""

SPEC = EngineSpec("thumbnails", "myna_ui.conversation.thumbnail:ThumbnailEngine", {}, extra="desktop")


class ThumbnailRequest(msgspec.Struct, frozen=True):
    picture: bytes
    side: int = SIDE


class Thumbnail(msgspec.Struct, frozen=True):
    width: int
    height: int
    pixels: bytes
    """RGBA, premultiplied, rows from the top without gaps."""

    def valid(self, side: int = SIDE) -> bool:
        """Whether the numbers fit one another: the process that sent them may be another's by now."""
        small = 0 < self.width <= side and 0 < self.height <= side
        return small and len(self.pixels) == self.width * self.height * 4


class ThumbnailEngine(SerialEngine):
    operations: ClassVar = {"thumbnail": ThumbnailRequest}

    def __init__(self, spec: EngineSpec) -> None:
        super().__init__(ModelInfo("small pictures"))

    def run(self, operation: str, body: Any) -> Iterator[msgspec.Struct | None]:
        yield thumbnail(body)


def thumbnail(request: ThumbnailRequest) -> Thumbnail:
    """Decoded here, so never called in the host.

    Raises:
        BadInput: it is no picture that can be shown, or too large a one.
    """
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
    from PySide6.QtGui import QImage, QImageReader

    form = FORMATS.get(sniff(request.picture))
    if form is None:
        raise BadInput("this picture cannot be shown here")
    QImageReader.setAllocationLimit(MOST_MB)
    data = QByteArray(request.picture)
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(form))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.width() * size.height() > MOST_PIXELS:
        raise BadInput("this picture cannot be shown here")
    if max(size.width(), size.height()) > request.side:
        reader.setScaledSize(
            size.scaled(request.side, request.side, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(_one())
        )
    image = reader.read()
    if image.isNull():
        raise BadInput("this picture cannot be shown here")
    image = image.convertToFormat(QImage.Format.Format_RGBA8888_Premultiplied)
    width = image.width()
    rows = bytes(image.constBits())
    stride = image.bytesPerLine()
    if stride != width * 4:
        rows = b"".join(rows[row * stride : row * stride + width * 4] for row in range(image.height()))
    return Thumbnail(width, image.height(), rows)


def _one() -> Any:
    from PySide6.QtCore import QSize

    return QSize(1, 1)
