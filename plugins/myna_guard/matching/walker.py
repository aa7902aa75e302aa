"""Finds keywords in a stream, and knows from where on the text may still become one.

An Aho-Corasick automaton keeps the longest suffix of the text that begins a keyword as one state. Here
the state is written out as what it stands for: each place in the text where a keyword may have begun,
with the node that it has reached. This takes the same time (few places are alive at once), and lets
each one see through evasions by its own rules and say which original characters it holds.

What is seen through besides single characters (`characters.py`):

- a letter that is repeated up to `REPEATS` times;
- up to `GAPS` spaces or signs between two letters, where not both pieces are ordinary words
  (`k-i-l-l`, `sui cide`, but not `pen is`);
- the gap between the words of a phrase left out.
"""

from __future__ import annotations

import msgspec

from .characters import GAP, INVISIBLE, LETTER, Glyph, glyph
from .common_words import COMMON
from .lexicon import CODE_BITS, Lexicon
from .path import Path, Reading

REPEATS = 64
"""Times that a letter may be repeated: far above what anybody reads as the same word."""

GAPS = 16
"""Characters between two letters: more is another paragraph, not a word."""

_SINGLE_WORDS = frozenset("aio")


class Match(msgspec.Struct, frozen=True):
    """A keyword in the text."""

    start: int
    """Characters from the start of the stream."""
    end: int
    keyword: int
    """Its place in `Lexicon.keywords`."""


class _Ending(msgspec.Struct, frozen=True):
    """A keyword that is complete, if its word ends here."""

    match: Match
    spread: str = ""
    gap: str = ""
    letter: bool = False
    """A gap like those inside was followed by one letter: the word may go on, spelt out."""


