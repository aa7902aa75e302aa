"""Successive halving: many variants on few cases, the better half on twice as many, until one is left.

Jamieson and Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter optimization".
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence

import msgspec

from ..template import Case
from .variants import Variant

Score = Callable[[Variant, Sequence[Case]], Awaitable[float]]
"""How well a variant does on cases, 0 to 1."""


class Trial(msgspec.Struct, frozen=True):
    """A line of the log."""

    round: int
    edit: str
    sha256: str
    cases: int
    score: float
    kept: bool
    """For the next round."""


async def halve(
    variants: Sequence[Variant], cases: Sequence[Case], score: Score, told: Callable[[Trial], None]
) -> Variant:
    """The variant that is left. Of equally good ones the earlier stays: put what changes least first."""
    left = list(variants)
    rounds = max(1, math.ceil(math.log2(len(left)))) if len(left) > 1 else 1
    for number in range(1, rounds + 1):
        # In the last round all cases count; in each before it half as many, but at least two.
        many = max(min(2, len(cases)), math.ceil(len(cases) / 2 ** (rounds - number)))
        scored = [(await score(variant, cases[:many]), variant) for variant in left]
        order = sorted(range(len(scored)), key=lambda at: (-scored[at][0], at))
        keep = set(order[: 1 if number == rounds else math.ceil(len(left) / 2)])
        for at, (figure, variant) in enumerate(scored):
            told(Trial(number, variant.edit, variant.loaded.sha256, many, figure, at in keep))
        left = [scored[at][1] for at in order if at in keep]
    return left[0]
