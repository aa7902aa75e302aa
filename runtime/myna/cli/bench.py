"""Measuring: warm-up, repeats, medians, and each figure beside its peer.

A group of measurements is a `BenchInfo` whose target is

    async def run(bench: BenchContext) -> list[Measurement]:
        ours = await bench.measure("tokenizer", tokenize_once, runs=20)
        peer = await bench.measure("plain tokenizer", tokenize_plainly, runs=20)
        return [bench.compare("tokenize", ours, peer, unit="ms", better="lower", peer_name="plain")]

What is measured returns its own figure (tokens a second, say), or None to have the wall time of the
call taken, in milliseconds. Two things that are compared are best measured by turns, so that a busy
moment of the machine meets both: `ours, peer = await bench.pair(ours_once, peer_once, runs=5)`.
"""

from __future__ import annotations

import gc
import inspect
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from ..bench import Measurement
from ..errors import UsageError

if TYPE_CHECKING:
    from ..config import Settings
    from ..host import PluginHost
    from ..paths import Paths
    from .context import Context

Better = Literal["higher", "lower"]
Measured = Callable[[], float | Awaitable[float | None] | None]
"""One run: its figure, or None for the wall time of the call."""

DEFAULT_RUNS = 5
DEFAULT_WARM_UP = 1


class Samples(msgspec.Struct, frozen=True):
    """The figures of all counted runs, in the order in which they came."""

    name: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def spread(self) -> float:
        """Median distance from the median, as a part of it: 0.02 says that half the runs are within 2 %."""
        middle = self.median
        return statistics.median(abs(value - middle) for value in self.values) / abs(middle) if middle else 0.0

    def percentile(self, percent: float) -> float:
        """Linear between the two nearest runs."""
        ordered = sorted(self.values)
        place = (len(ordered) - 1) * percent / 100
        low = int(place)
        high = min(low + 1, len(ordered) - 1)
        return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


class BenchContext:
    """What a measurement is given."""

    def __init__(self, ctx: Context, *, runs: int | None = None, model: str = "") -> None:
        self._ctx = ctx
        self._runs = runs
        self.model = model
        """The model asked for with `--model`; empty for the default."""

    @property
    def settings(self) -> Settings:
        return self._ctx.settings

    @property
    def paths(self) -> Paths:
        return self._ctx.paths

    @property
    def host(self) -> PluginHost:
        return self._ctx.host

    def note(self, text: str) -> None:
        """Say on standard error what is being done."""
        self._ctx.note(text)

    def runs(self, usual: int) -> int:
        """How many runs to count: what `--runs` says, else `usual`."""
        return self._runs or usual

    async def measure(
        self, name: str, once: Measured, *, runs: int = DEFAULT_RUNS, warm_up: int = DEFAULT_WARM_UP
    ) -> Samples:
        """Call `once` `warm_up` times for nothing and then `runs` times."""
        count = self.runs(runs)
        for _ in range(warm_up):
            await _sample(once)
        samples = Samples(name, tuple([await _sample(once) for _ in range(count)]))
        self.note(f"  {name}: {samples.median:.4g} (±{samples.spread:.1%}, {count} runs)")
        return samples

    async def pair(
        self,
        ours: Measured,
        peer: Measured,
        *,
        names: tuple[str, str] = ("ours", "peer"),
        runs: int = DEFAULT_RUNS,
        warm_up: int = DEFAULT_WARM_UP,
    ) -> tuple[Samples, Samples]:
        """Measure two things by turns; who goes first changes each time."""
        for _ in range(warm_up):
            await _sample(ours)
            await _sample(peer)
        mine: list[float] = []
        theirs: list[float] = []
        for turn in range(self.runs(runs)):
            order = ((ours, mine), (peer, theirs)) if turn % 2 == 0 else ((peer, theirs), (ours, mine))
            for once, values in order:
                values.append(await _sample(once))
        found = (Samples(names[0], tuple(mine)), Samples(names[1], tuple(theirs)))
        for samples in found:
            self.note(f"  {samples.name}: {samples.median:.4g} (±{samples.spread:.1%}, {len(mine)} runs)")
        return found

    def compare(
        self,
        name: str,
        ours: Samples,
        peer: Samples | None = None,
        *,
        unit: str,
        better: Better,
        peer_name: str = "",
        target: float | None = None,
    ) -> Measurement:
        """The medians side by side. `target` is the ratio that is asked for."""
        peer_value = peer.median if peer is not None else None
        return Measurement(
            name=name,
            value=ours.median,
            unit=unit,
            better=better,
            peer=peer_name or (peer.name if peer is not None else ""),
            peer_value=peer_value,
            ratio=ours.median / peer_value if peer_value else None,
            runs=len(ours.values),
            target=target,
        )


async def _sample(once: Measured) -> float:
    # A collection in the middle of a run would count for it.
    gc.collect()
    start = time.perf_counter()
    result = once()
    figure = await result if inspect.isawaitable(result) else result
    return (time.perf_counter() - start) * 1000 if figure is None else figure


def reaches_target(found: Measurement) -> bool | None:
    """Whether the ratio is what was asked for; None when nothing was."""
    if found.target is None or found.ratio is None:
        return None
    return found.ratio >= found.target if found.better == "higher" else found.ratio <= found.target


class Change(msgspec.Struct, frozen=True):
    """One figure beside what it was."""

    name: str
    unit: str
    before: float
    now: float
    change: float
    """`now` over `before`, less 1."""
    verdict: Literal["better", "worse", "same"]


NOISE = 0.05
"""Changes below are called the same: medians of five runs on a busy machine of two cores differ so much."""


def changes(before: Sequence[Measurement], now: Sequence[Measurement]) -> list[Change]:
    """What became of the figures that both have.

    Ratios are compared where both have one: they hold across machines and busy moments better than values.
    """
    old = {one.name: one for one in before}
    found = []
    for one in now:
        past = old.get(one.name)
        if past is None or past.unit != one.unit or past.better != one.better:
            continue
        ratios = one.ratio is not None and past.ratio is not None and one.peer == past.peer
        then, value = (past.ratio or 0.0, one.ratio or 0.0) if ratios else (past.value, one.value)
        if not then:
            continue
        change = value / then - 1
        better = change > 0 if one.better == "higher" else change < 0
        verdict: Literal["better", "worse", "same"] = "same" if abs(change) < NOISE else "better" if better else "worse"
        unit = f"ratio to {one.peer}" if ratios else one.unit
        found.append(Change(one.name, unit, then, value, change, verdict))
    return found


def read_baseline(path: str) -> list[Measurement]:
    """Measurements that `myna bench --json` printed earlier.

    Raises:
        BadInput: the file cannot be read or is something else.
    """
    from ..errors import BadInput

    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=list[Measurement])
    except OSError as error:
        raise BadInput(f"the baseline {path} cannot be read: {error.strerror or error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise BadInput(f"the baseline {path} is not what myna bench --json prints: {error}") from None


def choose(known: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """The groups asked for, in the order of `known`; all when none is named.

    Raises:
        UsageError: there is no such group.
    """
    from ..suggest import did_you_mean

    for name in wanted:
        if name not in known:
            raise UsageError(f"there is no benchmark {name}{did_you_mean(name, known)}", hint="myna bench --list")
    return [name for name in known if not wanted or name in wanted]
