"""What sound gets of the processor while an answer is computed: with a core left to it (`spare_cores`), and without.

Something that wakes every 10 ms, as a sound device does, computes for 3 ms and notes when it was done; the answer is
timed beside it. On fewer than four cores none is left (`myna.engine.pinning`), and both sides are the same but
for chance.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import msgspec

from ..bench import Measurement
from ..engine.pinning import FEWEST
from ..engine.protocols import Sampling, TextEnd, TextRequest
from .subject import Subject, open_subject
from .texts import STORY, TOPICS

if TYPE_CHECKING:
    from ..cli.bench import BenchContext

EVERY_S = 0.01
"""A period of a sound device."""
WORK_S = 0.003
"""Of the period, what echo cancelling and detection of speech take about."""
ANSWER = 64
LATE = 0.99
"""The share of periods that have to be in time for sound to be whole but for a click a second."""


async def run(bench: BenchContext) -> list[Measurement]:
    """Lateness of the sound, and the speed that it costs."""
    from ..engine.cores import own_cores

    if len(own_cores()) < FEWEST:
        bench.note(f"  fewer than {FEWEST} cores: none is left to sound, and a difference is chance")
    async with open_subject(bench, gguf=False) as subject:
        speeds: dict[int, list[float]] = {0: [], 1: []}

        async def once(cores: int) -> float:
            sound = _Sound()
            sound.start()
            try:
                speeds[cores].append(await _answer(subject, cores))
            finally:
                late = sound.end()
            return late * 1e3

        name = "sound late while an answer is computed, a core left"
        mine, theirs = await bench.pair(lambda: once(1), lambda: once(0), names=(name, "none left"))
    speed = [
        msgspec.structs.replace(one, values=tuple(speeds[cores][-len(one.values) :]))
        for one, cores in ((mine, 1), (theirs, 0))
    ]
    return [
        bench.compare(name, mine, theirs, unit="ms", better="lower"),
        bench.compare("decode beside sound, a core left", *speed, unit="tokens/s", better="higher"),
    ]


async def _answer(subject: Subject, cores: int) -> float:
    """Tokens a second."""
    text = STORY.format(TOPICS[0])
    request = TextRequest(prompt=text, sampling=Sampling(temperature=0), max_tokens=ANSWER, spare_cores=cores)
    async for item in subject.client.generate(request):
        if isinstance(item, TextEnd):
            return (item.usage.completion_tokens - 1) / item.timings["decode"] * 1e3
    return 0.0


class _Sound(threading.Thread):
    """Wakes, works, and notes how long after its time it was done."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._ended = threading.Event()
        self._late: list[float] = []

    def run(self) -> None:
        due = time.perf_counter()
        while not self._ended.wait(max(0.0, due - time.perf_counter())):
            began = time.thread_time()
            while time.thread_time() - began < WORK_S:
                pass
            self._late.append(max(0.0, time.perf_counter() - due - WORK_S))
            due = max(due + EVERY_S, time.perf_counter())

    def end(self) -> float:
        """Seconds that the `LATE` share of the periods were late at most."""
        self._ended.set()
        self.join()
        ordered = sorted(self._late) or [0.0]
        return ordered[min(len(ordered) - 1, round(LATE * (len(ordered) - 1)))]
