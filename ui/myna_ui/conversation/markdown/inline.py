"""What stands inside a line: emphasis, code, links. Everything else is text, whatever it looks like."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .colours import GROUND, LINK, MONO

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

LONGEST = 8_000
"""Characters of a paragraph that is looked into; a page of a book has 3,000."""
MOST_BRACKETS = 80
MOST_MARKS = 400
"""Brackets and emphasis are matched in quadratic time: 8,000 brackets take two seconds, these some milliseconds."""
SCHEMES = {"http", "https", "mailto"}
"""What a link may open."""

_SPACES = re.compile(r" {2,}")
_PLAIN_TAGS = {
    "strong_open": "<b>",
    "strong_close": "</b>",
    "em_open": "<i>",
    "em_close": "</i>",
    "s_open": "<s>",
    "s_close": "</s>",
    "hardbreak": "<br>",
    "softbreak": "<br>",
}


def rich(text: str, parser: MarkdownIt) -> str:
    """`text`, the Markdown inside of a block, as rich text of Qt without pictures."""
    if too_long(text):
        return literal(text)
    tokens: list[Token] = []
    parser.inline.parse(text, parser, {}, tokens)
    pieces: list[str] = []
    open_links: list[bool] = []
    for token in tokens:
        if token.type in _PLAIN_TAGS:
            pieces.append(_PLAIN_TAGS[token.type])
        elif token.type == "code_inline":
            pieces.append(f'<span style="font-family:{MONO};background-color:{GROUND}">{literal(token.content)}</span>')
        elif token.type == "link_open":
            href = address(str(token.attrGet("href") or ""))
            open_links.append(bool(href))
            if href:
                pieces.append(_link(href))
        elif token.type == "link_close":
            if open_links and open_links.pop():
                pieces.append("</a>")
        elif token.type == "image":
            pieces.append(_picture(token))
        else:
            pieces.append(literal(token.content))
    return "".join(pieces)


def too_long(text: str) -> bool:
    """Whether looking into `text` could hold up the window."""
    if len(text) > LONGEST or text.count("[") > MOST_BRACKETS:
        return True
    return sum(map(text.count, "*_~`<")) > MOST_MARKS


def literal(text: str) -> str:
    """`text` as it is, as rich text."""
    html = escape(text, quote=True).replace("\n", "<br>").replace("\t", "&nbsp;&nbsp;&nbsp; ")
    return _SPACES.sub(lambda run: "&nbsp;" * (len(run.group()) - 1) + " ", html)


def address(href: str) -> str:
    """`href` where it is an address that may be opened, else ""."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    return href if parts.scheme.lower() in SCHEMES else ""


def _link(href: str) -> str:
    return f'<a href="{escape(href, quote=True)}" style="color:{LINK}">'


def _picture(token: Token) -> str:
    """A picture in an answer is never loaded: it would tell somebody that it was seen."""
    href = address(str(token.attrGet("src") or ""))
    words = literal(token.content or href or str(token.attrGet("src") or ""))
    return f"{_link(href)}[{words}]</a>" if href else f"[{words}]"
