"""`myna models optimize`: measure how a model runs best here, and use that from then on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from myna.cli.context import Context, pass_context
from myna.cli.inputs import Number
from myna.errors import UsageError

from ..installed import Store
from ..space import disk_errors, readable
from .record import REPORT, Figures, Optimized, busy, folder, forget

if TYPE_CHECKING:
    import rich.progress

    from .optimizing import Progress

BUDGET = 1.0
"""Per cent of perplexity. Two formats that differ by less answer alike: SmolLM2-135M's Q8_0 and Q4_1 differ by 0.4."""
MINUTES = 15.0
"""For a model of 135 million parameters on two cores it takes 5."""

STAGES = {
    "write": "writing {setup}",
    "load": "loading {setup}",
    "speed": "measuring the speed of {setup}",
    "quality": "measuring the quality of {setup}",
}


class Result(msgspec.Struct, frozen=True):
    """What `--json` prints."""

    model: str
    better: bool
    """Something was found that beats the file as it was fetched, and is used from now on."""
    untried: tuple[str, ...]
    """What there was no time for."""
    report: str
    """Path of a page with a table and a plot."""
    found: Optimized


class Reset(msgspec.Struct, frozen=True):
    model: str
    freed: int
    """Bytes."""


@click.command("optimize")
@click.argument("name")
@click.option(
    "--budget",
    type=Number(min=0.0, max=50.0),
    default=BUDGET,
    show_default=True,
    metavar="PERCENT",
    help="Perplexity that may be lost.",
)
@click.option(
    "--time",
    "minutes",
    type=Number(min=0.1, max=10_000.0),
    default=MINUTES,
    show_default=True,
    metavar="MINUTES",
    help="How long to measure.",
)
@click.option("--reset", "--undo", "reset", is_flag=True, help="Use the model as it was fetched again.")
@pass_context
def optimize(ctx: Context, name: str, *, budget: float, minutes: float, reset: bool) -> None:
    """Measure how a model runs best on this machine, and use that from now on.

    Ctrl-C pauses: the same command goes on where it was.
    """
    if reset:
        _reset(ctx, name)
        return
    from .optimizing import Optimizer, be_modest

    be_modest()
    with ctx.audited("models.optimize", models=(name,), budget=budget), Shown(ctx) as shown:
        optimizer = Optimizer(ctx.paths, ctx.settings, shown)
        try:
            found, untried = ctx.run(optimizer.run(name, budget=budget / 100, time_s=minutes * 60))
        except KeyboardInterrupt:
            ctx.note(ctx.text("paused; the same command goes on where it was"))
            raise
    page = folder(Store(ctx.paths.models), name) / REPORT
    if ctx.json:
        ctx.print_json(Result(name, found.better, untried, str(page), found))
        return
    tell(ctx, found, untried, page)


def _reset(ctx: Context, name: str) -> None:
    store = Store(ctx.paths.models)
    if store.get(name) is None and not folder(store, name).is_dir():
        raise UsageError(f"{name} is not installed, so there is nothing to undo", hint="myna models list --installed")
    with ctx.audited("models.optimize.reset", models=(name,)), disk_errors(name):
        freed = forget(store, name, lambda: busy(name))
    if ctx.json:
        ctx.print_json(Reset(name, freed))
    else:
        ctx.print(ctx.text("{model} is used as it was fetched ({size} freed)", model=name, size=readable(freed)))


def tell(ctx: Context, found: Optimized, untried: tuple[str, ...], page: Path) -> None:
    from .report import HEADS, cells, front, plot

    best = front(found.figures)
    rows = [(*cells(one)[:-1], _outcome(ctx, one, best)) for one in found.figures]
    if ctx.tables.is_terminal:
        import rich.box
        import rich.table

        table = rich.table.Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
        for place, heading in enumerate(HEADS):
            table.add_column(ctx.text(heading), justify="left" if place in {0, len(HEADS) - 1} else "right")
        for one, row in zip(found.figures, rows, strict=True):
            table.add_row(*row, style="bold green" if one.outcome == "chosen" else None)
        ctx.tables.print(table)
        ctx.print_lines(plot(found.figures, found.budget))
    else:
        for row in rows:
            ctx.print("\t".join(row))
    chosen = found.chosen()
    if chosen is not None and chosen.speed is not None:
        ctx.print(
            ctx.text(
                "{model} runs as {setup} from now on: it reads {prefill} times and writes {decode} times as fast",
                model=found.model, setup=chosen.name,
                prefill=f"{chosen.speed.prefill_ratio:.2f}", decode=f"{chosen.speed.decode_ratio:.2f}",
            )
        )  # fmt: skip
        ctx.note(ctx.text("undo it with: myna models optimize {model} --reset", model=found.model))
    else:
        ctx.print(ctx.text("nothing is better than {model} as it is", model=found.model))
    if untried:
        ctx.note(
            ctx.text(
                "no time was left for {what}; with a larger --time the same command goes on", what=", ".join(untried)
            )
        )
    ctx.note(ctx.text("the report is in {path}", path=page))


def _outcome(ctx: Context, one: Figures, best: set[str]) -> str:
    return ctx.language.message(one.outcome) + (" *" if one.name in best else "")


class Shown:
    """Progress: a line that changes on a terminal, a line now and then elsewhere."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._noted: set[tuple[str, str]] = set()
        self._bar: rich.progress.Progress | None = None
        self._task: rich.progress.TaskID | None = None

    def __enter__(self) -> Callable[[Progress], None]:
        return self._show

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _show(self, progress: Progress) -> None:
        if self._ctx.quiet:
            return
        label = self._ctx.text(STAGES[progress.stage], setup=progress.setup)
        if self._ctx.console.is_terminal:
            self._draw(label, progress)
        elif (progress.stage, progress.setup) not in self._noted:
            self._noted.add((progress.stage, progress.setup))
            self._ctx.note(label)

    def _draw(self, label: str, progress: Progress) -> None:
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        if self._bar is None or self._task is None:
            self._bar = Bar(
                TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=self._ctx.console,
                transient=True,
            )  # fmt: skip
            self._task = self._bar.add_task(label, total=progress.time_s)
            self._bar.start()
        self._bar.update(self._task, description=label, completed=min(progress.spent_s, progress.time_s))
