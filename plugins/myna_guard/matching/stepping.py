"""One character further: which paths go on, begin and end.

What is seen through besides single characters (`characters.py`):

- a letter that is repeated up to `REPEATS` times;
- up to `GAPS` spaces or signs between two letters, where not both pieces are ordinary words
  (`k-i-l-l`, `sui cide`, but not `pen is`);
- the gap between the words of a phrase left out;
- a letter with a sign put over it, and one that signs draw together (`signs.py`).
"""

from __future__ import annotations

import msgspec

from .characters import GAP, INVISIBLE, LETTER, Glyph, glyph
from .common_words import COMMON
from .lexicon import CODE_BITS, SPACE, Keyword, Lexicon
from .path import Path, Reading
from .signs import BEGUN, LONG_ENOUGH, NO_COVER, STROKES, covers
from .state import Ending, State

REPEATS = 64
"""Times that a letter may be repeated: far above what anybody reads as the same word."""

GAPS = 16
"""Characters between two letters: more is another paragraph, not a word."""

_SINGLE_WORDS = frozenset("aio")

Ended = tuple[int, int, int]
"""A match: characters since its start, and since its end; the keyword."""


class Stepper:
    """One step, for one lexicon. It keeps nothing: the same state and character always give the same."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def step(self, state: State, character: str) -> tuple[State, tuple[Ended, ...]]:
        """The state behind `character`, and what is certain now, in the order in which it became so."""
        seen = glyph(character)
        state = state.aged()
        if seen.kind == INVISIBLE:
            return state, ()
        found: list[Ended] = []
        endings = _waiting(state, seen, character, found)
        if seen.kind == GAP:
            return self._gap(state, seen, character, endings, found)
        return self._letter(state, seen, character, endings, found)

    def _gap(
        self, state: State, seen: Glyph, character: str, endings: list[Ending], found: list[Ended]
    ) -> tuple[State, tuple[Ended, ...]]:
        paths: list[Path] = []
        if seen.codes:
            paths = self._advanced(state, seen, 0, endings, found)
        if not seen.space:
            paths += self._drawn(state, character, endings, found)
            if character not in NO_COVER:
                paths += self._covered(state)
        paths += [
            msgspec.structs.replace(path, gap=path.gap + character)
            for path in state.paths
            if len(path.gap) < GAPS and self._may_pause(path)
        ]
        now = State(
            tuple(_distinct(paths)),
            tuple(endings),
            in_word=seen.sign and state.in_word,
            alone=state.alone,
            between=(state.between + character)[-GAPS - 1 :] if state.alone else " ",
        )
        return now, tuple(found)

    def _letter(
        self, state: State, seen: Glyph, character: str, endings: list[Ending], found: list[Ended]
    ) -> tuple[State, tuple[Ended, ...]]:
        drawn = self._drawn(state, character, endings, found) if any(path.strokes for path in state.paths) else []
        for place in range(len(seen.codes)):
            paths = self._advanced(state, seen, place, endings, found)
            state = State(
                tuple(paths),
                in_word=state.in_word,
                alone=bool(state.between) and seen.letters[place] not in _SINGLE_WORDS,
                between="",
            )
        paths = _distinct([*state.paths, *drawn]) if drawn else list(state.paths)
        return State(tuple(paths), tuple(endings), seen.word, state.alone, state.between), tuple(found)

    def _advanced(self, state: State, seen: Glyph, place: int, endings: list[Ending], found: list[Ended]) -> list[Path]:
        """The paths that go on with a letter, those that begin with it among them."""
        paths: list[Path] = []
        # Scripts that write no words apart have no pieces of words.
        letter = seen.letters[place] if seen.word or seen.kind == GAP else ""
        for code in seen.codes[place]:
            reading = Reading(code, letter, seen.plain, seen.odd, seen.inner)
            for path in state.paths:
                if not path.strokes:
                    self._step(path, reading, paths)
            if place == 0:
                self._begin(state, reading, paths, anywhere=seen.kind == LETTER and not seen.word)
        if len(paths) > 1:
            paths = _distinct(paths)
        self._complete(paths, endings, found)
        return paths

    def _begin(self, state: State, reading: Reading, paths: list[Path], *, anywhere: bool) -> None:
        """Append the paths that begin with a letter."""
        for root in (self._lexicon.INSIDE, self._lexicon.ROOT):
            node = self._lexicon.edges.get(root << CODE_BITS | reading.code)
            if node is not None and (root == self._lexicon.INSIDE or anywhere or not state.in_word):
                begun = Path(1, root, left=state.between if state.alone else "")
                paths.append(begun.on(node, reading))

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

    def _drawn(self, state: State, character: str, endings: list[Ending], found: list[Ended]) -> list[Path]:
        """The paths on which `character` draws a letter, alone in part, or whole with the signs before it."""
        strokes_of = [(path, path.strokes + character) for path in state.paths]
        strokes_of += [(path, character) for path in self._roots(state, character)]
        begun = [msgspec.structs.replace(path, strokes=strokes) for path, strokes in strokes_of if strokes in BEGUN]
        ended: list[Path] = []
        for path, strokes in strokes_of:
            if letter := STROKES.get(strokes):
                drawing = msgspec.structs.replace(path, strokes="", drawn=True)
                self._step(drawing, Reading(ord(letter), letter, plain=False, odd=True, inner=False), ended)
        self._complete(ended, endings, found)
        return [*begun, *ended]

    def _roots(self, state: State, character: str) -> list[Path]:
        """Places where a keyword begins with a letter that begins with this sign."""
        left = state.between if state.alone else ""
        return [
            Path(1, root, left=left)
            for root, drawn in self._lexicon.drawn.items()
            if character in drawn and (root == self._lexicon.INSIDE or not state.in_word)
        ]

    def _covered(self, state: State) -> list[Path]:
        """The paths on which a sign stands over a letter, between letters that show."""
        paths: list[Path] = []
        for path in state.paths:
            if not path.plain or path.gap or path.spread or path.strokes:
                continue
            if path.covered >= self._lexicon.longest // 2:
                continue
            for code in self._lexicon.following.get(path.node, ()):
                if code != SPACE:
                    node = self._lexicon.edges[path.node << CODE_BITS | code]
                    reading = Reading(code, "*", plain=False, odd=path.odd, inner=False)
                    # What is hidden is not repeated.
                    paths.append(msgspec.structs.replace(path.on(node, reading), last=0, covered=path.covered + 1))
        return paths

    def _may_pause(self, path: Path) -> bool:
        """Whether a gap may follow. A word with letters hidden is not spelt out besides."""
        return not path.strokes and (not path.covered or path.node in self._lexicon.breaks)

    def _complete(self, paths: list[Path], endings: list[Ending], found: list[Ended]) -> None:
        """Take the keywords that `paths` have come to the end of, once where they have in several ways."""
        known = {(one.behind, one.keyword) for one in endings if not one.past} | {(one[0], one[2]) for one in found}
        for path in sorted(paths, key=_hidden):
            ends = self._lexicon.ends.get(path.node)
            if not ends or path.inner or path.cut_between_words():
                continue
            for number in ends:
                keyword = self._lexicon.keywords[number]
                if not _shows(path, keyword) or (_hidden(path) and (path.behind, number) in known):
                    continue
                known.add((path.behind, number))
                if keyword.right:
                    endings.append(Ending(path.behind, 0, number, path.spread))
                else:
                    found.append((path.behind, 0, number))


def _shows(path: Path, keyword: Keyword) -> bool:
    """Whether enough of the keyword is to be seen."""
    if not path.plain and not keyword.word.isdecimal():
        return False
    if not path.spread and path.piece != keyword.word and path.piece in COMMON and keyword.word:
        return False
    if path.drawn and keyword.letters < LONG_ENOUGH:
        return False
    return not path.covered or covers(keyword.letters, path.covered)


def _hidden(path: Path) -> bool:
    """Whether a letter is covered or drawn."""
    return bool(path.drawn or path.covered)


def _waiting(state: State, seen: Glyph, character: str, found: list[Ended]) -> list[Ending]:
    """Those of the complete keywords that still wait for where their word ends; what has ended is found."""
    waiting = []
    for ending in state.endings:
        ended = (ending.behind, ending.past, ending.keyword)
        if seen.kind == GAP:
            gap = ending.gap + character
            if ending.letter:
                continue
            if ending.spread and ending.spread.startswith(gap):
                waiting.append(msgspec.structs.replace(ending, gap=gap))
            else:
                found.append(ended)
        elif ending.letter or not seen.word:
            found.append(ended)
        elif ending.gap:
            if ending.gap == ending.spread and seen.letters[0] not in _SINGLE_WORDS:
                waiting.append(msgspec.structs.replace(ending, letter=True))
            else:
                found.append(ended)
    return waiting


def _distinct(paths: list[Path]) -> list[Path]:
    """One path, the one that began first, for each state that the rest of the text can tell apart."""
    best: dict[tuple[object, ...], Path] = {}
    for path in sorted(paths, key=_newest_last):
        state = (
            path.node, path.gap, bool(path.spread), path.piece, path.before, path.plain, path.odd, path.inner,
            path.strokes, path.drawn, path.covered,
        )  # fmt: skip
        best.setdefault(state, path)
    return list(best.values())


def _newest_last(path: Path) -> int:
    return -path.behind
