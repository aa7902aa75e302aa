"""What goes along with the next question: pictures, and texts too long for the field."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from PySide6.QtCore import (
    Property,
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    QUrl,
    Signal,
    Slot,
)
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtQuick import QQuickWindow

from myna.errors import MynaError
from myna.messages import Attachment, Image, Part, Text

from ..qml_types import LIST, MAP
from .picture_data import Refused, as_it_is, of_file, of_pixels

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ..bridge import Bridge, Job
    from ..opened import Opened
    from ..speaking import Speaking

MOST = 8
"""Things beside one question; more do not fit a context anyway."""
LONG_TEXT = 20_000
"""Characters above which a pasted text is kept beside the field: laying out a megabyte there would take seconds."""
MOST_TEXT = 4_000_000
"""Characters of a pasted text: far above what any context holds."""
SCREEN_DELAY_MS = 400
"""How long a window takes to get out of the way, with the animation that desktops have for it."""

ENCODED = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp")
"""Files of pictures that a clipboard may hold; they are taken as they are, and not decoded here."""


class Item(msgspec.Struct):
    key: int
    kind: Literal["picture", "text"]
    name: str
    size: int = 0
    """Bytes of a picture, characters of a text."""
    sha256: str = ""
    ready: bool = False
    text: str = ""
    attachment: Attachment | None = None


_NAMES = ("key", "kind", "name", "size", "sha256", "ready")
_ROLES = {Qt.ItemDataRole.UserRole + 1 + at: name for at, name in enumerate(_NAMES)}


class Tray(QAbstractListModel):
    """In the order in which it was added."""

    changed = Signal()

    def __init__(self, bridge: Bridge, speaking: Speaking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._speaking = speaking
        self._opened: Opened | None = None
        self._items: list[Item] = []
        self._problem: dict[str, str] = {}
        self._count = 0
        self._jobs: dict[int, Job[Attachment]] = {}
        self.changed.connect(self.lay)

    def use(self, opened: Opened) -> None:
        self._opened = opened

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's
        return 0 if parent.isValid() else len(self._items)

    def roleNames(self) -> dict[int, QByteArray]:
        return {role: QByteArray(name.encode()) for role, name in _ROLES.items()}

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return getattr(self._items[index.row()], _ROLES[role]) if index.isValid() and role in _ROLES else None

    def _get_count(self) -> int:
        return len(self._items)

    count = Property(int, _get_count, notify=changed)

    def _get_busy(self) -> bool:
        return not all(item.ready for item in self._items)

    busy = Property(bool, _get_busy, notify=changed)
    """Something is still being read."""

    def _get_problem(self) -> dict[str, str]:
        return self._problem

    problem = Property(MAP, _get_problem, notify=changed)
    """Why something was not added: `problem` and `name`, or `message` and `hint` of an error."""

    @Slot(LIST)
    def addFiles(self, urls: list[Any]) -> None:
        """Pictures that were dropped or chosen."""
        for url in urls:
            local = QUrl(url).toLocalFile()
            if not local:
                self._refuse(Refused("not-a-picture", QUrl(url).toDisplayString()[:80]))
            else:
                self._add(Path(local).name or local, partial(of_file, Path(local)))

    def add(self, name: str, read: Callable[[], Awaitable[bytes]]) -> None:
        """A picture; `read` gives the bytes of its file, in the loop."""
        self._add(name, read)

    @Slot(result=bool)
    def paste(self) -> bool:
        """Take the picture, the files or the long text of the clipboard; False where the field should take it."""
        mime = QGuiApplication.clipboard().mimeData()
        files = [url for url in mime.urls() if url.isLocalFile()]
        if files and not mime.hasText():
            self.addFiles(files)
            return True
        if files and all(Path(url.toLocalFile()).is_file() for url in files):
            self.addFiles(files)
            return True
        for form in ENCODED:
            if mime.hasFormat(form):
                self._add("", partial(as_it_is, bytes(mime.data(form).data())))
                return True
        if mime.hasImage():
            image = QGuiApplication.clipboard().image()
            if not image.isNull():
                self._add("", partial(of_pixels, image))
                return True
        text = mime.text()
        if len(text) <= LONG_TEXT:
            return False
        self.addText(text)
        return True

    @Slot(result=str)
    def selected(self) -> str:
        """The text that another program has selected, for a click with the middle button; a long one goes along."""
        text = QGuiApplication.clipboard().text(QClipboard.Mode.Selection)
        if len(text) <= LONG_TEXT:
            return text
        self.addText(text)
        return ""

    @Slot(str, result=int)
    def addText(self, text: str) -> int:
        """A text that is too long for the field; its key, 0 where it was refused."""
        if len(text) > MOST_TEXT:
            self._refuse(Refused("long-text"))
            return 0
        if not self._room():
            return 0
        item = Item(self._next(), "text", "", len(text), ready=True, text=text)
        self._insert(item)
        return item.key

    @Slot(QObject)
    def screenshot(self, window: QQuickWindow) -> None:
        """A picture of the screen that `window` is on, without the window."""
        if QGuiApplication.platformName().startswith("wayland"):
            # The compositor alone may take one there.
            self._refuse(Refused("no-screen"))
            return
        window.setVisible(False)

        def grab() -> None:
            picture = window.screen().grabWindow(0)
            window.setVisible(True)
            window.requestActivate()
            if picture.isNull():
                self._refuse(Refused("no-screen"))
            else:
                self._add("", partial(of_pixels, picture.toImage()))

        QTimer.singleShot(SCREEN_DELAY_MS, grab)

    @Slot(int)
    def remove(self, key: int) -> None:
        row = self._row(key)
        if row >= 0:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._items[row]
            self.endRemoveRows()
            self.changed.emit()

    @Slot()
    def dismiss(self) -> None:
        """The problem was read."""
        self._problem = {}
        self.changed.emit()

    def take(self, text: str) -> list[Part]:
        """All of it with `text`, as the parts of a question; the tray is empty then."""
        pictures: list[Part] = [Image(item.attachment) for item in self._items if item.attachment is not None]
        texts = [text] if text else []
        texts += [item.text for item in self._items if item.kind == "text"]
        self.clear()
        return [*pictures, Text("\n\n".join(texts))] if texts else pictures

    def clear(self) -> None:
        while self._jobs:
            self._jobs.popitem()[1].cancel()
        self.beginResetModel()
        self._items.clear()
        self.endResetModel()
        self._problem = {}
        self.changed.emit()

    def lay(self) -> None:
        """What is here goes along with a spoken question as well."""
        if self._opened is None:
            return
        beside = self._opened.conversation.beside
        pictures = [Image(item.attachment) for item in self._items if item.attachment is not None]
        self._bridge.in_loop(lambda: beside.lay(pictures, lambda gone: self._bridge.post(lambda: self._went(gone))))

    # inside

    def _went(self, pictures: Sequence[Image]) -> None:
        gone = {picture.attachment.sha256 for picture in pictures}
        for item in [item for item in self._items if item.ready and item.sha256 in gone]:
            self.remove(item.key)

    def _add(self, name: str, read: Callable[[], Awaitable[bytes]]) -> None:
        opened = self._opened
        if opened is None:
            self._refuse(Refused("starting"))
            return
        if not self._room():
            return

        # Another one may be open by the time the picture is there.
        conversation = opened.conversation

        async def keep() -> Attachment:
            return await conversation.add_picture(await read())

        item = Item(self._next(), "picture", name)
        self._insert(item)
        job = self._bridge.run(keep()).on_result(lambda attachment: self._come(item.key, attachment))
        job.on_error(lambda error: self._fail(item.key, name, error)).on_end(lambda: self._jobs.pop(item.key, None))
        self._jobs[item.key] = job

    def _come(self, key: int, attachment: Attachment) -> None:
        row = self._row(key)
        if row >= 0:
            item = self._items[row]
            item.attachment, item.sha256, item.size, item.ready = attachment, attachment.sha256, attachment.size, True
            self.dataChanged.emit(self.index(row), self.index(row))
            self.changed.emit()

    def _fail(self, key: int, name: str, error: MynaError) -> None:
        self.remove(key)
        self._refuse(error)

    def _refuse(self, error: MynaError) -> None:
        if isinstance(error, Refused):
            self._problem = {"problem": error.problem, "name": error.name}
        else:
            self._problem = self._speaking.error(error.info())
        self.changed.emit()

    def _room(self) -> bool:
        if len(self._items) < MOST:
            return True
        self._refuse(Refused("too-many", str(MOST)))
        return False

    def _insert(self, item: Item) -> None:
        row = len(self._items)
        self.beginInsertRows(QModelIndex(), row, row)
        self._items.append(item)
        self.endInsertRows()
        self._problem = {}
        self.changed.emit()

    def _row(self, key: int) -> int:
        return next((row for row, item in enumerate(self._items) if item.key == key), -1)

    def _next(self) -> int:
        self._count += 1
        return self._count
