"""A title from what was first said."""

from __future__ import annotations

import unicodedata

TITLE_COLUMNS = 60
"""Terminal columns; a wide (East Asian) character takes two."""


def columns(character: str) -> int:
    """Terminal columns of one character (Unicode Standard Annex 11)."""
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Me", "Mn"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def title_of(text: str) -> str:
    """The first line of `text` that says something, at most `TITLE_COLUMNS` wide."""
    # Only the start is looked at: a pasted book must not make a title slow.
    for line in text[:4000].splitlines():
        shown = "".join(character for character in line if character.isprintable() or character.isspace())
        words = " ".join(shown.split()).strip("#>*`- ")
        if words:
            return _fit(words)
    return ""


def _fit(line: str) -> str:
    width = 0
    cut = len(line)
    for index, character in enumerate(line):
        width += columns(character)
        if width > TITLE_COLUMNS - 1 and cut == len(line):
            cut = index
        if width > TITLE_COLUMNS:
            break
    else:
        return line
    head = line[:cut]
    space = head.rfind(" ")
    # Do not end in the middle of a word when that costs little.
    if space > cut * 2 // 3 and not line[cut].isspace() and line[cut].isascii():
        head = head[:space]
    return head.rstrip(" ,.;:，。；：、") + "…"
