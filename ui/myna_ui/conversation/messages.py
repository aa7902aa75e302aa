"""The messages of a conversation as a list model; a change touches one row and the roles that changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, QPersistentModelIndex, Qt

from .blocks import BlockList

if TYPE_CHECKING:
    from myna.draft import AskOptions
    from myna.messages import Part

    from ..theme.theme import Theme

State = Literal["done", "waiting", "streaming", "cancelled", "blocked", "error"]
KEPT_BLOCKS = 300
"""Messages whose blocks are kept after they were shown; a screen holds some twenty."""
SUMMARY = 600
"""Characters that a screen reader is given of a message in the list; its blocks have the rest."""


class Entry(msgspec.Struct):
    """A message on the screen."""

    key: str
    """Id of the stored message; of one that is not stored (yet), something that no other row has."""
    role: Literal["user", "assistant"]
    text: str = ""
    pictures: list[str] = []
    """Hashes of attached pictures."""
    state: State = "done"
    error: dict[str, str] = {}
    """`code`, `message` and `hint` of what an answer broke off with."""
    stats: dict[str, Any] = {}
    """`model`, `tokens`, `prompt_tokens`, `cached_tokens` and `stages`, milliseconds by name."""
    notes: list[dict[str, Any]] = []
    """What a person should know: see `notes.py`."""
    place: int = 1
    """Of this branch among `branches`."""
    branches: int = 1
    rating: Literal["", "up", "down"] = ""
    stored: bool = False
    """`key` is in the history."""
    blocks: BlockList | None = None
    """Made by the list when the row is shown."""
    parts: list[Part] = []
    """What was asked on this page, for as long as the history may not have it."""
    options: AskOptions | None = None
    """What a page asked it with; None: as the settings say."""


_NAMES = (
    "key",
    "role",
    "summary",
    "blocks",
    "pictures",
    "state",
    "error",
    "stats",
    "notes",
    "place",
    "branches",
    "rating",
    "stored",
)
_ROLES = {Qt.ItemDataRole.UserRole + 1 + at: name for at, name in enumerate(_NAMES)}
_NUMBERS = {name: role for role, name in _ROLES.items()}


class Messages(QAbstractListModel):
    """Oldest first."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entries: list[Entry] = []
        self._with_blocks: deque[Entry] = deque()
        self._count = 0

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's
        return 0 if parent.isValid() else len(self._entries)

    def roleNames(self) -> dict[int, QByteArray]:
        return {role: QByteArray(name.encode()) for role, name in _ROLES.items()}

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in _ROLES:
            return None
        entry, name = self._entries[index.row()], _ROLES[role]
        if name == "blocks":
            return self._blocks_of(entry)
        if name == "summary":
            return entry.text[:SUMMARY]
        return getattr(entry, name)

    def entries(self) -> Sequence[Entry]:
        return self._entries

    def new_key(self) -> str:
        """For a message that is not stored yet."""
        self._count += 1
        return f"new-{self._count}"

    def row_of(self, key: str) -> int:
        """Where the message `key` is; -1 where it is not. Looked for from the end, where things happen."""
        for row in range(len(self._entries) - 1, -1, -1):
            if self._entries[row].key == key:
                return row
        return -1

    def reset(self, entries: Sequence[Entry]) -> None:
        """Show another conversation."""
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()
        while self._with_blocks:
            self._forget(self._with_blocks.popleft())

    def add(self, entry: Entry, row: int | None = None) -> None:
        """At the end, or before `row`."""
        at = len(self._entries) if row is None else row
        self.beginInsertRows(QModelIndex(), at, at)
        self._entries.insert(at, entry)
        self.endInsertRows()

    def cut(self, row: int) -> None:
        """Take away `row` and what comes after it."""
        if 0 <= row < len(self._entries):
            self.beginRemoveRows(QModelIndex(), row, len(self._entries) - 1)
            del self._entries[row:]
            self.endRemoveRows()

    def change(self, row: int, **values: Any) -> None:
        """Change some roles of one row."""
        if not 0 <= row < len(self._entries):
            return
        entry = self._entries[row]
        changed = [name for name, value in values.items() if getattr(entry, name) != value]
        roles = [_NUMBERS[name] for name in changed if name != "text"]
        if "text" in changed:
            if entry.blocks is not None:
                growing = values.get("state", entry.state) == "streaming"
                entry.blocks.show(values["text"], growing=growing)
            if entry.text[:SUMMARY] != values["text"][:SUMMARY]:
                roles.append(_NUMBERS["summary"])
        for name in changed:
            setattr(entry, name, values[name])
        if roles:
            index = self.index(row)
            self.dataChanged.emit(index, index, roles)

    def _blocks_of(self, entry: Entry) -> BlockList:
        """Parsed when the row comes into view; a conversation of 10,000 messages shows twenty."""
        if entry.blocks is None:
            entry.blocks = BlockList(self._theme, markdown=entry.role == "assistant", parent=self)
            entry.blocks.show(entry.text, growing=entry.state == "streaming")
            self._with_blocks.append(entry)
            if len(self._with_blocks) > KEPT_BLOCKS:
                self._forget(self._with_blocks.popleft())
        return entry.blocks

    def _forget(self, entry: Entry) -> None:
        blocks, entry.blocks = entry.blocks, None
        if blocks is not None:
            blocks.deleteLater()
