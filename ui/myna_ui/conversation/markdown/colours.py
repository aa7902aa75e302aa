"""Marks in rich text that stand for colours of the theme: a change of theme changes no parsed block."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...theme.theme import Theme

# Control characters are taken out of texts, so no text holds a mark.
KEYWORD, STRING, COMMENT, NUMBER, NAME = "\x01", "\x02", "\x03", "\x04", "\x05"
LINK, GROUND, MONO = "\x06", "\x07", "\x08"

_COLOURS = {
    KEYWORD: "code_keyword",
    STRING: "code_string",
    COMMENT: "code_comment",
    NUMBER: "code_number",
    NAME: "code_name",
    LINK: "accent",
    GROUND: "sunken",
}

_CONTROLS = dict.fromkeys([*range(9), *range(0x0B, 0x20), 0x7F])
# Marks that turn the direction of all that follows: what is shown must be what was written.
_CONTROLS |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def plain(text: str) -> str:
    """`text` without control characters other than tab and line feed."""
    return text.translate(_CONTROLS)


def coloured(html: str, theme: Theme) -> str:
    """`html` with the theme's colours in place of the marks."""
    for mark, name in _COLOURS.items():
        if mark in html:
            html = html.replace(mark, theme.colour_of(name).name())
    return html.replace(MONO, str(theme.property("mono")))
