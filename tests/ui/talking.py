"""What tests of the conversation page have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QImageWriter

from myna_ui.conversation.messages import Entry
from myna_ui.conversation.view import ConversationView

from .conftest import Shown, walk

Show = Callable[..., Shown]


def view(shown: Shown) -> ConversationView:
    return shown.desktop.conversation_view


def entries(shown: Shown) -> Sequence[Entry]:
    return view(shown).property("messages").entries()


def ask(shown: Shown, text: str) -> None:
    """Type a question, and wait until its answer is there and stored."""
    before = len(entries(shown))
    shown.type(text)
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: len(entries(shown)) == before + 2 and settled(shown))


def fail(shown: Shown, text: str) -> None:
    """Type a question, and wait until its answer has broken off."""
    before = len(entries(shown))
    shown.type(text)
    shown.press(Qt.Key.Key_Return)
    shown.until(lambda: len(entries(shown)) == before + 2 and entries(shown)[-1].state == "error")
    shown.until(lambda: not view(shown).property("busy") and entries(shown)[-2].stored)


def settled(shown: Shown) -> bool:
    """Nothing is under way, and the rows have the ids of the history."""
    return not view(shown).property("busy") and all(entry.stored for entry in entries(shown))


def html(shown: Shown) -> str:
    """All rich text that can be seen."""
    seen = (item for item in walk(shown.window.contentItem()) if item.isVisible())
    return "".join(text for item in seen if isinstance(text := item.property("html"), str))


def picture(path: Path, colour: str = "#2266aa") -> QUrl:
    """A PNG file of one colour."""
    path.write_bytes(png(colour))
    return QUrl.fromLocalFile(str(path))


def png(colour: str = "#2266aa", size: tuple[int, int] = (40, 30)) -> bytes:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(b"png")).write(image)
    return bytes(buffer.data().data())


def click(shown: Shown, name: str, last: bool = False) -> None:
    """Click on the first (or last) visible item of that name, once the page has come to rest."""
    places: list[tuple[float, float]] = []

    def rests() -> bool:
        shown.window.grabWindow()
        found = [item for item in shown.items(name) if item.isVisible()]
        if not found:
            return False
        at = found[-1 if last else 0].mapToScene(QPointF())
        places.append((at.x(), at.y()))
        return len(places) > 2 and places[-1] == places[-2] == places[-3]

    shown.until(rests)
    found = [item for item in shown.items(name) if item.isVisible()]
    shown.click(found[-1 if last else 0])
