"""The arguments of a call, character by character: where they end, and their strings in one form of escapes."""

from __future__ import annotations

import json
from typing import Literal

MOST_DEPTH = 64
"""Brackets in brackets; schemas of tools in use have fewer than ten."""

Form = Literal["plain", "strict"]
"""`plain`: all that may stand for itself does, line breaks too. `strict`: as JSON has it."""

_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "/": "/"}
_ESCAPED = {value: f"\\{letter}" for letter, value in _SHORT.items() if letter != "/"}
_HEX = frozenset("0123456789abcdefABCDEF")


class Arguments:
    """Of one call; begins with its first `{`."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._open: list[str] = []
        self._in_string = False
        self._escape = ""
        """What has come of an escape."""
        self._high = ""
        """The first half of a character of two escapes."""
        self._pieces: list[str] = []
        self.ended = False
        """They are whole, and JSON."""
        self.broken = False
        """They are no JSON, or nested too deeply."""

    def feed(self, text: str) -> tuple[str, int]:
        """What is known of them now, in this form, and how many characters of `text` belong to them."""
        out: list[str] = []
        used = 0
        for character in text:
            if self.ended or self.broken:
                break
            used += 1
            out.append(self._string(character) if self._in_string else self._structure(character))
        piece = "".join(out)
        self._pieces.append(piece)
        if self.ended and not self._is_object():
            self.ended, self.broken = False, True
        return piece, used

    def _structure(self, character: str) -> str:
        if character == '"':
            self._in_string = True
        elif character in "{[":
            self._open.append("}" if character == "{" else "]")
            self.broken = len(self._open) > MOST_DEPTH
        elif character in "}]":
            self.broken = not self._open or self._open.pop() != character
            self.ended = not self._open and not self.broken
        return character

    def _string(self, character: str) -> str:
        if self._escape:
            return self._escaped(character)
        if character == "\\":
            self._escape = character
            return ""
        if character == '"':
            self._in_string = False
            return self._lone() + character
        return self._lone() + self._shown(character)

    def _escaped(self, character: str) -> str:
        self._escape += character
        if self._escape[1] != "u":
            if character not in _SHORT:
                return self._no_escape()
            self._escape = ""
            return self._lone() + self._shown(_SHORT[character])
        if len(self._escape) > 2 and character not in _HEX:
            return self._no_escape()
        if len(self._escape) < 6:
            return ""
        code, self._escape = int(self._escape.removeprefix("\\u"), 16), ""
        return self._code(code)

    def _code(self, code: int) -> str:
        """A character, or half of one, by its number in UTF-16."""
        if 0xD800 <= code < 0xDC00:
            lone, self._high = self._lone(), chr(code)
            return lone
        if 0xDC00 <= code < 0xE000:
            if not self._high:
                return "\ufffd"
            code = 0x10000 + ((ord(self._high) - 0xD800) << 10) + (code - 0xDC00)
            self._high = ""
        return self._lone() + self._shown(chr(code))

    def _no_escape(self) -> str:
        """As it was written, so that whoever reads on finds the same."""
        self.broken = True
        return self._lone() + self._escape

    def _lone(self) -> str:
        """In the place of half a character."""
        if not self._high:
            return ""
        self._high = ""
        return "\ufffd"

    def _shown(self, character: str) -> str:
        if character in '"\\':
            return f"\\{character}"
        if self._form == "plain" or character >= " ":
            return character
        return _ESCAPED.get(character) or f"\\u{ord(character):04x}"

    def _is_object(self) -> bool:
        try:
            return isinstance(json.loads("".join(self._pieces), strict=False), dict)
        except (ValueError, RecursionError):
            return False
