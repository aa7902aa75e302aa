"""Values in tables, by their row and their column: `What is the price of coffee?`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from .labels import words
from .places import Printed
from .values import clear_amount

_LETTER = re.compile(r"[^\W\d_]")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PRICE_ASKED = re.compile(r"\b(?:price[ds]?|costs?|how much|expensive)\b|价|多少钱", re.IGNORECASE)
_PRICE_HEADS = re.compile(r"\b(?:price|cost)\b|价", re.IGNORECASE)
_GAP = 4.0
"""Heights of a line between the middles of two rows: more, and the table is over. Double spacing has 2.4."""
_FILLERS = frozenset((
    "what", "which", "how", "much", "many", "is", "are", "was", "were", "does", "do", "did", "the", "a", "an", "of",
    "in", "on", "for", "to", "at", "by", "with", "there", "it", "have", "has", "cost", "costs", "price", "one", "each",
    "per", "please", "tell", "me", "请", "问", "的", "是", "多", "少", "什", "么", "几", "有", "在", "钱", "卖", "要",
    "每", "个", "了", "吗", "呢",
))  # fmt: skip
"""Words of questions about tables that name neither row nor column."""


class Cell(msgspec.Struct, frozen=True):
    row: str
    """What names its row, as it is printed."""
    column: str
    """The head of its column."""
    value: str
    """Empty where nothing is printed."""


def cells_asked_for(printed: Sequence[Printed], question: str) -> list[Cell]:
    """The cells whose row and whose column the question names, in their order; several where it fits several rows.

    A column is named by a word of its head, that of prices also by asking what something costs. A row is named by all
    words of one of its cells, or by some of them when no row is named whole.
    """
    asked = words(question)
    rows = _rows(printed)
    found = []
    for at, heads in enumerate(rows):
        if not _may_be_heads(heads):
            continue
        columns = [head for head in heads if _names(head.text, asked)]
        prices = bool(_PRICE_ASKED.search(question))
        columns = columns or [head for head in heads if prices and _PRICE_HEADS.search(head.text)]
        for head in columns:
            taken = set(words(head.text))
            rest = [word for word in asked if word not in taken]
            for row in _below(rows, at):
                whole, label = _named_by(row, head, heads, rest)
                if label is not None:
                    value = _under(row, head, heads, label)
                    found.append((whole, Cell(label.text, head.text, value.text if value else "")))
    top = max((whole for whole, _ in found), default=0)
    return [cell for whole, cell in found if whole == top]


def _rows(printed: Sequence[Printed]) -> list[list[Printed]]:
    """What stands side by side, from top to bottom and from left to right."""
    rows: list[list[Printed]] = []
    for cell in sorted(printed, key=lambda cell: cell.middle):
        if rows and all(cell.beside(other) for other in rows[-1]):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [sorted(row, key=lambda cell: cell.left) for row in rows]


def _may_be_heads(row: Sequence[Printed]) -> bool:
    words_or_years = all(
        (_LETTER.search(cell.text) and not clear_amount(cell.text)) or _YEAR.fullmatch(cell.text) for cell in row
    )
    return len(row) > 1 and words_or_years


def _below(rows: Sequence[list[Printed]], at: int) -> Iterator[list[Printed]]:
    """The rows of the table under the heads `rows[at]`."""
    before = rows[at][0]
    for row in rows[at + 1 :]:
        if row[0].middle - before.middle > _GAP * max(before.height, row[0].height):
            return
        before = row[0]
        yield row


def _named_by(
    row: Sequence[Printed], head: Printed, heads: Sequence[Printed], asked: Sequence[str]
) -> tuple[int, Printed | None]:
    """The cell of `row` that `asked` names, and how well: words of a cell that is named whole, 0 for a part of one."""
    best: tuple[int, Printed | None] = (-1, None)
    core = [word for word in asked if word not in _FILLERS]
    for cell in row:
        if _LETTER.search(cell.text) is None and _YEAR.fullmatch(cell.text) is None:
            continue
        if len(row) > 1 and cell is not row[0] and _column(cell, row, heads) is head:
            continue
        own = words(cell.text)
        if _names(cell.text, asked):
            best = max(best, (len(own), cell), key=lambda found: found[0])
        elif core and _within(core, own):
            best = max(best, (0, cell), key=lambda found: found[0])
    return best


def _under(row: Sequence[Printed], head: Printed, heads: Sequence[Printed], label: Printed) -> Printed | None:
    return next((cell for cell in row if cell is not label and _column(cell, row, heads) is head), None)


def _column(cell: Printed, row: Sequence[Printed], heads: Sequence[Printed]) -> Printed:
    """The head that `cell` stands under: that at its place where no cell is missing, else the nearest by any edge."""
    if len(row) == len(heads):
        return heads[row.index(cell)]
    return min(
        heads,
        key=lambda head: min(
            abs(head.left - cell.left),
            abs(head.right - cell.right),
            abs(head.left + head.right - cell.left - cell.right) / 2,
        ),
    )


def _names(text: str, asked: Sequence[str]) -> bool:
    """Whether all words of `text` follow one another in `asked`."""
    return _within(words(text), asked)


def _within(some: Sequence[str], all_: Sequence[str]) -> bool:
    size = len(some)
    return bool(some) and any(all(map(_same, some, all_[at : at + size])) for at in range(len(all_) - size + 1))


def _same(one: str, other: str) -> bool:
    """Whether both are the same word, in the singular or the plural."""
    return one == other or (min(len(one), len(other)) > 2 and one.removesuffix("s") == other.removesuffix("s"))
