"""Figures about answers, and how sure they are."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence

from ..choosing import pairs, words

RESAMPLES = 2_000
"""Enough for the ends of a 95 % interval to be steady in their second digit (Efron and Tibshirani 1993, ch. 14)."""

_Z = 1.959964
"""Of a two-sided 95 % interval of the normal distribution."""


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def share_interval(share: float, cases: int) -> tuple[float, float]:
    """95 % interval of a share of `cases` (Wilson 1927), which is sound for few cases and for shares of 0 and 1."""
    square = _Z * _Z
    centre = (share + square / (2 * cases)) / (1 + square / cases)
    reach = _Z / (1 + square / cases) * math.sqrt(share * (1 - share) / cases + square / (4 * cases * cases))
    return max(0.0, centre - reach), min(1.0, centre + reach)


def mean_interval(values: Sequence[float], seed: int = 0) -> tuple[float, float]:
    """95 % interval of the mean: percentiles of bootstrap means. The same values and seed give the same interval."""
    if len(values) == 1:
        return values[0], values[0]
    draw = random.Random(seed)  # noqa: S311 - nothing secret
    means = sorted(mean(draw.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]


def overlap(answer: str, reference: str) -> float:
    """F1 of the words that two texts share, each as often as it comes.

    Of Chinese, the mean of the F1 of characters and that of pairs of neighbours, as chrF is over lengths (Popović
    2015): by characters alone, "the cat chases the mouse" and "the mouse chases the cat" are equal.
    """
    ours, theirs = words(answer), words(reference)
    shares = [_f1(ours, theirs)]
    if (our_pairs := pairs(ours)) or pairs(theirs):
        shares.append(_f1(our_pairs, pairs(theirs)))
    return mean(shares)


def _f1(ours: Sequence[str], theirs: Sequence[str]) -> float:
    shared = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * shared / (len(ours) + len(theirs)) if shared else 0.0


def distinct(texts: Sequence[str], size: int) -> float | None:
    """Different runs of `size` words among all of them (distinct-n, Li et al. 2016); None where there is none."""
    runs = [run for text in texts for run in _runs(words(text), size)]
    return len(set(runs)) / len(runs) if runs else None


def _runs(said: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(said[at : at + size]) for at in range(len(said) - size + 1)]


def sign_test(better: int, worse: int) -> float:
    """Probability of at least so many better ones among all that differ, if either were as likely (one-sided)."""
    total = better + worse
    if not total:
        return 1.0
    return float(sum(math.comb(total, many) for many in range(better, total + 1)) / 2**total)
