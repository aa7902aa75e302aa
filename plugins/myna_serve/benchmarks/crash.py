"""The worker of the server is killed while it writes eight answers: what do their clients see, and when is it back?"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
import psutil

from myna.bench import Measurement
from myna.benchmarks.chat_client import Broken, ChatClient, Refused
from myna.benchmarks.subject import SYSTEM, open_subject
from myna.benchmarks.texts import STORY, TOPICS
from myna.cli.bench import Samples
from myna.errors import EngineError

from .program import serving

if TYPE_CHECKING:
    from myna.benchmarks.subject import Subject
    from myna.cli.bench import BenchContext

STREAMS = 8
ANSWER = 512
"""Tokens: more than any of them has when all have begun."""

CONTEXT = 1024
RUNS = 3

BACK_S = 5.0
"""Seconds after which the next request is to be answered."""

CLEAR = "engine_crashed"
"""What those are told whose answer breaks off; each may ask again."""

AGAIN_S = 0.02
"""Between two attempts of the one who asks next."""


class Crash(msgspec.Struct):
    """What came of one."""

    back_s: float = 0.0
    """From the kill to the next answer."""
    clear: int = 0
    """Answers that broke off with the clear error."""
    whole: int = 0
    """Answers that had come to their end before."""
    other: list[str] = msgspec.field(default_factory=list)
    """Messages of what must not have happened."""


async def run(bench: BenchContext) -> list[Measurement]:
    """Seconds until the next answer; requests that failed in another way than by the clear error."""
    crashes: list[Crash] = []
    async with open_subject(bench, context=CONTEXT) as subject:
        # The workers of the servers are to be the only ones.
        await subject.unload()
        for _ in range(bench.runs(RUNS)):
            crashes.append(await _crash(subject))
            last = crashes[-1]
            bench.note(f"  back after {last.back_s:.2f} s; {last.clear} clear errors, {last.whole} whole answers")
            for message in sorted(set(last.other)):
                bench.note(f"  {message}")
    return [
        bench.compare(
            "crash, next answer",
            Samples("next answer", tuple(crash.back_s for crash in crashes)),
            Samples("asked for", (BACK_S,)),
            unit="s",
            better="lower",
            target=1.0,
        ),
        bench.compare(
            "crash, other errors",
            Samples("other errors", (float(sum(len(crash.other) for crash in crashes)),)),
            unit="errors",
            better="lower",
        ),
    ]


async def _crash(subject: Subject) -> Crash:
    """With a server of its own: a model that crashes three times in a minute is not started again for a while."""
    async with serving(subject, engine_context=CONTEXT, engine_parallel=STREAMS, serve_cache=0) as program:
        return await crash(program.client(), lambda: worker_of(program.pid).kill())


async def crash(client: ChatClient, kill: Callable[[], object], *, streams: int = STREAMS) -> Crash:
    """Ask `streams` times at once, `kill` when all have begun, and ask again until there is an answer."""
    seen = Crash()
    begun = [asyncio.Event() for _ in range(streams)]
    asking = [
        asyncio.create_task(client.ask(SYSTEM, STORY.format(TOPICS[at % len(TOPICS)]), ANSWER, begun=begun[at].set))
        for at in range(streams)
    ]
    waiting = asyncio.create_task(_all(begun))
    first: list[asyncio.Future[Any]] = [waiting, *asking]
    await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
    if waiting.done():
        kill()
        seen.back_s = await _back(client, seen)
    else:
        waiting.cancel()
        seen.other.append("an answer was over before all had begun")
    await asyncio.wait([waiting])
    for result in await asyncio.gather(*asking, return_exceptions=True):
        _count(seen, result)
    return seen


async def _all(events: Sequence[asyncio.Event]) -> None:
    for event in events:
        await event.wait()


async def _back(client: ChatClient, seen: Crash) -> float:
    """Seconds until there is an answer again. Who asks before the crash is noticed may be told of it as well."""
    began = time.perf_counter()
    while True:
        try:
            await client.ask(SYSTEM, "Hello", 1)
        except EngineError as error:
            if not _is_clear(error):
                seen.other.append(error.message)
            if time.perf_counter() - began > 20 * BACK_S:
                seen.other.append("it never came back")
                return time.perf_counter() - began
            await asyncio.sleep(AGAIN_S)
        else:
            return time.perf_counter() - began


def _count(seen: Crash, result: object) -> None:
    if isinstance(result, EngineError) and _is_clear(result):
        seen.clear += 1
    elif isinstance(result, BaseException):
        seen.other.append(str(result))
    else:
        seen.whole += 1


def _is_clear(error: EngineError) -> bool:
    return isinstance(error, Broken | Refused) and error.told == CLEAR


def worker_of(pid: int) -> psutil.Process:
    """The process that holds the chat model of the server `pid`: the largest of its workers.

    Raises:
        EngineError: there is none.
    """
    children = psutil.Process(pid).children(recursive=True)
    workers = [one for one in children if "myna.worker" in one.cmdline()]
    if not workers:
        raise EngineError("the server has no worker")
    return max(workers, key=lambda one: int(one.memory_info().rss))
