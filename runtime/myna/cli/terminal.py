"""Text that is safe and well laid out on a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

# C0 but for tab and newline, DEL, and C1: what starts an escape sequence or moves the cursor. Models,
# files and web pages are not trusted to draw on the owner's terminal.
_CONTROLS = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])


def printable(text: str) -> str:
    """`text` without control characters other than tab and newline."""
    return text.translate(_CONTROLS)


def one_line(text: str) -> str:
    """`text` with every run of white space as one space."""
    return " ".join(text.split())


def cells(text: str) -> int:
    """Columns that `text` takes on a terminal; Chinese characters take two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def clip(text: str, width: int) -> str:
    """`text` in at most `width` columns, with an ellipsis where it was cut."""
    if cells(text) <= width:
        return text
    used = 0
    for index, char in enumerate(text):
        used += cells(char)
        if used > width - 1:
            return text[:index].rstrip() + "…"
    return text


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` columns; Chinese breaks anywhere but before closing punctuation."""
    lines = []
    line = ""
    for piece in _pieces(text):
        if line and cells(line) + cells(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
            piece = piece.lstrip()  # noqa: PLW2901
        line += piece
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> list[str]:
    """What may not be broken: words with the space after them, and Chinese characters."""
    pieces: list[str] = []
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        closing = wide and unicodedata.category(char) in {"Po", "Pe", "Pf"}
        if not pieces or (wide and not closing):
            pieces.append(char)
            continue
        last = pieces[-1][-1]
        glued = closing or not (last.isspace() or unicodedata.east_asian_width(last) in "WF") or char.isspace()
        if glued:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def terminal_width() -> int:
    """Columns of the terminal; 80 when that cannot be told."""
    import shutil

    return shutil.get_terminal_size().columns


def layout(rows: Sequence[Sequence[str]], width: int = 0) -> list[str]:
    """Lines with the cells of `rows` in columns; the last column is cut where a line would pass `width` (0: never)."""
    columns = len(rows[0])
    widths = [max(cells(row[column]) for row in rows) for column in range(columns)]
    before = sum(widths[:-1]) + 2 * (columns - 1)
    lines = []
    for row in rows:
        last = clip(row[-1], max(width - before, 8)) if width else row[-1]
        padded = [cell + " " * (widths[column] - cells(cell)) for column, cell in enumerate(row[:-1])]
        lines.append("  ".join([*padded, last]).rstrip())
    return lines
