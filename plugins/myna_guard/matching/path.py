"""A place in a text where a keyword may have begun, and how far it has come."""

from __future__ import annotations

import msgspec

from .common_words import is_word


class Reading(msgspec.Struct, frozen=True):
    """A character read as one of the letters that it may be."""

    code: int
    letter: str
    """As it reads, among its neighbours."""
    plain: bool
    odd: bool
    inner: bool


class Path(msgspec.Struct, frozen=True):
    """A keyword that may have begun."""

    behind: int
    """Characters of the text since its start."""
    node: int
    last: int = 0
    """The letter that was taken last (a code point)."""
    run: int = 1
    """How often it came in a row."""
    gap: str = ""
    """What has come since."""
    spread: str = ""
    """The gap that letters were spread with, where they were."""
    piece: str = ""
    """The letters since the last gap, as they read."""
    before: str = ""
    """The piece before it, where only one of the two may be an ordinary word."""
    plain: bool = False
    """A letter stood for itself."""
    odd: bool = False
    """A digit or a sign stood for one."""
    inner: bool = False
    """The last letter was a mark such as `!`, and nothing before it shows that it is more than that."""
    left: str = ""
    """The gap before its start, where a single letter stands before that."""
    strokes: str = ""
    """Signs that may come to draw the next letter together, as `|` and `<` draw a k."""
    drawn: bool = False
    """Signs drew a letter together."""
    covered: int = 0
    """Letters that a sign was put over (`k*ll`)."""

    def on(self, node: int, reading: Reading, run: int = 1) -> Path:
        """With one more letter."""
        return Path(
            self.behind,
            node,
            reading.code,
            run,
            "",
            self.spread,
            self.piece + reading.letter,
            self.before,
            self.plain or reading.plain,
            self.odd or reading.odd,
            reading.inner and not self.odd,
            self.left,
            "",
            self.drawn,
            self.covered,
        )

    def across(self, node: int, reading: Reading, run: int = 1) -> Path:
        """With one more letter, behind a gap inside the word."""
        return Path(
            self.behind,
            node,
            reading.code,
            run,
            "",
            self.spread or self.gap,
            reading.letter,
            self.piece if is_word(self.piece) else "",
            self.plain or reading.plain,
            self.odd or reading.odd,
            reading.inner and not self.odd,
            self.left,
            "",
            self.drawn,
            self.covered,
        )

    def to_next_word(self, node: int, reading: Reading) -> Path:
        """With the first letter of the next word of a phrase: the gap before it, if there is one, is no evasion."""
        return Path(
            self.behind,
            node,
            reading.code,
            1,
            "",
            self.spread,
            reading.letter if self.gap else self.piece + reading.letter,
            "",
            self.plain or reading.plain,
            self.odd or reading.odd,
            reading.inner and not self.odd,
            self.left,
            "",
            self.drawn,
            self.covered,
        )

    def cut_between_words(self) -> bool:
        """Whether its last gap stands between two ordinary words; single letters side by side are spelt out."""
        return bool(self.before) and is_word(self.piece) and not (len(self.before) == 1 and len(self.piece) == 1)

    def may_cross(self) -> bool:
        """Whether its last piece may be followed by another one of the same word."""
        # c l a s s: the letters before are spelt out in the same way, so the word does not begin here.
        spelt_before = self.left == self.gap and len(self.piece) == 1 and not self.spread
        return not spelt_before and not self.cut_between_words()
