"""All rules for one kind of text, compiled, and one text read with them."""

from __future__ import annotations

import msgspec

from .matching.expressions import Expression, ExpressionReader, Span
from .matching.lexicon import Lexicon
from .matching.walker import Match, Walker

EVERYBODY = -1
"""Owner of the exceptions that hold for all rules."""


class Hit(msgspec.Struct, frozen=True):
    """A rule found something."""

    rule: int
    start: int
    """Characters from the start of the text."""
    end: int


class Screen(msgspec.Struct, frozen=True):
    """What to look for."""

    keywords: Lexicon = msgspec.field(default_factory=Lexicon)
    exceptions: Lexicon = msgspec.field(default_factory=Lexicon)
    expressions: tuple[Expression, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.keywords.keywords or self.expressions)


class Reader:
    """Reads one text, in pieces of any size; how it is cut makes no difference to what is found."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._walker = Walker(screen.keywords)
        self._exceptions = Walker(screen.exceptions)
        self._expressions = ExpressionReader(screen.expressions)
        self._excepted: list[tuple[int, int, int]] = []
        """Start, end and owner of what is excepted."""
        self._undecided: list[Hit] = []
        self._length = 0

    @property
    def failed(self) -> list[int]:
        """Rules whose expressions ran out of time; what they would have found is not known."""
        return self._expressions.failed

    def held(self) -> int:
        """From which character on the text may still become a hit."""
        undecided = min((hit.start for hit in self._undecided), default=self._length)
        return min(self._walker.held(), self._expressions.held(), undecided)

    def feed(self, text: str) -> list[Hit]:
        """Read on; what is certain now."""
        self._length += len(text)
        return self._decide(
            self._walker.feed(text), self._exceptions.feed(text), self._expressions.feed(text), final=False
        )

    def finish(self) -> list[Hit]:
        """The text ends here."""
        return self._decide(self._walker.finish(), self._exceptions.finish(), self._expressions.finish(), final=True)

    def _decide(self, matches: list[Match], excepted: list[Match], spans: list[Span], *, final: bool) -> list[Hit]:
        keywords, exceptions = self._screen.keywords.keywords, self._screen.exceptions.keywords
        self._undecided += [Hit(keywords[match.keyword].owner, match.start, match.end) for match in matches]
        self._undecided += [Hit(span.owner, span.start, span.end) for span in spans]
        self._excepted += [(match.start, match.end, exceptions[match.keyword].owner) for match in excepted]
        if not self._undecided:
            # Nothing that ends before here can cover what is found later.
            self._excepted = [one for one in self._excepted if one[1] > self.held()]
            return []
        # An exception that may still come to cover a hit is waited for.
        open_from = self._length if final else self._exceptions.held()
        certain = [hit for hit in self._undecided if final or hit.start < open_from]
        self._undecided = [hit for hit in self._undecided if not final and hit.start >= open_from]
        return sorted((hit for hit in certain if not self._is_excepted(hit)), key=_place)

    def _is_excepted(self, hit: Hit) -> bool:
        return any(
            start <= hit.start and hit.end <= end and owner in {EVERYBODY, hit.rule}
            for start, end, owner in self._excepted
        )


def _place(hit: Hit) -> tuple[int, int, int]:
    return hit.start, hit.end, hit.rule
