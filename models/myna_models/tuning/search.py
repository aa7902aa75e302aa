"""The search for the best way to run a model here: formats first, then the settings of the engine.

1. Each format is written and looked at: two rounds of speed beside the original, then quality. What is slower, or
   clearly costs more quality than the budget allows, is out at once.
2. Successive halving (Jamieson, Talwalkar 2016, "Non-stochastic Best Arm Identification"): all that is left is measured
   by turns, the slower half goes, the rest is measured more.
3. The fastest whose quality holds is run with other settings of the engine, one after the other; what helps stays.
4. The winner is measured beside the original once more, and only what is better then is taken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import msgspec

from myna.errors import BadModelFile, EngineError

from .lab import Lab
from .quality import TEXTS
from .record import Figures
from .setups import RECIPES, Recipe, Setup, option_trials
from .speed import NOISE
from .trials import AS_IT_IS, Trials

LOOKS = 2
"""Rounds of the first look."""
ROUNDS = 3
"""Rounds between two halvings, and of each trial of a setting."""
LAST_ROUNDS = 7
"""Of the winner beside the original, where there is time: what is adopted and told to people rests on these."""
FAR = 0.8
"""Of the fastest so far: a format that is slower at first sight is not worth its quality being measured."""
NEVER_SLOWER = 0.95
"""Of the original, in reading as in writing: no gain in one is worth a loss in the other."""
FORMATS_SHARE = 0.6
"""Of the time, for formats; the rest is for settings and the last comparison."""
KEEP_WITHIN = 10
"""Budgets that a format may cost for it to be tried again with its embedding kept; further off, that does not help."""


class Found(msgspec.Struct, frozen=True):
    chosen: Setup
    """The original setup where nothing is better."""
    figures: tuple[Figures, ...]
    untried: tuple[str, ...] = ()
    """Formats and settings for which there was no time."""


class Search:
    def __init__(
        self,
        trials: Trials,
        lab: Lab,
        *,
        budget: float,
        time_s: float,
        languages: Sequence[str],
        cores: int,
        logical: int,
        idle: bool,
        fixed: Sequence[str] = (),
        recipes: Sequence[Recipe] = RECIPES,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`budget` is a part of the perplexity, `fixed` are options that the owner set and that are left alone. `check`
        is called between measurements and raises where there is nothing left to optimize."""
        self._trials = trials
        self._lab = lab
        self._budget = budget
        self._time_s = time_s
        self._languages = languages
        self._machine = (cores, logical, idle)
        self._fixed = fixed
        self._recipes = recipes
        self._check = check
        self._tried: list[Setup] = []
        self._out: dict[str, str] = {}
        """Why a setup was left, by its key."""
        self._untried: list[str] = []

    async def run(self) -> Found:
        """Raises `MynaError` where the original cannot be measured, or no room is left on the disk."""
        gpu = (await self._trials.loaded(AS_IT_IS)).gpu
        best = await self._formats()
        best = await self._settings(best, gpu)
        chosen = await self._confirmed(best)
        return Found(chosen, self._figures(chosen), tuple(self._untried))

    def _over(self, share: float = 1.0) -> bool:
        self._check()
        return self._trials.spent_s > self._time_s * share

    # formats

    async def _formats(self) -> Setup:
        """The fastest format whose quality holds; the original where there is none."""
        contenders: list[Setup] = []
        for recipe in self._recipes:
            if not self._worth(recipe):
                continue
            # One is tried however little time there is: nothing would be found otherwise.
            if self._over(FORMATS_SHARE) and self._tried:
                self._untried.append(recipe.name)
                continue
            setup = Setup(recipe.name)
            self._tried.append(setup)
            if await self._first_look(setup, contenders):
                contenders.append(setup)
            else:
                await self._lab.drop(setup)
                self._lab.discard(recipe.name)
        while len(contenders) > 1:
            await self._trials.rounds([AS_IT_IS, *contenders], ROUNDS)
            contenders.sort(key=self._gain, reverse=True)
            kept = (len(contenders) + 1) // 2
            for setup in contenders[kept:]:
                self._out[setup.key] = "slower"
                await self._lab.drop(setup)
            contenders = contenders[:kept]
        return contenders[0] if contenders else AS_IT_IS

    def _worth(self, recipe: Recipe) -> bool:
        """One that keeps the embedding follows its plain form, where that was quick and not far out of the budget."""
        if not recipe.keep:
            return True
        plain = Setup(recipe.name.removesuffix("+"))
        judged = self._trials.judged(plain)
        return self._out.get(plain.key) == "costs too much quality" and all(
            one.change < KEEP_WITHIN * self._budget for one in judged.values()
        )

    async def _first_look(self, setup: Setup, contenders: Sequence[Setup]) -> bool:
        """Whether it is worth more measuring."""
        try:
            await self._trials.loaded(setup)
            await self._trials.rounds([AS_IT_IS, setup], LOOKS)
            fastest = max((self._gain(one) for one in contenders), default=1.0)
            if self._gain(setup) < fastest * FAR:
                self._out[setup.key] = "slower"
                return False
            if not await self._holds(setup):
                return False
        except (BadModelFile, EngineError) as error:
            # Another format may do: the next one is tried.
            self._out[setup.key] = error.message
            return False
        await self._trials.loaded(setup)
        return True

    async def _holds(self, setup: Setup) -> bool:
        judged = await self._trials.quality(setup, self._languages, self._budget)
        if all(one.change <= self._budget for one in judged.values()):
            return True
        self._out[setup.key] = "costs too much quality"
        return False

    def _gain(self, setup: Setup, beside: Setup = AS_IT_IS) -> float:
        """Of the time of a turn; 2 is half of it."""
        speed = self._trials.speed(setup, beside)
        return speed.turn_ratio if speed else 0.0

    # settings

    async def _settings(self, best: Setup, gpu: bool) -> Setup:
        cores, logical, idle = self._machine
        for changes in option_trials(cores, logical, gpu=gpu, idle=idle):
            if any(key in self._fixed for key in changes):
                continue
            setup = best.having(changes)
            if self._over():
                self._untried.append(", ".join(f"{key} {value}" for key, value in changes.items()))
                continue
            self._tried.append(setup)
            if await self._helps(setup, best):
                if best != AS_IT_IS:
                    self._out[best.key] = "slower"
                    await self._lab.drop(best)
                best = setup
            else:
                await self._lab.drop(setup)
        return best

    async def _helps(self, setup: Setup, best: Setup) -> bool:
        try:
            await self._trials.loaded(setup)
            for _ in range(2):
                # Looked at again, as the luckiest of many trials would be taken otherwise.
                await self._trials.rounds([best, setup], ROUNDS)
                if self._gain(setup, best) < 1 + NOISE:
                    self._out[setup.key] = "slower"
                    return False
            # The cache's type changes what is computed; the others change sums in their last bits at most.
            return "kv_type" not in setup.options or await self._holds(setup)
        except EngineError as error:
            self._out[setup.key] = error.message
            return False

    # the end

    async def _confirmed(self, best: Setup) -> Setup:
        """`best`, if it is better than the original in a last comparison."""
        if best == AS_IT_IS:
            return best
        self._check()
        await self._trials.rounds([AS_IT_IS, best], ROUNDS if self._over() else LAST_ROUNDS)
        await self._trials.quality(best, self._languages, self._budget)
        if not self._over():
            # What becomes of the other language is worth knowing, and no reason against it.
            await self._trials.quality(best, [one for one in TEXTS if one not in self._languages], math.inf)
        speed = self._trials.speed(best)
        good = (
            speed is not None
            and speed.turn_ratio >= 1 + NOISE
            and min(speed.prefill_ratio, speed.decode_ratio) >= NEVER_SLOWER
        )
        if good:
            return best
        self._out[best.key] = "slower"
        return AS_IT_IS

    def _figures(self, chosen: Setup) -> tuple[Figures, ...]:
        """Of the original and all that was tried, each once."""
        setups = {setup.key: setup for setup in (AS_IT_IS, *self._tried)}
        return tuple(self._figure(setup, chosen) for setup in setups.values())

    def _figure(self, setup: Setup, chosen: Setup) -> Figures:
        known = self._trials.known(setup)
        outcome = self._out.get(setup.key, "slower")
        if setup == chosen:
            outcome = "chosen"
        if setup == AS_IT_IS:
            outcome = "original"
        return Figures(
            name=setup.key,
            recipe=setup.recipe,
            options=setup.options,
            size=known.size if known else 0,
            memory=known.memory if known else 0,
            load_ms=known.load_ms if known else 0.0,
            speed=self._trials.speed(setup),
            quality=self._trials.judged(setup),
            perplexity=self._trials.perplexity(setup),
            counted=tuple(self._languages),
            outcome=outcome,
        )
