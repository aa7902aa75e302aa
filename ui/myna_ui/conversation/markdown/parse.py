"""From Markdown to blocks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal

import msgspec

from .block import Block, Cell
from .code import code_blocks
from .colours import plain
from .inline import literal, rich, too_long

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

DEEPEST = 60
"""Levels of nesting: a quote in an item in a list is three. The parser goes no deeper, and would drop what is there."""
PIECE = 3_000
"""Characters of plain text that are laid out in one go."""
MOST_CELLS = 600
"""Of a table; a larger one is shown as it was written."""
BULLETS = ("•", "◦", "▪")
BULLET = -1


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables and strikethrough; HTML is text, and what is inside of lines is left to `inline`."""
    from markdown_it import MarkdownIt

    made = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST}).enable(["table", "strikethrough"])
    # A link elsewhere in the text would have to be known before the text is complete.
    # "Title" over "---" would be a heading as soon as "-" has come, and a list a moment later.
    made.disable(["reference", "html_block", "html_inline", "lheading"])
    made.core.ruler.enableOnly(["normalize", "block"])
    return made


class Parsed(msgspec.Struct, frozen=True):
    blocks: list[Block]
    done: int
    """Blocks that stay as they are, whatever follows."""
    rest: int
    """Where in the text the others begin, in characters."""
    number: int
    """Of the item that `rest` begins with; `BULLET` where it has none, 0 where `rest` begins with something else."""


def parse(text: str, number: int = 0) -> Parsed:
    """`text` as blocks; `number` is that of its first item, where its list began before it."""
    tokens = parser().parse(text) if text.strip() else []
    lines = text.split("\n")
    reader = _Reader(lines, number)
    for part in _parts(tokens):
        if max(token.level for token in part) >= DEEPEST - 2:
            reader.give_up(part[0])
        else:
            for token in part:
                reader.read(token)
    rest = sum(len(line) + 1 for line in lines[: reader.last_line])
    return Parsed(reader.blocks, reader.done, min(rest, len(text)), reader.number)


def _parts(tokens: list[Token]) -> Iterator[list[Token]]:
    """What stands beside one another at the top, each with all that is inside."""
    part: list[Token] = []
    for token in tokens:
        part.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield part
            part = []


def plain_blocks(text: str) -> Iterator[Block]:
    """`text` as it was written."""
    for start in range(0, len(text), PIECE):
        piece = plain(text[start : start + PIECE])
        yield Block(kind="paragraph", html=literal(piece), text=piece, gap=0.0 if start else 1.0)


class _List(msgspec.Struct):
    ordered: bool
    next: int
    begun: bool
    """An item of it was read."""

    @property
    def number(self) -> int:
        """As `Parsed.number` of its next item."""
        if not self.begun:
            return 0
        return self.next if self.ordered else BULLET


class _Reader:
    """Reads the tokens of the parser in order."""

    def __init__(self, lines: list[str], number: int) -> None:
        self.blocks: list[Block] = []
        self.done = 0
        self.last_line = 0
        self.number = 0
        self._lines = lines
        self._first = number
        self._lists: list[_List] = []
        self._quotes = 0
        self._marker = ""
        self._cells: list[Cell] | None = None
        self._columns = 0
        self._written = ""
        self._align: Literal["left", "center", "right"] = "left"
        self._head = False
        self._level = 0

    def read(self, token: Token) -> None:
        if token.map and (token.level == 0 or (token.level == 1 and token.type == "list_item_open")):
            self._begin_part(token)
        kind = token.type
        if "list" in kind:
            self._list(token)
        elif kind in {"blockquote_open", "blockquote_close"}:
            self._quotes += token.nesting
        elif kind in {"fence", "code_block"}:
            self._code(token)
        elif kind == "hr":
            self._add(Block(kind="rule"))
        elif kind in {"heading_open", "heading_close"}:
            self._level = int(token.tag[1:]) if token.nesting > 0 else 0
        elif kind == "inline":
            self._inline(token.content)
        else:
            self._table(token)

    def give_up(self, token: Token) -> None:
        """What `token` begins goes too deep: the parser left something out, so it is shown as it was written."""
        self._begin_part(token)
        first, last = token.map or (0, 0)
        self.blocks += plain_blocks("\n".join(self._lines[first:last]))

    def _list(self, token: Token) -> None:
        if token.type == "list_item_open":
            self._marker = self._next_marker()
        elif token.type == "list_item_close":
            if self._marker:
                self._add(Block(kind="paragraph"))
        elif token.nesting > 0:
            goes_on = bool(self._first) and not self._lists and not self.blocks
            start = int(token.attrs.get("start", 1))
            number = self._first if goes_on and self._first > 0 else start
            self._lists.append(_List(token.type == "ordered_list_open", number, goes_on))
        else:
            self._lists.pop()

    def _begin_part(self, token: Token) -> None:
        """What came before is complete: something else has begun."""
        assert token.map is not None  # noqa: S101 - for the type
        self.done = len(self.blocks)
        self.last_line = token.map[0]
        self.number = 0
        if token.level == 1:
            self.number = self._lists[-1].number

    def _next_marker(self) -> str:
        current = self._lists[-1]
        current.begun = True
        if not current.ordered:
            return BULLETS[(len(self._lists) - 1) % len(BULLETS)]
        marker, current.next = f"{current.next}.", current.next + 1
        return marker

    def _add(self, block: Block) -> None:
        gap = 1.0
        if block.kind == "heading":
            gap = 2.0 if self.blocks else 0.0
        elif self._marker and (self.blocks[-1].indent if self.blocks else self._first):
            gap = 0.5
        marker, self._marker = self._marker, ""
        self.blocks.append(
            msgspec.structs.replace(
                block,
                quotes=min(self._quotes, 6),
                indent=min(len(self._lists), 6),
                marker=marker,
                gap=gap,
            )
        )

    def _code(self, token: Token) -> None:
        if self._marker:
            self._add(Block(kind="paragraph"))
        self.blocks += code_blocks(
            plain(token.content), token.info, quotes=min(self._quotes, 6), indent=min(len(self._lists), 6)
        )

    def _inline(self, content: str) -> None:
        text = plain(content)
        if self._cells is not None:
            self._cells.append(Cell(rich(text, parser()), self._align, self._head))
        elif self._level:
            self._add(Block(kind="heading", html=rich(text, parser()), text=text, level=self._level))
        elif too_long(text):
            for at, piece in enumerate(plain_blocks(text)):
                self._add(piece)
                if at:
                    self.blocks[-1] = msgspec.structs.replace(self.blocks[-1], gap=0.0)
        else:
            self._add(Block(kind="paragraph", html=rich(text, parser()), text=text))

    def _table(self, token: Token) -> None:
        kind = token.type
        if kind == "table_open" and token.map:
            self._cells, self._columns = [], 0
            self._written = "\n".join(self._lines[token.map[0] : token.map[1]])
        elif kind in {"th_open", "td_open"}:
            self._head = kind == "th_open"
            self._columns += self._head
            style = str(token.attrGet("style") or "")
            self._align = "center" if "center" in style else "right" if "right" in style else "left"
        elif kind == "table_close" and self._cells is not None:
            cells, self._cells = tuple(self._cells), None
            if len(cells) > MOST_CELLS:
                self.blocks += code_blocks(plain(self._written), "", quotes=self._quotes, indent=len(self._lists))
            else:
                self._add(Block(kind="table", text=plain(self._written), columns=self._columns, cells=cells))
