"""Several tokens in one step: what an answer repeats is guessed, and the model says how far the guess was right.

Answers repeat what is before them: names, sentences that are quoted, code that is changed, keys of JSON. The last
words of an answer are looked up in the prompt and the answer so far, and what followed them there is computed
together with the next token ("prompt lookup decoding", Saxena 2023; the check is that of speculative decoding,
Leviathan et al. 2023, https://arxiv.org/abs/2211.17192). Each token is drawn as it would have been, from the logits
after those before it, and the first one that differs from the guess ends the step: what is answered does not change.

A guess costs time where it is wrong, how much depends on model and processor. Both are measured while answers are
given, and a guess is made only as long as it pays.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from statistics import median

NGRAM = 3
"""Tokens in a row that must have been said before. Two are said again by chance in any text; four miss much."""

LENGTHS = (2, 4, 8)
"""Tokens of a guess."""

LONGEST_GUESS = LENGTHS[-1]

PAYS = 1.05
"""A guess is made when it should bring so many times the tokens of the same time without; below, noise decides."""

FIRST_ODDS = 0.6
"""What a guessed token is taken to be right with before anything is known of this answer."""

FORGET = 0.15
"""Weight of the newest guess in what is known of an answer: some ten steps are remembered."""

PLAIN_KEPT = 9
"""Times of steps without a guess that are remembered: they come all the time, so the newest say most."""

GUESSED_KEPT = 3
"""Times of steps with a guess of each length that are remembered, and needed before it is judged: one step that had
to wait for another program is then never the middle one."""

STALE_AFTER = 512
"""Steps after which the time of a length is taken once more where it is used no longer: what made it slow may be over.
Three lengths that are each slower by about one step cost less than a hundredth of the time."""

AGAIN_AFTER = 32
"""Tokens after which one more guess is tried in an answer where they did not pay: it may have come to a quotation."""


class StepTimes:
    """Seconds that a step of one request takes, by its tokens; the same for all requests of an engine."""

    def __init__(self) -> None:
        self._steps = 0
        self._seconds: dict[int, deque[float]] = {}
        self._taken: dict[int, int] = {}
        """The number of the last step of so many tokens."""

    def took(self, tokens: int, seconds: float) -> None:
        kept = PLAIN_KEPT if tokens == 1 else GUESSED_KEPT
        self._steps += 1
        self._seconds.setdefault(tokens, deque(maxlen=kept)).append(seconds)
        self._taken[tokens] = self._steps

    def cost(self, tokens: int) -> float | None:
        """Time of a step of `tokens` over that of a step of one; None where it should be measured (again)."""
        one, many = self._seconds.get(1), self._seconds.get(tokens)
        if one is None or many is None or len(many) < GUESSED_KEPT:
            return None
        if self._steps - self._taken[tokens] >= STALE_AFTER:
            return None
        return max(1.0, median(many) / median(one))


class Odds:
    """How often the guesses for one answer are right, and how long the next should be."""

    def __init__(self, times: StepTimes, right: float = FIRST_ODDS) -> None:
        """`times`: of steps with guesses from the same source. `right`: what a guessed token is right with, before
        anything is known of this answer."""
        self._times = times
        self.right = right
        self._tried = -AGAIN_AFTER
        """Tokens of the text at the last guess."""

    def length(self, most: int, said: int) -> int:
        """The length up to `most` that should pay most; 0 for none. `said` counts the tokens of the text so far."""
        best, gain = 0, PAYS
        if most < LENGTHS[0]:
            return 0
        # Where less than the shortest can be guessed, its time is as good as known.
        for length in [length for length in LENGTHS if length <= most] or LENGTHS[:1]:
            cost = self._times.cost(1 + length)
            if cost is None:
                # To know.
                return min(length, most)
            expected = sum(self.right**count for count in range(length + 1))
            if expected / cost > gain:
                best, gain = length, expected / cost
        if not best and said - self._tried >= AGAIN_AFTER:
            best = LENGTHS[0]
        return min(best, most)

    def guessed(self, said: int) -> None:
        """A guess was made."""
        self._tried = said

    def came(self, guessed: int, right: int) -> None:
        """Of `guessed` tokens, the first `right` were what the model said."""
        if guessed:
            # The first wrong one ends the look at a guess: those after it say nothing.
            looked = min(guessed, right + 1)
            self.right += min(1.0, FORGET * looked) * (right / looked - self.right)


class Guesses:
    """Of one answer: what it repeats."""

    def __init__(self, prompt: Sequence[int], times: StepTimes) -> None:
        self.odds = Odds(times)
        self._prompt = len(prompt)
        self._text = list(prompt)
        self._seen: dict[tuple[int, ...], int] = {}
        """Where the tokens after the last occurrence of each `NGRAM` tokens begin."""
        self._indexed = NGRAM

    def of(self, answer: Sequence[int], most: int) -> list[int]:
        """What may follow `answer`, which only grows: at most `most` tokens, none where that does not pay."""
        self._text += answer[len(self._text) - self._prompt :]
        self._index()
        start = self._seen.get(tuple(self._text[-NGRAM:]))
        if start is None:
            return []
        length = self.odds.length(min(most, len(self._text) - start), len(self._text))
        if length <= 0:
            return []
        self.odds.guessed(len(self._text))
        return self._text[start : start + length]

    def _index(self) -> None:
        # The last tokens are not entered before something follows them.
        for end in range(self._indexed, len(self._text)):
            self._seen[tuple(self._text[end - NGRAM : end])] = end
        self._indexed = max(self._indexed, len(self._text))
