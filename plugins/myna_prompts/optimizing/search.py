"""The search for a better version of a template."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import msgspec

from myna.engine.protocols import TextEngine
from myna.errors import UsageError

from ..evaluation.measuring import by_case
from ..evaluation.results import Answer
from ..evaluation.running import Runner
from ..loading import Loaded
from ..template import Case, Example
from .halving import Trial, halve
from .proposing import proposed
from .variants import Variant, mechanical, with_example
from .verdict import LEAST_HELD, Verdict, judge

LEAST_TRAINING = 3
"""Cases: below it the halving has nothing to go by."""


class Outcome(msgspec.Struct, frozen=True):
    """All that the search found."""

    name: str
    version: str
    model: str
    seed: int
    training: tuple[str, ...]
    held_out: tuple[str, ...]
    variants: int
    unusable: int
    """Proposals of the model that were no templates, or lost a variable."""
    trials: tuple[Trial, ...]
    winner: str
    """How the winner was made."""
    verdict: Verdict


def split(cases: Sequence[Case], seed: int) -> tuple[list[Case], list[Case]]:
    """Cases to choose by and cases to judge by. Those that say `held_out` are judged by, whatever the seed; where
    none does, lots are drawn: two fifths and three fifths, for the verdict needs more.

    Raises:
        UsageError: there are too few.
    """
    if len(cases) < LEAST_TRAINING + LEAST_HELD:
        raise UsageError(
            f"{len(cases)} cases are too few to tell a better template from luck",
            hint=f"at least {LEAST_TRAINING + LEAST_HELD} cases are needed, in the template or with --cases",
        )
    if any(case.held_out for case in cases):
        training = [case for case in cases if not case.held_out]
        held = [case for case in cases if case.held_out]
        if len(training) < LEAST_TRAINING or len(held) < LEAST_HELD:
            raise UsageError(
                f"{len(held)} of {len(cases)} cases are held out",
                hint=f"at least {LEAST_HELD} held-out cases and {LEAST_TRAINING} others are needed",
            )
        return training, held
    mixed = list(cases)
    random.Random(seed).shuffle(mixed)  # noqa: S311 - nothing secret
    many = max(LEAST_TRAINING, min(len(mixed) * 2 // 5, len(mixed) - LEAST_HELD))
    return mixed[:many], mixed[many:]


async def optimize(
    original: Loaded,
    cases: Sequence[Case],
    runner: Runner,
    engine: TextEngine,
    *,
    proposals: int,
    most: int,
    seed: int,
    told: Callable[[Trial], None],
) -> tuple[Outcome, Variant]:
    """The best of at most `most` variants by the training cases, and whether the held-out cases bear it out.

    Raises:
        UsageError: there are too few cases, or no variant can be made.
    """
    training, held = split(cases, seed)
    worded, unusable = await proposed(original, engine, proposals, seed)
    edits = [*mechanical(original, seed), *_more_examples(original, training)]
    random.Random(seed).shuffle(edits)  # noqa: S311 - nothing secret
    variants = [*worded, *edits][:most]
    if not variants:
        raise UsageError("no variant of this template can be made")
    trials: list[Trial] = []

    def log(trial: Trial) -> None:
        trials.append(trial)
        told(trial)

    known: dict[tuple[str, str], float] = {}

    async def score(variant: Variant, some: Sequence[Case]) -> float:
        # The same prompt with the same seed gets the same answer: each is asked for once.
        new = [case for case in some if (variant.loaded.sha256, case.name) not in known]
        for name, figure in (await scores_of(runner, variant.loaded, new, seed)).items() if new else ():
            known[variant.loaded.sha256, name] = figure
        return sum(known[variant.loaded.sha256, case.name] for case in some) / len(some)

    # The original takes part: what cannot beat it on the training cases is not worth the held-out ones.
    winner = await halve([Variant("the original", original), *variants], training, score, log)
    before = await scores_of(runner, original, held, seed)
    after = before if winner.loaded is original else await scores_of(runner, winner.loaded, held, seed)
    outcome = Outcome(
        name=original.template.name,
        version=original.template.version,
        model=runner.model,
        seed=seed,
        training=tuple(case.name for case in training),
        held_out=tuple(case.name for case in held),
        variants=len(variants),
        unusable=unusable,
        trials=tuple(trials),
        winner=winner.edit,
        verdict=judge(before, after, seed),
    )
    return outcome, winner


async def scores_of(runner: Runner, loaded: Loaded, cases: Sequence[Case], seed: int) -> dict[str, float]:
    """By case: 1 for an answer that passes, else up to 0.5 for one that is close to its reference."""
    evaluation = await runner.evaluate(loaded, seed=seed, seeds=1, cases=cases)
    return by_case(evaluation.answers, _score)


def _score(answer: Answer) -> float:
    return 1.0 if not answer.faults else 0.5 * (answer.similarity or 0.0)


def _more_examples(original: Loaded, training: Sequence[Case]) -> list[Variant]:
    """Training cases with a known answer as examples. They are left out of no score: a variant that only repeats
    them does well in training and is caught by the held-out cases. Where steps stand before the answer, there are
    none: a reference has no steps, and as an example would teach to leave them out."""
    if original.template.answer_after:
        return []
    found = []
    for case in training:
        answer = case.expect.equals or case.reference
        if answer and case.input:
            found.append(with_example(original, Example(case.input, answer, case.variables)))
    return found
