"""The bytes of a picture that goes along: of a file, of the clipboard, of the screen. Nothing is decoded here."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from myna.errors import BadInput

Problem = Literal[
    "folder", "too-large", "not-a-picture", "unreadable", "no-screen", "too-many", "starting", "long-text"
]


class Refused(BadInput):
    """Something cannot go along; `problem` says why, and the page has the words."""

    def __init__(self, problem: Problem, name: str = "") -> None:
        super().__init__(f"{problem}: {name}")
        self.problem = problem
        self.name = name


async def of_file(path: Path) -> bytes:
    return await asyncio.to_thread(read_picture, path)


def read_picture(path: Path) -> bytes:
    """The content of a picture file; of others no more than their first bytes are read.

    Raises:
        Refused: it is a folder, too large, no picture, or cannot be read.
    """
    from myna.store.attachments import MAX_ATTACHMENT_BYTES, sniff

    try:
        if path.is_dir():
            raise Refused("folder", path.name)
        if not path.is_file():
            raise Refused("unreadable", path.name)
        with path.open("rb") as file:
            head = file.read(64)
            if not sniff(head).startswith("image/"):
                raise Refused("not-a-picture", path.name)
            data = head + file.read(MAX_ATTACHMENT_BYTES + 1 - len(head))
    except (OSError, ValueError):
        raise Refused("unreadable", path.name) from None
    if len(data) > MAX_ATTACHMENT_BYTES:
        raise Refused("too-large", path.name)
    return data


async def as_it_is(data: bytes) -> bytes:
    return data


async def of_pixels(image: QImage) -> bytes:
    """A picture of the clipboard or of the screen as a PNG file. It is pixels already, so nothing is decoded."""

    def encode() -> bytes:
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        return bytes(data.data())

    return await asyncio.to_thread(encode)
