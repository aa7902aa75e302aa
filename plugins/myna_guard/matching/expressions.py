"""Regular expressions over a stream: with a time limit, and with what may still become a match held back."""

from __future__ import annotations

import re
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

_SPECIAL = re.compile(r"[^\t-\r -~\u3400-\u9fff。、]")
"""Characters that may be read otherwise than they stand there: zero-width and full-width ones are among them."""


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
        shown, done = [], 0
        for special in _SPECIAL.finditer(text):
            place = special.start()
            shown.append(text[done:place])
            self._origins += range(self._at + done, self._at + place)
            done = place + 1
            if glyph(text[place]).kind != INVISIBLE:
                plain = unicodedata.normalize("NFKC", text[place])
                shown.append(plain if len(plain) == 1 else text[place])
                self._origins.append(self._at + place)
        shown.append(text[done:])
        self._origins += range(self._at + done, self._at + len(text))
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
        alive = -1
        try:
            while start < len(view):
                if alive < start:
                    alive = len(view) if final else self._alive(expression, start)
                match = expression.pattern.search(view, start, timeout=LIMIT_S)
                # A match is certain when none that begins before it, or there, may still come to be longer.
                if match is None or match.start() >= alive:
                    return alive
                first, last = match.span()
                if last - first > WINDOW:
                    last = self._within(expression, first)
                length = last - first
                if length and expression.check is not None:
                    length = expression.check(view[first:last])
                if length:
                    found.append(Span(self._origins[first], self._origins[first + length - 1] + 1, expression.owner))
                start = first + length if length else max(last, first + 1)
        except TimeoutError:
            self.failed.append(expression.owner)
            return len(view)
        return start

    def _within(self, expression: Expression, first: int) -> int:
        """The end of a match that begins at `first` and has no more characters than one may have."""
        match = expression.pattern.match(self._view, first, first + WINDOW, timeout=LIMIT_S)
        return first if match is None else match.end()

    def _alive(self, expression: Expression, start: int) -> int:
        """Where the first match may begin that the text to come decides."""
        # What begins further back has more characters than a match may have.
        start = max(start, len(self._view) - WINDOW)
        match = expression.open_end.search(self._view, start, partial=True, timeout=LIMIT_S)
        return len(self._view) if match is None else match.start()

    def _forget(self) -> None:
        """Drop what no expression looks at any more."""
        done = min(self._starts) - CONTEXT
        if done > WINDOW:
            self._view = self._view[done:]
            del self._origins[:done]
            self._starts = [start - done for start in self._starts]
