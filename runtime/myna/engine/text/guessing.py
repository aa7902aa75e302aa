"""Where guesses of how an answer goes on come from: from what was said before, else from a smaller model.

The smaller model ("draft model", Leviathan et al. 2023) has the same words and writes a few tokens ahead; the large one
computes them together with its next token. What is guessed is checked as in `speculation.py`, and made only as long as
it pays, with the smaller model's own time counted.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from .speculation import LONGEST_GUESS, Guesses, Odds, StepTimes

READ_PAYS = 8
"""Tokens of the text that the smaller model has to read, for each token of the answer so far: an answer that ends
early must not pay for a long prompt being read twice. Reading takes it a seventh of what a guess saves (1.4 and 10 ms
a token, SmolLM2-135M in Q4_1 beside itself in F32), so at worst as much is lost as the answer so far would have
earned."""

FIRST_AGREEMENT = 0.75
"""What a token of the smaller model is taken to be right with before it has said any. A guess, soon put right: later
answers begin with what was seen in those before."""


class DraftModel(Protocol):
    """A smaller model; of one text at a time it remembers what it has read."""

    def backlog(self, text: Sequence[int]) -> int:
        """Tokens of `text` that it has not read."""
        ...

    def guess(self, text: Sequence[int], count: int) -> list[int]:
        """The likeliest `count` tokens after `text`; none where it has to read on first, a piece at each call, or where
        it has no room."""
        ...

    def spare(self, cores: int) -> None:
        """As `Cells.spare`."""
        ...


class Drafts:
    """Of one answer: what the smaller model makes of it."""

    def __init__(
        self, prompt: Sequence[int], draft: DraftModel, times: StepTimes, agreement: float = FIRST_AGREEMENT
    ) -> None:
        """`agreement`: the share of its tokens that were right so far."""
        self.odds = Odds(times, agreement)
        self.asked = 0
        """Tokens that the last guess was to have."""
        self.caught_up = False
        """It had read all but what one step adds before the last guess."""
        self._prompt = len(prompt)
        self._text = list(prompt)
        self._draft = draft

    def of(self, answer: Sequence[int], most: int) -> list[int]:
        """As `Guesses.of`."""
        self._text += answer[len(self._text) - self._prompt :]
        length = self.odds.length(most, len(self._text))
        if length <= 0:
            return []
        backlog = self._draft.backlog(self._text)
        if backlog > READ_PAYS * len(answer):
            return []
        self.caught_up = backlog <= 1 + LONGEST_GUESS
        self.asked = length
        found = self._draft.guess(self._text, length)
        if found:
            self.odds.guessed(len(self._text))
        return found


class Guesser:
    """What guesses take, the same for all answers of an engine."""

    def __init__(self, longest: int, draft: DraftModel | None = None) -> None:
        """At most `longest` tokens at once."""
        self.longest = longest
        self.draft = draft
        self.repeated = StepTimes()
        self.drafted = StepTimes()
        self.agreement = FIRST_AGREEMENT


class AnswerGuesses:
    """Those of one answer, from both sources."""

    def __init__(self, prompt: Sequence[int], guesser: Guesser, *, readable: bool = True) -> None:
        """`readable`: the prompt is text alone, which another model can read."""
        self._guesser = guesser
        self._repeated = Guesses(prompt, guesser.repeated)
        draft = guesser.draft if readable else None
        self._drafted = Drafts(prompt, draft, guesser.drafted, guesser.agreement) if draft is not None else None
        self._source: Guesses | Drafts | None = None
        """Of the last guess."""
        self._count = 0
        self._drafting_s = 0.0

    def of(self, answer: Sequence[int], most: int, *, alone: bool = True) -> list[int]:
        """What may follow `answer`, which only grows: at most `most` tokens, none where that does not pay. `alone`: no
        other answer is under way, whose text the smaller model would have to read by turns."""
        most = min(most, self._guesser.longest)
        found = self._repeated.of(answer, most)
        self._source = self._repeated if found else None
        if not found and alone and self._drafted is not None:
            began = time.perf_counter()
            found = self._drafted.of(answer, most)
            self._drafting_s = time.perf_counter() - began
            self._source = self._drafted if found else None
        self._count = len(found)
        return found

    def came(self, right: int) -> None:
        """Of the last guess, the first `right` tokens were what the model said."""
        if self._source is not None:
            self._source.odds.came(self._count, right)
        if self._drafted is not None:
            self._guesser.agreement = self._drafted.odds.right

    def took(self, guessed: int, seconds: float) -> None:
        """A step with the `guessed` tokens of the last guess, or with none, took so long, after the guess was made."""
        if not guessed:
            self._guesser.repeated.took(1, seconds)
            self._guesser.drafted.took(1, seconds)
        elif self._source is self._repeated:
            self._guesser.repeated.took(1 + guessed, seconds)
        elif self._drafted is not None and self._drafted.caught_up:
            # One that stopped early is filed under what was asked: else that length would never be known.
            self._guesser.drafted.took(1 + self._drafted.asked, self._drafting_s + seconds)
