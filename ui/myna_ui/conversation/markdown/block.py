"""What an answer is made of on the screen."""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["paragraph", "heading", "code", "table", "rule"]


class Cell(msgspec.Struct, frozen=True):
    html: str
    align: Literal["left", "center", "right"] = "left"
    head: bool = False


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Something that stands alone on its lines. Nesting is said by numbers, so that pages need no recursion."""

    kind: Kind
    html: str = ""
    """Rich text of Qt that holds only what `inline` and `code` make; colours are marks of `colours`."""
    text: str = ""
    """What is copied and read aloud."""
    quotes: int = 0
    """Quotes around it."""
    indent: int = 0
    """Lists around it."""
    marker: str = ""
    """Of a list item: a bullet, or a number with its point."""
    level: int = 0
    """Of a heading: 1 to 6."""
    language: str = ""
    """Of code."""
    continued: bool = False
    """Code that goes on from the block before."""
    columns: int = 0
    """Of a table."""
    cells: tuple[Cell, ...] = ()
    """Of a table, row by row."""
    gap: float = 1.0
    """Room above it, in steps of the grid."""
