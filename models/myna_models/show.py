"""How models are printed: tables on a terminal, plain columns when piped."""

from __future__ import annotations

from collections.abc import Sequence

from myna.cli.context import Context

from .fit import Fit
from .installed import FileCheck
from .listing import Details, Row
from .machine import Machine
from .offered import OfferedDetails
from .space import readable
from .tuning.state import State


def _table(ctx: Context, headings: Sequence[str], lines: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Columns; `right` are the places of those that are aligned to the right."""
    if not ctx.tables.is_terminal:
        # For scripts that do not ask for --json: one line a row, columns parted by tabs, nothing cut.
        for line in lines:
            ctx.print("\t".join(line))
        return
    import rich.box
    import rich.table

    table = rich.table.Table(box=rich.box.SIMPLE_HEAD, pad_edge=False)
    for place, heading in enumerate(headings):
        table.add_column(ctx.text(heading), justify="right" if place in right else "left", overflow="fold")
    for line in lines:
        table.add_row(*line)
    ctx.tables.print(table)


def _count(number: int) -> str:
    """Parameters as people say them: `135M`, `7.6B`."""
    if not number:
        return "-"
    return f"{number / 1e9:.1f}B" if number >= 9.995e8 else f"{number / 1e6:.0f}M"


_ELSEWHERE = {
    "": "",
    "answers": "on another server",
    "silent": "on another server that cannot be asked now",
    "route": "chooses among models",
}


def list_table(ctx: Context, rows: Sequence[Row]) -> None:
    lines = [
        (
            row.id,
            row.task,
            _count(row.parameters),
            row.quantization or "-",
            readable(row.size) if row.size else "-",
            ",".join(row.languages) or "-",
            row.licence or "-",
            _here(ctx, row),
        )
        for row in rows
    ]
    headings = ("Model", "Task", "Parameters", "Weights", "Size", "Languages", "Licence", "Here")
    _table(ctx, headings, lines, right=(2, 4))


def _here(ctx: Context, row: Row) -> str:
    if not row.installed:
        return ctx.text(_ELSEWHERE[row.elsewhere]) if row.elsewhere else ""
    if row.optimized in {"optimized", "stale"}:
        return f"{ctx.text('installed')}, {ctx.text(row.optimized)}"
    return ctx.text("installed")


def _fitted(ctx: Context, state: State) -> str:
    """How a model was fitted to this machine; empty for one that cannot be."""
    if state.state == "optimized":
        return ctx.text(
            "{setup}: reads {prefill} times and writes {decode} times as fast",
            setup=state.setup, prefill=f"{state.prefill_ratio:.2f}", decode=f"{state.decode_ratio:.2f}",
        )  # fmt: skip
    if state.state == "stale":
        return f"{ctx.text('stale')}: {ctx.language.message(state.why)}"
    return ctx.text(state.state) if state.state else ""


def detail_lines(ctx: Context, found: Details) -> None:
    ctx.print(f"{found.id}: {found.name}")
    facts = (
        ("Summary", found.summary),
        ("Task", f"{found.task} ({found.format})"),
        ("Licence", " ".join(filter(None, (found.licence, found.licence_url)))),
        ("Languages", ", ".join(found.languages)),
        ("Parameters", _count(found.parameters) if found.parameters else ""),
        ("Weights", found.quantization),
        ("Context", f"{found.context:,}" if found.context else ""),
        ("Size", readable(found.size) if found.size else ""),
        ("Installed", found.installed or ctx.text("no")),
        ("Fitted to this machine", _fitted(ctx, found.optimized)),
    )
    for heading, value in facts:
        if value:
            ctx.print(f"  {ctx.text(heading)}: {value}")
    for file in found.files:
        ctx.print(f"  {file.role}: {file.path or file.name}")
        for line in (f"sha256 {file.sha256}" if file.sha256 else "", *file.sources, *(f"= {pin}" for pin in file.pins)):
            if line and line != "= ":
                ctx.print(f"      {line}")
    if found.conversion is not None:
        from .converting.showing import conversion_lines

        for line in conversion_lines(ctx, found.conversion):
            ctx.print(line)


def offered_lines(ctx: Context, found: OfferedDetails) -> None:
    ctx.print(f"{found.id}: {ctx.language.message(found.name)}")
    facts = {"Summary": found.summary, "Task": found.task, "Context": f"{found.context:,}" if found.context else ""}
    for heading, value in {**facts, **found.facts}.items():
        if value:
            ctx.print(f"  {ctx.language.message(heading)}: {value}")
    if found.state is not None:
        ctx.print(f"  {ctx.text('Now')}: {ctx.language.message(found.state.text)}")


def check_lines(ctx: Context, results: Sequence[FileCheck]) -> None:
    for result in results:
        ctx.print(f"{result.model}/{result.file}: {ctx.text(result.result)}")


def fit_table(ctx: Context, fits: Sequence[Fit], machine: Machine) -> None:
    ctx.note(
        ctx.text(
            "{memory} of memory for a model, {bandwidth} a second read, {compute} GFLOPS",
            memory=readable(machine.memory),
            bandwidth=readable(machine.speed.bandwidth),
            compute=f"{machine.speed.compute / 1e9:.0f}",
        )
    )
    lines = [
        (
            fit.model,
            ctx.text(fit.verdict),
            readable(fit.memory_needed),
            _speed(fit.decode_tps),
            _speed(fit.prefill_tps),
            f"{fit.longest_context:,}" if fit.longest_context else "-",
            ctx.text(fit.basis),
        )
        for fit in fits
    ]
    headings = ("Model", "Verdict", "Memory", "Decode t/s", "Prefill t/s", "Longest context", "By")
    _table(ctx, headings, lines, right=(2, 3, 4, 5))


def _speed(tokens: float) -> str:
    if not tokens:
        return "-"
    return f"{tokens:.0f}" if tokens >= 10 else f"{tokens:.1f}"
