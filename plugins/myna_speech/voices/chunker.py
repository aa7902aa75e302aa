"""Cuts an answer into what is spoken at a time, while it is being written."""

from __future__ import annotations

import re

import msgspec

from .boundaries import INTERESTING, LOOK, Kind, judge
from .lines import code_end, judge_line
from .reading import code_omitted, read
from .reading.segments import segments
from .sizes import EARLY, LONGEST, early_end, letters, may_end_early, size, suffices

MARGIN = LOOK + 8
"""Characters after the longest chunk that are known when it is cut, so that all ends in it are known."""

_SLICE = 1024
"""Characters of a long text that are looked at together, so that what is kept stays small."""

_BLANK = re.compile(r"\s")
_JOINED = re.compile(r"[\u0300-\u036f\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
"""Characters that belong to the one before."""


class Clause(msgspec.Struct, frozen=True):
    """A part of an answer. All texts, joined, are the answer."""

    text: str
    """As it is shown."""
    spoken: str
    """As it is said; empty for what is not said, like code."""
    language: str
    """Of `spoken`, BCP 47."""


class SpeechChunker:
    """One answer: `feed` it as it comes, then `finish`. The clauses do not depend on how the text arrives."""

    def __init__(self, language: str = "en") -> None:
        """`language`: what the answer is in where its letters do not tell."""
        self._language = language
        self._reset()

    def _reset(self) -> None:
        self._text = ""
        """What is not cut yet."""
        self._line_start = True
        """Whether `_text` begins a line."""
        self._fence = ""
        """What opened the code block that `_text` is in."""
        self._count = 0
        """Chunks that were spoken."""
        self._before = 0
        """Letters of the last of them."""
        self._begin()

    def _begin(self) -> None:
        """Look at `_text` from its start."""
        self._at = 0
        """Where to go on looking."""
        self._judged = -1
        """The last start of a line that was looked at."""
        self._ends: list[tuple[int, Kind]] = []
        """Where the chunk could end, but goes on."""
        self._measured = 0
        self._size = 0
        """Letters up to `_measured`."""
        self._limit = 0
        """Where the chunk ends at the latest; 0 while the text is shorter."""
        self._early: int | None = None
        """Where the first chunk ends if nothing ends before, once that is known."""

    def feed(self, text: str) -> list[Clause]:
        """The clauses that are complete with `text`, the next piece of the answer."""
        found: list[Clause] = []
        for at in range(0, len(text), _SLICE):
            self._text += text[at : at + _SLICE]
            found += self._take(final=False)
        return found

    def finish(self) -> list[Clause]:
        """The rest of the answer; the next `feed` begins another one."""
        found = self._take(final=True)
        self._reset()
        return found

    def _take(self, *, final: bool) -> list[Clause]:
        found: list[Clause] = []
        while self._text:
            taken = self._code(final=final) if self._fence else self._prose(final=final)
            if not taken:
                break
            found += taken
        return found

    def _cut(self, end: int) -> str:
        piece, self._text = self._text[:end], self._text[end:]
        self._line_start = piece.endswith("\n")
        self._begin()
        return piece

    def _code(self, *, final: bool) -> list[Clause]:
        """The next part of a code block; none when it is not there yet."""
        found = code_end(self._text, self._fence, line_start=self._line_start, final=final)
        if found is None:
            return []
        end, closed = found
        if closed:
            self._fence = ""
        return [Clause(self._cut(end), "", self._language)]

    def _prose(self, *, final: bool) -> list[Clause]:
        """The next chunk, or the first line of a code block; none when it is not there yet."""
        if not final and not self._count and len(self._text) > EARLY and may_end_early(self._text):
            return []
        end = self._end(final=final)
        if end is None:
            return []
        if end == 0:
            line = self._text.find("\n") + 1 or len(self._text)
            self._count += 1
            return [Clause(self._cut(line), code_omitted(self._language), self._language)]
        line_start = self._line_start
        piece = self._cut(end)
        clauses = []
        for text, language in segments(piece, self._language):
            clauses.append(Clause(text, read(text, language, line_start=line_start), language))
            line_start = text.endswith("\n")
        if any(clause.spoken for clause in clauses):
            self._count += 1
            self._before = size(piece)
        return clauses

    def _end(self, *, final: bool) -> int | None:
        """Where the chunk ends; 0 where a code block begins, None when that is not known yet."""
        self._measure()
        while not self._limit or self._at <= self._limit:
            if self._at != self._judged and self._begins_line():
                line = judge_line(self._text, self._at, final=final)
                if line is None:
                    return None
                self._judged = self._at
                if line.fence:
                    self._fence = "" if self._at else line.fence
                    return self._at
                if line.end:
                    if self._passes(line.end, Kind.SENTENCE):
                        return line.end
                    continue
            place = INTERESTING.search(self._text, self._at)
            if place is None:
                self._at = len(self._text)
                break
            found = judge(self._text, place.start(), final=final)
            if found is None:
                self._at = place.start()
                break
            if self._passes(found.end, found.kind):
                return found.end
        if self._limit and (final or self._early is not None or len(self._text) >= self._limit + MARGIN):
            return self._forced()
        return len(self._text) if final else None

    def _begins_line(self) -> bool:
        return self._text[self._at - 1] == "\n" if self._at else self._line_start

    def _passes(self, end: int, kind: Kind) -> bool:
        """Go on at `end`; whether the chunk ends there."""
        self._at = end
        if not kind or (self._limit and end > self._limit):
            return False
        if suffices(self._text[:end], kind, self._count, self._before):
            return True
        self._ends.append((end, kind))
        return False

    def _measure(self) -> None:
        """Find `_limit` in what has come."""
        if not self._count and self._early is None:
            self._early = early_end(self._text)
            if self._early is not None:
                self._limit = EARLY
        longest = LONGEST[min(self._count, len(LONGEST) - 1)]
        while not self._limit and self._measured < len(self._text):
            self._size += letters(self._text[self._measured])
            if self._size > longest:
                self._limit = self._measured
            self._measured += 1

    def _forced(self) -> int:
        """The best end of a chunk that has become too long: its last sentence or clause, else a word."""
        if self._early is not None:
            return self._early
        limit = self._limit
        for kind in (Kind.SENTENCE, Kind.CLAUSE):
            ends = [end for end, found in self._ends if found is kind and limit // 3 <= end <= limit]
            if ends:
                return ends[-1]
        for at in range(limit, limit // 3, -1):
            if _BLANK.match(self._text, at):
                return at
        while limit > 1 and _JOINED.match(self._text, limit):
            limit -= 1
        return limit
