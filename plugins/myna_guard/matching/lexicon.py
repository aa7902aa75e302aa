"""Keywords as a trie over folded letters.

The trie is one dictionary from (node, letter) to node: ten thousand keywords are built in a tenth of a
second, so that nothing needs to be kept on disk.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from .characters import fold, spaced
from .signs import STROKES

CODE_BITS = 21
"""A Unicode code point has 21 bits; a key of the trie is `node << CODE_BITS | code point`."""

SPACE = ord(" ")


class Keyword(msgspec.Struct, frozen=True):
    """One entry of a list."""

    text: str
    """As it was written."""
    owner: int
    """Whose it is, for the caller: the number of a rule."""
    word: str
    """Its letters, folded; empty when it is several words."""
    right: bool
    """It must end where a word ends."""
    letters: int = 0
    """How many it has."""


class Lexicon:
    """A set of keywords.

    A keyword is found as a whole word; a star at either end lets the word go on there (`bomb*`).
    In scripts that do not write words apart, it is found anywhere.
    """

    ROOT, INSIDE = 0, 1
    """Where keywords begin that start where a word starts, and those that may start inside one."""

    def __init__(self, keywords: Iterable[tuple[str, int]] = ()) -> None:
        """`keywords` are texts with the numbers of their owners."""
        self.keywords: list[Keyword] = []
        self.edges: dict[int, int] = {}
        self.breaks: dict[int, int] = {}
        """Where a keyword goes on behind a gap between its words, by node."""
        self.ends: dict[int, list[int]] = {}
        """Keywords that are complete, by node."""
        self.following: dict[int, list[int]] = {}
        """The letters (code points) that go on from a node."""
        self.longest = 0
        """Letters of the longest keyword."""
        nodes = 2
        edges = self.edges
        for text, owner in keywords:
            stripped = text.strip()
            letters = fold(stripped)
            if not letters:
                continue
            free = stripped.startswith("*") or not spaced(letters[0])
            node = self.INSIDE if free else self.ROOT
            for letter in letters:
                key = node << CODE_BITS | ord(letter)
                following = edges.get(key)
                if following is None:
                    following = edges[key] = nodes
                    self.following.setdefault(node, []).append(ord(letter))
                    if letter == " ":
                        self.breaks[node] = nodes
                    nodes += 1
                node = following
            self.ends.setdefault(node, []).append(len(self.keywords))
            word = "" if " " in letters else "".join(letters)
            right = spaced(letters[-1]) and not stripped.endswith("*")
            count = len(letters) - letters.count(" ")
            self.longest = max(self.longest, count)
            self.keywords.append(Keyword(stripped, owner, word, right, count))
        self.drawn = {
            root: frozenset(
                strokes[0] for strokes, letter in STROKES.items() if root << CODE_BITS | ord(letter) in edges
            )
            for root in (self.ROOT, self.INSIDE)
        }
        """Signs that begin to draw the first letter of a keyword, by root."""

    def __len__(self) -> int:
        return len(self.keywords)
