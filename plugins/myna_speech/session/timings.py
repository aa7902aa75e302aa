"""Milliseconds from the true end of speech: what a person waits for."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping

from myna.audio import SPEECH_RATE

STAGES = (
    "voice_endpoint",
    "voice_transcript",
    "voice_first_token",
    "voice_first_sentence",
    "voice_audio_written",
    "voice_audio_played",
)
"""In the order in which they usually come. A stage may lie before the endpoint: work begins early."""

KEPT_TURNS = 1000


class SoundClock:
    """When a sample of the microphone was there, by the clock of the process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._position = 0
        self._at = clock()

    def now(self) -> float:
        """Seconds."""
        return self._clock()

    def arrived(self, position: int) -> None:
        """The microphone has delivered all samples before `position`."""
        self._position = position
        self._at = self._clock()

    def at(self, position: int) -> float:
        """Seconds on the same clock as `now`."""
        return self._at - (self._position - position) / SPEECH_RATE


class Stages:
    """Moments of one turn."""

    def __init__(self, clock: SoundClock) -> None:
        self._clock = clock
        self._marks: dict[str, float] = {}

    def mark(self, stage: str, *, ago: float = 0.0, after: str = "") -> None:
        """`stage` was reached now, or `ago` seconds ago, but not before the stage `after`; the first time counts."""
        moment = self._clock.now() - ago
        self._marks.setdefault(stage, max(moment, self._marks.get(after, moment)))

    def __contains__(self, stage: str) -> bool:
        return stage in self._marks

    def since(self, position: int) -> dict[str, float]:
        """Milliseconds from the end of speech at `position`, by stage."""
        end = self._clock.at(position)
        marks = {stage: round((self._marks[stage] - end) * 1e3, 1) for stage in STAGES if stage in self._marks}
        return {"voice_end_of_speech": round(position / SPEECH_RATE * 1e3, 1), **marks}


class Percentiles:
    """The stages of the last `KEPT_TURNS` turns."""

    def __init__(self) -> None:
        self._values: dict[str, deque[float]] = {stage: deque(maxlen=KEPT_TURNS) for stage in STAGES}

    def add(self, timings: Mapping[str, float]) -> None:
        for stage, values in self._values.items():
            if stage in timings:
                values.append(timings[stage])

    def rows(self) -> list[tuple[str, int, float, float, float]]:
        """(stage, turns, median, 95th percentile, most) of every stage that was reached, in milliseconds."""
        return [
            (stage, len(values), percentile(values, 50), percentile(values, 95), max(values))
            for stage, values in self._values.items()
            if values
        ]


def percentile(values: deque[float] | list[float], percent: float) -> float:
    """The nearest-rank percentile: a value that was measured."""
    ordered = sorted(values)
    return ordered[max(math.ceil(percent / 100 * len(ordered)) - 1, 0)]
