"""Colours for code, in pieces that are laid out quickly."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from .block import Block
from .colours import COMMENT, KEYWORD, NAME, NUMBER, STRING

if TYPE_CHECKING:
    from pygments.lexer import Lexer

PIECE_LINES = 60
PIECE_CHARACTERS = 3_000
"""A block of code longer than that becomes several: only the last one changes while it streams, and Pygments takes
some 5 ms for one."""
LONGEST_LINE = 4_000
"""Characters of a line that are laid out in one go."""
MOST_LANGUAGE = 40
"""Characters of the name of a language; an answer can put anything there."""


def code_blocks(code: str, info: str, *, quotes: int, indent: int) -> Iterator[Block]:
    """`code` as blocks; `info` is what stands behind the fence."""
    words = info.split()
    language = words[0][:MOST_LANGUAGE] if words else ""
    for at, piece in enumerate(pieces(code)):
        yield Block(
            kind="code",
            html=highlighted(piece, language),
            text=code if at == 0 else "",
            language=language,
            continued=at > 0,
            quotes=quotes,
            indent=indent,
            gap=0.0 if at else 1.0,
        )


def pieces(code: str) -> list[str]:
    """`code` cut between lines; a line that is too long is cut too."""
    found: list[str] = []
    lines: list[str] = []
    size = 0
    for long in code.removesuffix("\n").split("\n"):
        for start in range(0, max(len(long), 1), LONGEST_LINE):
            line = long[start : start + LONGEST_LINE]
            if lines and (len(lines) >= PIECE_LINES or size + len(line) > PIECE_CHARACTERS):
                found.append("\n".join(lines))
                lines, size = [], 0
            lines.append(line)
            size += len(line) + 1
    found.append("\n".join(lines))
    return found


@lru_cache(256)
def highlighted(code: str, language: str) -> str:
    """Rich text of Qt. Remembered, for all pieces but the last come again with each token that is added."""
    lexer = _lexer(language)
    if lexer is None:
        return _pre(code)
    html: list[str] = []
    for token, text in lexer.get_tokens(code):
        mark = _mark(token)
        html.append(f'<span style="color:{mark}">{_pre(text)}</span>' if mark else _pre(text))
    return "".join(html).removesuffix("<br>")


def _lexer(language: str) -> Lexer | None:
    if not language:
        return None
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language.lower(), stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _mark(token: object) -> str:
    from pygments.token import Comment, Keyword, Name, Number, Operator, String

    if token in Comment:
        return COMMENT
    if token in Keyword or token is Operator.Word:
        return KEYWORD
    if token in String:
        return STRING
    if token in Number:
        return NUMBER
    if token in Name.Function or token in Name.Class or token in Name.Builtin or token in Name.Tag:
        return NAME
    return ""


def _pre(text: str) -> str:
    return escape(text, quote=False).replace("\t", "    ").replace(" ", "&nbsp;").replace("\n", "<br>")
