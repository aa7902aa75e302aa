"""The figures of a search: measured once, kept in the journal, and put together for comparing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from myna.engine.tuning import Score, SpeedRequest, SpeedSample

from .journal import Journal
from .lab import Lab, Loaded
from .quality import FEWEST, MOST, Compared, Judged, Piece, by_language, judge, perplexity
from .setups import Setup
from .speed import MEASURED, Speed, compare, request_for

AS_IT_IS = Setup()
"""The file as it was fetched, with the engine's own options."""

SLOW = MEASURED[-1]


class Trials:
    """Asks the journal first, then the lab."""

    def __init__(
        self,
        lab: Lab,
        journal: Journal,
        said: Callable[[str, str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`said` is told what is measured (`speed`, `quality`, `load`), and of which setup."""
        self._lab = lab
        self._journal = journal
        self._said = said
        self._clock = clock
        self._before = journal.spent_s
        self._began = clock()
        self._samples: dict[str, dict[int, SpeedSample]] = {}
        self._scores: dict[str, dict[Piece, Score]] = {}
        self._round = 0
        self._request: SpeedRequest | None = None

    @property
    def spent_s(self) -> float:
        """Seconds since the search was begun, without those between its runs."""
        return self._before + self._clock() - self._began

    async def rounds(self, setups: Sequence[Setup], count: int) -> None:
        """Measure the speed of all by turns, `count` times; who goes first changes each time."""
        for _ in range(count):
            self._round += 1
            first = self._round % len(setups)
            for setup in (*setups[first:], *setups[:first]):
                await self._sample(setup, self._round)

    async def _sample(self, setup: Setup, number: int) -> None:
        request = await self._amount()
        key = f"speed {number} {setup.key}"
        sample = self._journal.get(key, SpeedSample)
        if sample is None:
            self._said("speed", setup.key)
            sample = await self._lab.speed(setup, request)
            self._journal.put(key, sample, self.spent_s)
        self._samples.setdefault(setup.key, {})[number] = sample

    async def _amount(self) -> SpeedRequest:
        """How much a sample computes on this machine."""
        if self._request is None:
            sample = self._journal.get("amount", SpeedSample)
            if sample is None:
                self._said("speed", AS_IT_IS.key)
                sample = await self._lab.speed(AS_IT_IS, SLOW)
                self._journal.put("amount", sample, self.spent_s)
            self._request = request_for(sample)
        return self._request

    def speed(self, setup: Setup, beside: Setup = AS_IT_IS) -> Speed | None:
        """Beside another one, over the rounds that both were in; None where there are none."""
        mine, theirs = self._samples.get(setup.key, {}), self._samples.get(beside.key, {})
        both = sorted(mine.keys() & theirs.keys())
        return compare([mine[at] for at in both], [theirs[at] for at in both]) if both else None

    async def quality(self, setup: Setup, languages: Sequence[str], budget: float) -> dict[str, Judged]:
        """By language: measured on as many pieces as it takes to tell whether `setup` is within `budget`."""
        found: dict[str, Judged] = {}
        for language in languages:
            for number in range(MOST):
                piece = Piece(language, number)
                if not (await self._score(AS_IT_IS, piece)).tokens:
                    break
                await self._score(setup, piece)
                compared = by_language(self._compared(setup), language)
                found[language] = judge(compared)
                if len(compared) >= FEWEST and found[language].verdict(budget) != "open":
                    break
            if language in found and found[language].verdict(budget) == "out":
                # The other language would not change that.
                break
        return found

    async def _score(self, setup: Setup, piece: Piece) -> Score:
        known = self._scores.setdefault(setup.key, {})
        if piece not in known:
            key = f"score {piece.language} {piece.number} {setup.key}"
            score = self._journal.get(key, Score)
            if score is None:
                self._said("quality", setup.key)
                score = await self._lab.score(setup, piece)
                self._journal.put(key, score, self.spent_s)
            known[piece] = score
        return known[piece]

    def _compared(self, setup: Setup) -> dict[Piece, Compared]:
        original = self._scores.get(AS_IT_IS.key, {})
        found = {}
        for piece, score in self._scores.get(setup.key, {}).items():
            beside = original.get(piece)
            if beside is not None and score.tokens and score.tokens == beside.tokens:
                same = sum(mine == theirs for mine, theirs in zip(score.top, beside.top, strict=True))
                found[piece] = Compared((score.nll - beside.nll) / score.tokens, score.tokens, same)
        return found

    def judged(self, setup: Setup) -> dict[str, Judged]:
        """By language, from what was measured so far."""
        compared = self._compared(setup)
        return {language: judge(by_language(compared, language)) for language in {piece.language for piece in compared}}

    def perplexity(self, setup: Setup) -> dict[str, float]:
        scores = self._scores.get(setup.key, {})
        languages = sorted({piece.language for piece, score in scores.items() if score.tokens})
        return {
            language: perplexity([(one.nll, one.tokens) for at, one in scores.items() if at.language == language])
            for language in languages
        }

    async def loaded(self, setup: Setup) -> Loaded:
        key = f"loaded {setup.key}"
        found = self._journal.get(key, Loaded)
        if found is None:
            self._said("load", setup.key)
            found = await self._lab.loaded(setup)
            self._journal.put(key, found, self.spent_s)
        return found  # type: ignore[no-any-return]

    def known(self, setup: Setup) -> Loaded | None:
        """What loading it showed, if it was loaded."""
        return self._journal.get(f"loaded {setup.key}", Loaded)  # type: ignore[no-any-return]
