"""What tests of the conversation page have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, Qt, QUrl
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

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


def settled(shown: Shown) -> bool:
    """Nothing is under way, and the rows have the ids of the history."""
    return not view(shown).property("busy") and all(entry.stored for entry in entries(shown))


def html(shown: Shown) -> str:
    """All rich text that can be seen."""
    seen = (item for item in walk(shown.window.contentItem()) if item.isVisible())
    return "".join(text for item in seen if isinstance(text := item.property("html"), str))


def picture(path: Path, colour: str = "#2266aa", size: tuple[int, int] = (40, 30)) -> QUrl:
    """A PNG file of one colour."""
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    assert image.save(str(path), b"PNG")
    return QUrl.fromLocalFile(str(path))


def png(colour: str = "#2266aa") -> bytes:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, b"PNG")
    return bytes(buffer.data().data())


def click(shown: Shown, name: str, last: bool = False) -> None:
    """Click on the first (or last) visible item of that name, once the page is laid out."""
    for _ in range(2):
        # Rows are placed when a frame is made, and the list then follows them.
        shown.window.grabWindow()
        QApplication.processEvents()
    found = [item for item in shown.items(name) if item.isVisible()]
    assert found, f"no visible item is called {name}"
    shown.click(found[-1 if last else 0])