class Walker:
    """Reads one stream."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._paths: list[Path] = []
        self._endings: list[_Ending] = []
        self._at = 0
        self._in_word = False
        """The last character that shows belongs to a word."""
        self._gap = ""
        """What came since the last letter."""
        self._piece = ""
        """The letters of the last piece of a word, as they read; no more than two are kept."""

    def held(self) -> int:
        """From which character on the text may still become a match; the length of the text when none may."""
        starts = [path.start for path in self._paths[:1]]
        starts += [ending.match.start for ending in self._endings]
        return min(starts, default=self._at)

    def feed(self, text: str) -> list[Match]:
        """Read on. Returns what is certain now, in the order in which it became so."""
        found: list[Match] = []
        for character in text:
            seen = glyph(character)
            if seen.kind != INVISIBLE:
                if self._endings:
                    self._end(seen, character, found)
                if seen.kind == GAP:
                    self._take_gap(seen, character, found)
                else:
                    self._take_letter(seen, found)
            self._at += 1
        return found

    def finish(self) -> list[Match]:
        """The text ends here."""
        found = [ending.match for ending in self._endings if not ending.letter]
        self._paths, self._endings = [], []
        return found

    def _end(self, seen: Glyph, character: str, found: list[Match]) -> None:
        """See which complete keywords end where a word ends."""
        waiting = []
        for ending in self._endings:
            if seen.kind == GAP:
                gap = ending.gap + character
                if ending.letter:
                    continue
                if ending.spread and ending.spread.startswith(gap):
                    waiting.append(_Ending(ending.match, ending.spread, gap))
                else:
                    found.append(ending.match)
            elif ending.letter or not seen.word:
                found.append(ending.match)
            elif ending.gap:
                if ending.gap == ending.spread and seen.letters[0] not in _SINGLE_WORDS:
                    waiting.append(_Ending(ending.match, ending.spread, ending.gap, letter=True))
                else:
                    found.append(ending.match)
        self._endings = waiting

    def _take_gap(self, seen: Glyph, character: str, found: list[Match]) -> None:
        paths = []
        if seen.codes:
            paths = self._advanced(seen.codes[0], seen, seen.letters[0], found, first=True)
        for path in self._paths:
            if len(path.gap) < GAPS:
                stayed = msgspec.structs.replace(path, gap=path.gap + character)
                paths.append(stayed)
        self._paths = _distinct(paths)
        if not (seen.sign and self._in_word):
            self._in_word = False
        self._gap = (self._gap + character)[-GAPS - 1 :]

    def _take_letter(self, seen: Glyph, found: list[Match]) -> None:
        for place, codes in enumerate(seen.codes):
            letter = seen.letters[place]
            self._paths = self._advanced(codes, seen, letter, found, first=place == 0)
            self._piece = letter if self._gap else (self._piece + letter)[-2:]
            self._gap = ""
        self._in_word = seen.word

    def _advanced(
        self, codes: tuple[int, ...], seen: Glyph, letter: str, found: list[Match], *, first: bool
    ) -> list[Path]:
        """The paths that go on with a letter, those that begin with it among them."""
        paths: list[Path] = []
        # Scripts that write no words apart have no pieces of words.
        letter = letter if seen.word or seen.kind == GAP else ""
        for code in codes:
            reading = Reading(code, letter, seen.plain, seen.odd, seen.inner)
            for path in self._paths:
                self._step(path, reading, paths)
            if first:
                self._begin(reading, paths, anywhere=seen.kind == LETTER and not seen.word)
        if len(paths) > 1:
            paths = _distinct(paths)
        for path in paths:
            if path.node in self._lexicon.ends:
                self._complete(path, found)
        return paths

    def _begin(self, reading: Reading, paths: list[Path], *, anywhere: bool) -> None:
        """Append the paths that begin with a letter."""
        left = self._gap if len(self._piece) == 1 and self._piece not in _SINGLE_WORDS else ""
        for root in (self._lexicon.INSIDE, self._lexicon.ROOT):
            node = self._lexicon.edges.get(root << CODE_BITS | reading.code)
            if node is not None and (root == self._lexicon.INSIDE or anywhere or not self._in_word):
                paths.append(
                    Path(
                        self._at,
                        node,
                        reading.code,
                        piece=reading.letter,
                        plain=reading.plain,
                        odd=reading.odd,
                        inner=reading.inner,
                        left=left,
                    )
                )

    def _step(self, path: Path, reading: Reading, paths: list[Path]) -> None:
        """Append what becomes of `path`."""
        code, edges = reading.code, self._lexicon.edges
        node = edges.get(path.node << CODE_BITS | code)
        if node is not None:
            if not path.gap:
                paths.append(path.on(node, reading))
            elif path.may_cross():
                paths.append(path.across(node, reading))
        following = self._lexicon.breaks.get(path.node)
        if following is not None:
            node = edges.get(following << CODE_BITS | code)
            if node is not None and not path.cut_between_words():
                paths.append(path.to_next_word(node, reading))
        if code == path.last and path.run < REPEATS:
            if not path.gap:
                paths.append(path.on(path.node, reading, path.run + 1))
            elif path.may_cross():
                paths.append(path.across(path.node, reading, path.run + 1))

    def _complete(self, path: Path, found: list[Match]) -> None:
        if path.inner or path.cut_between_words():
            return
        for number in self._lexicon.ends[path.node]:
            keyword = self._lexicon.keywords[number]
            if not path.plain and not keyword.word.isdecimal():
                continue
            if not path.spread and path.piece != keyword.word and path.piece in COMMON and keyword.word:
                continue
            match = Match(path.start, self._at + 1, number)
            if keyword.right:
                self._endings.append(_Ending(match, path.spread))
            else:
                found.append(match)


def _distinct(paths: list[Path]) -> list[Path]:
    """One path, the one that began first, for each state that the rest of the text can tell apart."""
    best: dict[tuple[object, ...], Path] = {}
    for path in sorted(paths, key=_start):
        state = (path.node, path.gap, bool(path.spread), path.piece, path.before, path.plain, path.odd, path.inner)
        best.setdefault(state, path)
    return list(best.values())


def _start(path: Path) -> int:
    return path.start
