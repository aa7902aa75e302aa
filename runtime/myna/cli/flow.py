"""An answer on a terminal, word by word as it comes, with lines that end between words."""

from __future__ import annotations

from .terminal import cells, printable

NARROWEST = 20
"""Columns below which breaking between words would only waste them."""


class Flow:
    """What to write for the next piece of a text. A word that turns out too long for its line is taken to the next."""

    def __init__(self, width: int) -> None:
        """`width`: columns of the terminal."""
        # In its last column a terminal waits with the cursor, and moving it back would count from there.
        self._width = width - 1
        self._column = 0
        self._word = ""

    def feed(self, text: str) -> str:
        """`text` without control characters, and with line breaks and cursor movements that keep words whole."""
        text = printable(text)
        if self._width < NARROWEST:
            return text
        return "".join(map(self._next, text))

    def _next(self, char: str) -> str:
        size = cells(char)
        if char == "\n":
            self._column, self._word = 0, ""
            return char
        if char.isspace():
            self._word = ""
            if self._column + size > self._width:
                self._column = 0
                return "\n"
        elif self._column + size > self._width:
            return self._broken(char, size)
        else:
            # Chinese needs no space between two words.
            self._word = "" if size == 2 else self._word + char
        self._column += size
        return char

    def _broken(self, char: str, size: int) -> str:
        """The line is full, perhaps in the middle of a word."""
        word = "" if size == 2 else self._word
        taken = cells(word)
        if not word or taken >= self._column:
            # It begins the line already, or there is nothing to keep together.
            self._column, self._word = size, "" if size == 2 else char
            return f"\n{char}"
        self._column, self._word = taken + size, word + char
        return f"\x1b[{taken}D\x1b[K\n{word}{char}"
