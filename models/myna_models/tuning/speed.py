"""How fast a setup is: one turn, and ratios to the original taken in the same round."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import msgspec

from myna.engine.tuning import SpeedRequest, SpeedSample

READ, SHORT, WRITE = 512, 32, 128
"""Tokens of the turn that setups are compared by: a prompt as long as llama-bench's, a second question behind it, which
flash attention on a processor is slow at, and an answer as long as llama-bench's."""

MEASURED = (SpeedRequest(512, 32, 24), SpeedRequest(256, 32, 12), SpeedRequest(128, 32, 6))
"""What is computed for one sample: the first that takes less than `SAMPLE_S`, else the last."""
SAMPLE_S = 4.0
"""Seconds: 200 samples, which is what a search takes, are then done in a quarter of an hour."""

NOISE = 0.03
"""A gain that is smaller is none: medians of paired ratios on a busy machine of two cores differ so much."""


class Speed(msgspec.Struct, frozen=True):
    """Medians over the rounds. Ratios are to the original in the same round; 2 is twice as fast."""

    prefill: float
    """Tokens a second."""
    decode: float
    prefill_ratio: float
    decode_ratio: float
    turn_ratio: float
    """Of the time of a whole turn: 2 is half the time."""
    rounds: int


def turn(sample: SpeedSample) -> float:
    """Seconds of the turn that setups are compared by."""
    return READ * sample.read_s + SHORT * sample.short_s + WRITE * sample.write_s


def request_for(sample: SpeedSample) -> SpeedRequest:
    """How much to compute for one sample of a model that is as fast as `sample`."""
    for request in MEASURED:
        cost = request.read * sample.read_s + request.short * sample.short_s + request.write * sample.write_s
        if cost < SAMPLE_S:
            return request
    return MEASURED[-1]


def compare(samples: Sequence[SpeedSample], original: Sequence[SpeedSample]) -> Speed:
    """`samples` and `original` by round; as many of both, at least one."""
    pairs = list(zip(samples, original, strict=True))
    return Speed(
        prefill=1 / statistics.median(one.read_s for one in samples),
        decode=1 / statistics.median(one.write_s for one in samples),
        prefill_ratio=statistics.median(then.read_s / one.read_s for one, then in pairs),
        decode_ratio=statistics.median(then.write_s / one.write_s for one, then in pairs),
        turn_ratio=statistics.median(turn(then) / turn(one) for one, then in pairs),
        rounds=len(pairs),
    )
