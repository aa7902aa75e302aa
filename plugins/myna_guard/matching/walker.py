"""Finds keywords in a stream, and knows from where on the text may still become one.

An Aho-Corasick automaton keeps the longest suffix of the text that begins a keyword as one state. Here
the state is written out as what it stands for: each place in the text where a keyword may have begun,
with the node that it has reached. That lets each one see through evasions by its own rules and say which
original characters it holds. What follows a state is worked out when a text first comes there (`stepping.py`)
and looked up from then on: ordinary text comes to the same few thousand states again and again.
"""

from __future__ import annotations

import msgspec

from .lexicon import Lexicon
from .state import State
from .stepping import Ended, Stepper

STEPS = 10_000
"""Steps that are kept, some 40 MB; a novel takes a third of them. With more, all are forgotten, so that a text
made to fill the memory only costs the time to work its steps out."""


class Match(msgspec.Struct, frozen=True):
    """A keyword in the text."""

    start: int
    """Characters from the start of the stream."""
    end: int
    keyword: int
    """Its place in `Lexicon.keywords`."""


class Place:
    """A state, and what follows from there as far as that is known."""

    __slots__ = ("after", "held", "state")

    def __init__(self, state: State) -> None:
        self.state = state
        self.held = state.held()
        self.after: dict[str, tuple[Place, tuple[Ended, ...]]] = {}


class Automaton:
    """The steps of one lexicon that are known. Threads may share it: what two of them work out is the same."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.start = Place(State())
        self._stepper = Stepper(lexicon)
        self._places = {self.start.state: self.start}
        self._steps = 0

    def step(self, place: Place, character: str) -> tuple[Place, tuple[Ended, ...]]:
        """Work out where `character` leads from `place`, and keep it."""
        state, found = self._stepper.step(place.state, character)
        if self._steps >= STEPS:
            self._forget()
        following = self._places.get(state)
        if following is None:
            following = self._places[state] = Place(state)
        self._steps += 1
        place.after[character] = following, found
        return following, found

    def _forget(self) -> None:
        for place in list(self._places.values()):
            place.after.clear()
        self.start.after.clear()
        self._places = {self.start.state: self.start}
        self._steps = 0


class Walker:
    """Reads one stream."""

    def __init__(self, automaton: Automaton) -> None:
        self._automaton = automaton
        self._place = automaton.start
        self._at = 0

    def held(self) -> int:
        """From which character on the text may still become a match; the length of the text when none may."""
        return self._at - self._place.held

    def feed(self, text: str) -> list[Match]:
        """Read on. Returns what is certain now, in the order in which it became so."""
        matches: list[Match] = []
        place, at, step = self._place, self._at, self._automaton.step
        for character in text:
            at += 1
            place, found = place.after.get(character) or step(place, character)
            if found:
                matches += [Match(at - behind, at - past, keyword) for behind, past, keyword in found]
        self._place, self._at = place, at
        return matches

    def finish(self) -> list[Match]:
        """The text ends here."""
        at, endings = self._at, self._place.state.endings
        self._place = self._automaton.start
        return [Match(at - one.behind, at - one.past, one.keyword) for one in endings if not one.letter]
