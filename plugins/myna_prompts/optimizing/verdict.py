"""Whether a winner is better on held-out cases beyond what chance does."""

from __future__ import annotations

import random
from collections.abc import Mapping

import msgspec

from ..evaluation.statistics import RESAMPLES, mean, sign_test

LEVEL = 0.05
"""Below it a difference is believed; the convention since Fisher 1925."""

LEAST_HELD = 5
"""Cases: with four, even four wins have a probability of 1/16 under chance, above `LEVEL`."""


class Verdict(msgspec.Struct, frozen=True):
    accepted: bool
    original: float
    """Mean score on the held-out cases, 0 to 1."""
    winner: float
    better: int
    """Cases on which the winner scored more."""
    worse: int
    p_value: float
    """Of the one-sided sign test over cases."""
    low: float
    """Ends of the 95 % interval of the mean difference, by a bootstrap over cases."""
    high: float
    why: str


def judge(original: Mapping[str, float], winner: Mapping[str, float], seed: int) -> Verdict:
    """Scores by case, for the same cases. Accepted only when both tests say so: the sign test, and a bootstrap
    interval of the difference that does not reach 0."""
    differences = [winner[case] - original[case] for case in original]
    better = sum(difference > 0 for difference in differences)
    worse = sum(difference < 0 for difference in differences)
    p_value = sign_test(better, worse)
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    means = sorted(mean(draw.choices(differences, k=len(differences))) for _ in range(RESAMPLES))
    low, high = means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
    if not better:
        why = "it is not better on any held-out case"
    elif p_value >= LEVEL:
        why = "the sign test does not rule out chance"
    elif low <= 0:
        why = "the interval of the difference reaches 0"
    else:
        why = "better beyond chance"
    accepted = bool(better) and p_value < LEVEL and low > 0
    return Verdict(
        accepted, mean(list(original.values())), mean(list(winner.values())), better, worse, p_value, low, high, why
    )
