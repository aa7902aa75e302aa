"""The messages of a conversation as a list model; a change touches one row and the roles that changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, QPersistentModelIndex, Qt

State = Literal["done", "waiting", "streaming", "cancelled", "blocked", "error"]


class Entry(msgspec.Struct):
    """A message on the screen."""

    key: str
    """Id of the stored message; of one that is not stored yet, something that no other row has."""
    role: Literal["user", "assistant"]
    text: str = ""
    pictures: list[str] = []
    """Hashes of attached pictures."""
    state: State = "done"
    error: dict[str, str] = {}
    """`code`, `message` and `hint` of what an answer broke off with."""
    stats: dict[str, Any] = {}
    """`model`, `tokens`, `first_token_ms`, `total_ms`."""


_ROLES = {
    Qt.ItemDataRole.UserRole + 1 + at: name
    for at, name in enumerate(("key", "role", "text", "pictures", "state", "error", "stats"))
}
_NUMBERS = {name: role for role, name in _ROLES.items()}


class Messages(QAbstractListModel):
    """Oldest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: list[Entry] = []

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's
        return 0 if parent.isValid() else len(self._entries)

    def roleNames(self) -> dict[int, QByteArray]:
        return {role: QByteArray(name.encode()) for role, name in _ROLES.items()}

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in _ROLES:
            return None
        return getattr(self._entries[index.row()], _ROLES[role])

    def entries(self) -> Sequence[Entry]:
        return self._entries

    def reset(self, entries: Sequence[Entry]) -> None:
        """Show another conversation."""
        self.beginResetModel()
        self._entries = list(entries)
        self.endResetModel()

    def add(self, entry: Entry) -> None:
        row = len(self._entries)
        self.beginInsertRows(QModelIndex(), row, row)
        self._entries.append(entry)
        self.endInsertRows()

    def cut(self, row: int) -> None:
        """Take away `row` and what comes after it."""
        if row < len(self._entries):
            self.beginRemoveRows(QModelIndex(), row, len(self._entries) - 1)
            del self._entries[row:]
            self.endRemoveRows()

    def change(self, row: int, **values: Any) -> None:
        """Change some roles of one row."""
        entry = self._entries[row]
        changed = [name for name, value in values.items() if getattr(entry, name) != value]
        for name in changed:
            setattr(entry, name, values[name])
        if changed:
            index = self.index(row)
            self.dataChanged.emit(index, index, [_NUMBERS[name] for name in changed])
