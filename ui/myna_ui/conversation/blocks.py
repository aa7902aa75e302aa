"""The blocks of one message as a list model; a streamed answer changes its last rows alone."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import (
    Property,
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from ..qml_types import LIST
from .markdown.block import Block
from .markdown.colours import coloured
from .markdown.growing import GrowingBlocks

if TYPE_CHECKING:
    from ..theme.theme import Theme

ANSWER_LIMIT = 16_000
"""Characters of an answer that are laid out until somebody asks for more: five pages of a book."""
QUESTION_LIMIT = 3_000
"""The same of a question, which whoever wrote it knows."""

_NAMES = (*(field for field in Block.__struct_fields__ if field != "kind"), "kind")
_ROLES = {Qt.ItemDataRole.UserRole + 1 + at: name for at, name in enumerate(_NAMES)}
_COLOURED = [role for role, name in _ROLES.items() if name in {"html", "cells"}]


_LINK = re.compile('<a href="([^"]*)"')


class BlockList(QAbstractListModel):
    """Made when a message comes into view."""

    changed = Signal()

    def __init__(self, theme: Theme, *, markdown: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._markdown = markdown
        self._limit = ANSWER_LIMIT if markdown else QUESTION_LIMIT
        self._step = self._limit
        self._text = ""
        self._fed = 0
        self._growing = GrowingBlocks(markdown=markdown)
        self._rows = 0
        theme.changed.connect(self._recolour)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's
        return 0 if parent.isValid() else self._rows

    def roleNames(self) -> dict[int, QByteArray]:
        return {role: QByteArray(name.encode()) for role, name in _ROLES.items()}

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in _ROLES:
            return None
        block = self._growing.blocks[index.row()]
        name = _ROLES[role]
        if name == "html":
            return coloured(block.html, self._theme)
        if name == "cells":
            return [
                {"html": coloured(cell.html, self._theme), "align": cell.align, "head": cell.head}
                for cell in block.cells
            ]
        return getattr(block, name)

    def blocks(self) -> list[Block]:
        return self._growing.blocks

    def _get_hidden(self) -> int:
        return len(self._text) - self._fed

    hidden = Property(int, _get_hidden, notify=changed)
    """Characters that are not shown yet."""

    def _get_links(self) -> list[str]:
        found = [unescape(link) for block in self._growing.blocks for link in _LINK.findall(_rich(block))]
        return list(dict.fromkeys(found))

    links = Property(LIST, _get_links, notify=changed)
    """Addresses in it, each once."""

    def show(self, text: str, *, growing: bool = False) -> None:
        """Show `text`. One that is `growing` is shown to its end."""
        if not text.startswith(self._text):
            self.beginResetModel()
            self._growing = GrowingBlocks(markdown=self._markdown)
            self._rows = self._fed = 0
            self.endResetModel()
        self._text = text
        if growing:
            self._limit = max(self._limit, len(text))
        self._feed()

    @Slot()
    def showMore(self) -> None:
        self._limit = self._fed + self._step
        self._feed()

    def _feed(self) -> None:
        end = min(len(self._text), self._limit)
        piece = self._text[self._fed : end]
        if piece:
            self._fed = end
            self._replace(piece)
        self.changed.emit()

    def _replace(self, piece: str) -> None:
        """Bring the rows to what the blocks are after `piece`."""
        old = list(self._growing.blocks)
        first = self._growing.feed(piece)
        new = self._growing.blocks
        common = min(len(old), len(new))
        for row in range(first, common):
            if old[row] != new[row]:
                index = self.index(row)
                self.dataChanged.emit(index, index, _changed(old[row], new[row]))
        if len(new) > len(old):
            self.beginInsertRows(QModelIndex(), len(old), len(new) - 1)
            self._rows = len(new)
            self.endInsertRows()
        elif len(new) < len(old):
            self.beginRemoveRows(QModelIndex(), len(new), len(old) - 1)
            self._rows = len(new)
            self.endRemoveRows()

    def _recolour(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(self._rows - 1), _COLOURED)


def _rich(block: Block) -> str:
    return block.html + "".join(cell.html for cell in block.cells)


def _changed(old: Block, new: Block) -> list[int]:
    before, after = msgspec.structs.asdict(old), msgspec.structs.asdict(new)
    return [role for role, name in _ROLES.items() if before[name] != after[name]]
