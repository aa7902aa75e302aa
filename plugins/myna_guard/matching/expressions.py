"""Regular expressions over a stream: with a time limit, and with what may still become a match held back."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import msgspec
import regex

from .characters import INVISIBLE, glyph

WINDOW = 512
"""Characters that one match may have, and so the most that an expression holds back: any address or number fits."""

CONTEXT = 64
"""Characters before the window that an expression may look back at."""

LIMIT_S = 0.1
"""Seconds that one search may take: a thousand times what a sound expression needs for a window."""


class Expression(msgspec.Struct, frozen=True):
    """An expression and whose it is."""

    pattern: regex.Pattern[str]
    open_end: regex.Pattern[str]
    """The same, to the end of the text: what matches it in part, or in whole, the text to come decides."""
    owner: int
    check: Callable[[str], int] | None = None
    """How many characters of a match belong to it; 0 for none."""

    @classmethod
    def of(cls, pattern: str, owner: int, check: Callable[[str], int] | None = None) -> Expression:
        """Raises `regex.error` where `pattern` is none."""
        return cls(regex.compile(pattern, regex.V0), regex.compile(rf"(?:{pattern})\Z", regex.V0), owner, check)


class Span(msgspec.Struct, frozen=True):
    """A match."""

    start: int
    """Characters from the start of the stream."""
    end: int
    owner: int


class ExpressionReader:
    """Reads one stream with several expressions."""

    def __init__(self, expressions: tuple[Expression, ...]) -> None:
        self._expressions = expressions
        self._starts = [0] * len(expressions)
        """From where on each one searches, in characters of `_view`."""
        self._view = ""
        self._origins: list[int] = []
        """Place in the stream of each character of `_view`."""
        self._at = 0
        self.failed: list[int] = []
        """Owners of expressions that ran out of time. They are left out from then on, so that what they would
        have found is not known."""

    def held(self) -> int:
        """From which character of the stream on there may still be a match."""
        starts = [
            start
            for start, expression in zip(self._starts, self._expressions, strict=True)
            if expression.owner not in self.failed
        ]
        first = min(starts, default=len(self._view))
        return self._origins[first] if first < len(self._view) else self._at

    def feed(self, text: str) -> list[Span]:
        """Read on; what is certain now."""
        if not self._expressions:
            self._at += len(text)
            return []
        self._append(text)
        found = self._search(final=False)
        self._forget()
        return found

    def finish(self) -> list[Span]:
        """The stream ends here."""
        return self._search(final=True)

    def _append(self, text: str) -> None:
        shown = []
        for place, character in enumerate(text, self._at):
            if glyph(character).kind != INVISIBLE:
                plain = character if character.isascii() else unicodedata.normalize("NFKC", character)
                shown.append(plain if len(plain) == 1 else character)
                self._origins.append(place)
        self._view += "".join(shown)
        self._at += len(text)

    def _search(self, *, final: bool) -> list[Span]:
        found: list[Span] = []
        for number, expression in enumerate(self._expressions):
            if expression.owner not in self.failed:
                self._starts[number] = self._search_one(expression, self._starts[number], found, final=final)
        return found

    def _search_one(self, expression: Expression, start: int, found: list[Span], *, final: bool) -> int:
        """Append what `expression` finds from `start` on; from where on it may still find something."""
        view = self._view
        try:
            while start < len(view):
                alive = len(view) if final else self._alive(expression, start)
                match = expression.pattern.search(view, start, timeout=LIMIT_S)
                # A match is certain when none that begins before it, or there, may still come to be longer.
                if match is None or match.start() >= alive:
                    return alive
                first, last = match.span()
                length = last - first
                if length and expression.check is not None:
                    length = expression.check(match.group())
                if 0 < length <= WINDOW:
                    found.append(Span(self._origins[first], self._origins[first + length - 1] + 1, expression.owner))
                start = max(first + length, first + 1) if length else max(last, first + 1)
        except TimeoutError:
            self.failed.append(expression.owner)
            return len(view)
        return start

    def _alive(self, expression: Expression, start: int) -> int:
        """Where the first match may begin that the text to come decides."""
        view = self._view
        while start < len(view):
            match = expression.open_end.search(view, start, partial=True, timeout=LIMIT_S)
            if match is None or match.start() == len(view):
                return len(view)
            if len(view) - match.start() <= WINDOW:
                return match.start()
            start = match.start() + 1
        return len(view)

    def _forget(self) -> None:
        """Drop what no expression looks at any more."""
        done = min(self._starts) - CONTEXT
        if done > WINDOW:
            self._view = self._view[done:]
            del self._origins[:done]
            self._starts = [start - done for start in self._starts]
