"""Many more clients than places, with keys of unequal appetite: are all served, and alike, in the same memory?"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec
import psutil

from myna.bench import Measurement
from myna.benchmarks.chat_client import ChatClient, Refused
from myna.benchmarks.subject import SYSTEM, open_subject
from myna.benchmarks.texts import STORY, TOPICS
from myna.cli.bench import Samples
from myna.errors import EngineError

from .program import serving

if TYPE_CHECKING:
    from myna.cli.bench import BenchContext

PLACES = 8
APPETITES = (2, 4, 6, 8, 8, 10, 12, 14)
"""Clients by key, 64 in all: the greediest key asks with seven times as many as the most modest."""

QUEUE = 32
"""Fewer than there are clients without a place, so that some are told to come back."""

LASTS_S = 120.0
WARM_S = 60.0
"""Seconds before memory counts: until then caches grow to what they stay, the states of conversations at rest to 256 MB
(`TextOptions.parked_mb`)."""

ANSWER = 16
CONTEXT = 1024

FAIR_TARGET = 0.5
FLAT_TARGET = 1.05
"""Memory at the end over memory after the warm-up; allocators keep a few per cent."""


class Tally(msgspec.Struct):
    """What came of it."""

    answered: Counter[str] = msgspec.field(default_factory=Counter)
    """By key."""
    told_to_wait: int = 0
    failed: list[str] = msgspec.field(default_factory=list)
    """Messages of what must not have happened."""


async def run(bench: BenchContext) -> list[Measurement]:
    """Answers a second; those of the slowest key beside the fastest; errors but 429; memory at the end and before."""
    names = tuple(f"key-{number}" for number in range(len(APPETITES)))
    async with open_subject(bench, context=CONTEXT) as subject:
        options = {"engine_context": CONTEXT, "engine_parallel": PLACES, "serve_queue": QUEUE}
        async with serving(subject, keys=names, **options) as program:
            tally = Tally()
            watching = asyncio.ensure_future(_watch(program.pid, time.monotonic() + LASTS_S))
            await crowd(program.client, dict(zip(names, APPETITES, strict=True)), LASTS_S, tally)
            sizes = await watching
    for message in sorted(set(tally.failed)):
        bench.note(f"  {message}")
    counts = [tally.answered[name] for name in names]
    bench.note(f"  {sum(counts)} answers, {tally.told_to_wait} times 429, by key: {', '.join(map(str, counts))}")
    before, after = statistics.median(sizes[:5]), statistics.median(sizes[-5:])

    def one(name: str, value: float) -> Samples:
        return Samples(name, (value,))

    return [
        bench.compare("crowd", one("crowd", sum(counts) / LASTS_S), unit="answers/s", better="higher"),
        bench.compare(
            "crowd, slowest key",
            one("slowest", min(counts)),
            one("the fastest key", max(counts)),
            unit="answers",
            better="higher",
            target=FAIR_TARGET,
        ),
        bench.compare("crowd, errors but 429", one("errors", len(tally.failed)), unit="errors", better="lower"),
        bench.compare(
            "crowd, memory",
            one("memory", after),
            one(f"after {WARM_S:g} s", before),
            unit="MiB",
            better="lower",
            target=FLAT_TARGET,
        ),
    ]


async def crowd(
    client: Callable[[str], ChatClient], appetites: Mapping[str, int], lasts_s: float, tally: Tally
) -> None:
    """As many clients as `appetites` says for each key, for `lasts_s` seconds; `client` makes one with the key."""
    ends = time.monotonic() + lasts_s
    clients = [
        _client(client(name), f"{name} {number}", name, ends, tally)
        for name, appetite in appetites.items()
        for number in range(appetite)
    ]
    await asyncio.gather(*clients)


async def _client(client: ChatClient, who: str, key: str, ends: float, tally: Tally) -> None:
    """Asks again as soon as it has its answer, or as it is told to."""
    number = 0
    while time.monotonic() < ends:
        number += 1
        topic = TOPICS[number % len(TOPICS)]
        try:
            await client.ask(SYSTEM, f"{who}, {number}: {STORY.format(topic)}", ANSWER)
        except Refused as refused:
            if refused.status != 429:
                tally.failed.append(refused.message)
            tally.told_to_wait += 1
            await asyncio.sleep(min(refused.retry_s, max(0.0, ends - time.monotonic())))
        except EngineError as error:
            tally.failed.append(error.message)
        else:
            if time.monotonic() < ends:
                tally.answered[key] += 1


async def _watch(pid: int, ends: float) -> list[float]:
    """Memory of all its processes in MiB, each second after the warm-up."""
    await asyncio.sleep(WARM_S)
    sizes = []
    while time.monotonic() < ends:
        sizes.append(await asyncio.to_thread(_memory, pid))
        await asyncio.sleep(1)
    return sizes


def _memory(pid: int) -> float:
    program = psutil.Process(pid)
    return sum(one.memory_info().rss for one in [program, *program.children(recursive=True)]) / 2**20
