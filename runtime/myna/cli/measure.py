"""`myna bench`: run the measurements and show them beside their peers and a baseline."""

from __future__ import annotations

import importlib
import traceback
from collections.abc import Sequence

import click
import msgspec

from ..bench import BenchInfo, Measurement
from ..errors import EngineError, MynaError
from .bench import BenchContext, Change, changes, choose, reaches_target, read_baseline
from .context import Context, pass_context
from .inputs import Count
from .machine import description

CORE = "myna.benchmarks"
"""A module with `BENCHMARKS: tuple[BenchInfo, ...]`, the measurements of the core."""


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--baseline", metavar="FILE", help="Compare with what --json printed earlier.")
@click.option("--runs", type=Count(1), metavar="N", help="Counted runs of each measurement.")
@click.option("-m", "--model", default="", metavar="MODEL", help="Measure this model.")
@click.option("--list", "only_list", is_flag=True, help="List what can be measured.")
@pass_context
def bench(
    ctx: Context,
    *,
    names: tuple[str, ...],
    baseline: str | None,
    runs: int | None,
    model: str,
    only_list: bool,
) -> None:
    """Measure, each figure beside its peer. NAME chooses groups of measurements."""
    groups = {info.name: info for info in [*_core(), *ctx.host.benchmarks()]}
    chosen = choose(list(groups), names)
    if only_list:
        _list(ctx, [groups[name] for name in chosen])
        return
    before = read_baseline(baseline) if baseline else None
    found, problems = ctx.run(
        _measure(ctx, [groups[name] for name in chosen], BenchContext(ctx, runs=runs, model=model))
    )
    if ctx.json:
        ctx.print_json(found)
    else:
        _show(ctx, found)
    if before is not None:
        _show_changes(ctx, changes(before, found))
    if problems:
        raise problems[0]


def _core() -> Sequence[BenchInfo]:
    if importlib.util.find_spec(CORE) is None:
        return ()
    found: Sequence[BenchInfo] = importlib.import_module(CORE).BENCHMARKS
    return found


async def _measure(
    ctx: Context, groups: Sequence[BenchInfo], bench_context: BenchContext
) -> tuple[list[Measurement], list[MynaError]]:
    """Measurements of all groups. One that fails is reported, and the others still run."""
    machine = description()
    found: list[Measurement] = []
    problems: list[MynaError] = []
    for info in groups:
        ctx.note(f"{info.name}: {ctx.language.message(info.summary)}")
        module, _, name = info.target.partition(":")
        try:
            measured = await getattr(importlib.import_module(module), name)(bench_context)
        except MynaError as error:
            ctx.note(f"  {error.message}")
            problems.append(error)
        except Exception as error:  # noqa: BLE001 - a plugin's measurement; the others go on
            ctx.note(f"  {type(error).__name__}: {error}")
            if ctx.verbose:
                ctx.note(traceback.format_exc())
            problems.append(EngineError(f"the benchmark {info.name} failed: {error}"))
        else:
            found += [msgspec.structs.replace(one, machine=machine) for one in measured]
    return found, problems


def _list(ctx: Context, groups: Sequence[BenchInfo]) -> None:
    if ctx.json:
        ctx.print_json(groups)
    else:
        ctx.print_table(("NAME", "MEASURES"), [(info.name, ctx.language.message(info.summary)) for info in groups])


def _show(ctx: Context, found: Sequence[Measurement]) -> None:
    if not found:
        ctx.note(ctx.text("Nothing was measured."))
        return
    rows = [
        (
            one.name,
            f"{one.value:.4g} {one.unit}",
            f"{one.peer_value:.4g}" if one.peer_value is not None else "-",
            f"{one.ratio:.3f}" if one.ratio is not None else "-",
            _wanted(one),
            one.peer or "-",
        )
        for one in found
    ]
    ctx.print_table(("MEASUREMENT", "VALUE", "PEER", "RATIO", "WANTED", "PEER IS"), rows)
    ctx.print_lines(["", ctx.dim(found[0].machine)])


def _wanted(found: Measurement) -> str:
    reached = reaches_target(found)
    if reached is None:
        return "-"
    return f"{'≥' if found.better == 'higher' else '≤'} {found.target:g} {'✓' if reached else '✗'}"


def _show_changes(ctx: Context, found: Sequence[Change]) -> None:
    """With `--json` on standard error, because standard output holds the list of measurements alone."""
    if ctx.json:
        for one in found:
            ctx.note(f"{one.name}: {one.before:.4g} -> {one.now:.4g} {one.unit} ({one.change:+.1%}, {one.verdict})")
        return
    rows = [
        (one.name, f"{one.before:.4g}", f"{one.now:.4g}", f"{one.change:+.1%} {ctx.text(one.verdict)}", one.unit)
        for one in found
    ]
    ctx.print_lines([""])
    if rows:
        ctx.print_table(("MEASUREMENT", "BEFORE", "NOW", "CHANGE", "UNIT"), rows)
    else:
        ctx.note(ctx.text("The baseline has none of these measurements."))
