"""From answers to figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .results import Answer, Better, Metric
from .statistics import distinct, mean, mean_interval, share_interval


def metrics_of(answers: Sequence[Answer], seed: int) -> tuple[Metric, ...]:
    """All figures that the answers give. Answers to one case count as one: its mean."""
    found = [
        _share("completion", answers, lambda answer: float(not answer.faults)),
        _share("exact", answers, lambda answer: None if answer.exact is None else float(answer.exact)),
        _mean("similarity", answers, lambda answer: answer.similarity, better="higher", seed=seed),
        _share("schema", answers, lambda answer: None if answer.valid is None else float(answer.valid)),
        *_diversity(answers, seed),
        _mean("words", answers, lambda answer: float(answer.words), unit="words", seed=seed),
        _mean(
            "prompt-tokens",
            answers,
            lambda answer: float(answer.prompt_tokens),
            unit="tokens",
            better="lower",
            seed=seed,
        ),
        _mean("answer-tokens", answers, lambda answer: float(answer.completion_tokens), unit="tokens", seed=seed),
        _mean("first-token", answers, lambda answer: answer.first_token_ms, unit="ms", better="lower", seed=seed),
        _mean("total", answers, lambda answer: answer.total_ms, unit="ms", better="lower", seed=seed),
    ]
    return tuple(metric for metric in found if metric is not None)


def by_case(answers: Sequence[Answer], value: Callable[[Answer], float | None]) -> dict[str, float]:
    """The mean of each case that has values, in the order of the cases."""
    grouped: dict[str, list[float]] = {}
    for answer in answers:
        if (measured := value(answer)) is not None:
            grouped.setdefault(answer.case, []).append(measured)
    return {case: mean(values) for case, values in grouped.items()}


def passed(answers: Sequence[Answer]) -> dict[str, float]:
    """How often each case passed, 0 to 1."""
    return by_case(answers, lambda answer: float(not answer.faults))


def _share(name: str, answers: Sequence[Answer], value: Callable[[Answer], float | None]) -> Metric | None:
    values = list(by_case(answers, value).values())
    if not values:
        return None
    share = mean(values)
    low, high = share_interval(share, len(values))
    return Metric(name, share, low, high, "", "higher", len(values))


def _mean(
    name: str,
    answers: Sequence[Answer],
    value: Callable[[Answer], float | None],
    *,
    unit: str = "",
    better: Better = "neither",
    seed: int,
) -> Metric | None:
    values = list(by_case(answers, value).values())
    if not values:
        return None
    low, high = mean_interval(values, seed)
    return Metric(name, mean(values), low, high, unit, better, len(values))


def _diversity(answers: Sequence[Answer], seed: int) -> list[Metric]:
    """Distinct-1 and distinct-2 over the answers to the same case with different seeds."""
    texts: dict[str, list[str]] = {}
    for answer in answers:
        texts.setdefault(answer.case, []).append(answer.text)
    found = []
    for size in (1, 2):
        shares = [distinct(said, size) for said in texts.values() if len(said) > 1]
        values = [share for share in shares if share is not None]
        if values:
            low, high = mean_interval(values, seed)
            found.append(Metric(f"distinct-{size}", mean(values), low, high, "", "neither", len(values)))
    return found
