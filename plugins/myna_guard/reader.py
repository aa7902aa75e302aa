"""All rules for one kind of text, compiled, and one text read with them."""

from __future__ import annotations

from bisect import bisect_right

import msgspec

from .matching.expressions import Expression, ExpressionReader, Span
from .matching.lexicon import Lexicon
from .matching.walker import Automaton, Match, Walker

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

    keywords: Automaton = msgspec.field(default_factory=lambda: Automaton(Lexicon()))
    exceptions: Automaton = msgspec.field(default_factory=lambda: Automaton(Lexicon()))
    expressions: tuple[Expression, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.keywords.lexicon.keywords or self.expressions)


class Exceptions:
    """Where exceptions lie in a text, and what they cover."""

    def __init__(self) -> None:
        self._starts: dict[int, list[int]] = {}
        """By owner, in order."""
        self._reach: dict[int, list[int]] = {}
        """How far those up to there reach: the end of the one that ends last."""

    def add(self, spans: list[tuple[int, int, int]]) -> None:
        """Start, end and owner of each, the first first; none begins before those that were added before."""
        for start, end, owner in spans:
            reach = self._reach.setdefault(owner, [])
            self._starts.setdefault(owner, []).append(start)
            reach.append(max(end, reach[-1] if reach else 0))

    def cover(self, hit: Hit) -> bool:
        """Whether one that counts for its rule lies over all of it."""
        for owner in (EVERYBODY, hit.rule):
            before = bisect_right(self._starts.get(owner, ()), hit.start)
            if before and self._reach[owner][before - 1] >= hit.end:
                return True
        return False

    def forget(self, place: int) -> None:
        """Forget those that end before `place`: no later hit begins before it."""
        for owner, reach in self._reach.items():
            done = bisect_right(reach, place)
            del reach[:done], self._starts[owner][:done]


class Reader:
    """Reads one text, in pieces of any size; how it is cut makes no difference to what is found."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._walker = Walker(screen.keywords)
        self._exceptions = Walker(screen.exceptions)
        self._expressions = ExpressionReader(screen.expressions)
        self._excepted = Exceptions()
        self._undecided: list[Hit] = []
        self._waiting: list[Match] = []
        """Exceptions before which another one may still begin."""
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
        keywords = self._screen.keywords.lexicon.keywords
        self._undecided += [Hit(keywords[match.keyword].owner, match.start, match.end) for match in matches]
        self._undecided += [Hit(span.owner, span.start, span.end) for span in spans]
        # An exception that may still come to cover a hit is waited for.
        open_from = self._length if final else self._exceptions.held()
        self._except([*self._waiting, *excepted], open_from, final=final)
        certain = [hit for hit in self._undecided if final or hit.start < open_from]
        self._undecided = [hit for hit in self._undecided if not final and hit.start >= open_from]
        found = sorted((hit for hit in certain if not self._excepted.cover(hit)), key=_place)
        self._excepted.forget(self.held())
        return found

    def _except(self, matches: list[Match], open_from: int, *, final: bool) -> None:
        """Take the exceptions before which no other one can begin any more."""
        owners = self._screen.exceptions.lexicon.keywords
        self._waiting = [match for match in matches if not final and match.start >= open_from]
        self._excepted.add(
            sorted(
                (match.start, match.end, owners[match.keyword].owner)
                for match in matches
                if final or match.start < open_from
            )
        )


def _place(hit: Hit) -> tuple[int, int, int]:
    return hit.start, hit.end, hit.rule
