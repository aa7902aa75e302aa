"""How tokens are drawn, from a client's fields to the engine's."""

from __future__ import annotations

from typing import Any

import msgspec

from myna.engine.protocols import Sampling
from myna_serve.faults import bad

from .request import Drawing

MOST_STOPS = 4
"""As OpenAI has it."""

LONGEST_STOP = 256
"""Characters: a filter keeps as much of each answer back."""


def sampling_of(asked: Drawing, defaults: Sampling) -> Sampling:
    """What is not chosen is as the settings say. Raises `Fault` for what makes no sense."""
    chosen: dict[str, Any] = {
        name: value
        for name in (
            "temperature",
            "top_p",
            "top_k",
            "min_p",
            "frequency_penalty",
            "presence_penalty",
            "repeat_penalty",
        )
        if (value := getattr(asked, name)) is not None
    }
    if asked.logit_bias:
        chosen["logit_bias"] = _bias(asked.logit_bias)
    if asked.seed is not None:
        # Engines take 32 bits; two seeds that differ above them are as good as one.
        chosen["seed"] = asked.seed % 2**32
    return msgspec.structs.replace(defaults, **chosen)


def _bias(asked: dict[str, float]) -> dict[int, float]:
    for token in asked:
        if not (token.isascii() and token.isdecimal() and len(token) < 10):
            raise bad(f"logit_bias: {token[:40]!r} is no token", "logit_bias")
    # In order, so that the same request is the same to the cache.
    return {int(token): asked[token] for token in sorted(asked)}


def stops_of(asked: str | list[str] | None) -> tuple[str, ...]:
    """Raises `Fault` for too many, too long and empty ones."""
    stops = (asked,) if isinstance(asked, str) else tuple(asked or ())
    if len(stops) > MOST_STOPS:
        raise bad(f"stop: at most {MOST_STOPS} are possible", "stop")
    if any(not 0 < len(stop) <= LONGEST_STOP for stop in stops):
        raise bad(f"stop: each needs 1 to {LONGEST_STOP} characters", "stop")
    return stops
