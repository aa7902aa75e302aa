"""`myna prompts optimize`: look for a better wording, and keep it only when it is better."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from myna.cli.context import Context, pass_context
from myna.cli.inputs import Count
from myna.errors import BadInput

from ..library import Library, order
from ..loading import Loaded, load
from ..optimizing.halving import Trial
from ..optimizing.search import Outcome, optimize, split
from ..optimizing.variants import Variant
from ..saving import as_toml, write_new
from ..template import Case
from .places import library_of, names, unwritable


class Report(msgspec.Struct, frozen=True):
    """What `--json` prints, and what is written to the log."""

    outcome: Outcome
    template: str
    """The winner as TOML."""
    written: str
    """Path of the new version; empty when the original stays."""


@click.command("optimize", epilog="Example: myna prompts optimize summary --variants 8")
@click.argument("name", shell_complete=names)
@click.option("-m", "--model", default="", metavar="MODEL", help="A name of the catalog, or the path of a model file.")
@click.option("--variants", "most", type=Count(1), default=12, metavar="N", help="Variants to try; 12 by default.")
@click.option("--proposals", type=Count(), default=4, metavar="N", help="Of them by the model; 4 by default.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, metavar="N", help="The first seed; 0 by default.")
@click.option("--cases", "more", default="", metavar="FILE", help="A template whose cases are used too.")
@click.option("--log", default="", metavar="FILE", help="Write every variant and its score, as JSON.")
@pass_context
def optimize_prompt(
    ctx: Context, *, name: str, model: str, most: int, proposals: int, seed: int, more: str, log: str
) -> None:
    """Look for a better wording of a template. The original is kept; a winner becomes a new version of yours."""
    if log and (problem := unwritable(log)):
        raise BadInput(f"the log {log} cannot be written: {problem}")
    library = library_of(ctx)
    loaded = library.find(name)
    cases = list(loaded.template.cases)
    if more:
        known = {case.name for case in cases}
        cases += [case for case in load(Path(more)).template.cases if case.name not in known]
    split(cases, seed)  # before a model is loaded in vain
    outcome, winner = ctx.run(_search(ctx, loaded, cases, model, (most, proposals, seed)))
    version = next_version(library, loaded)
    stem = f"{loaded.template.name}.{loaded.template.language}.{version}"
    filed = loaded.template.examples_file
    template = msgspec.structs.replace(
        winner.loaded.template, version=version, examples_file=f"{stem}.jsonl" if filed else ""
    )
    text = as_toml(template)
    written = ""
    if outcome.verdict.accepted:
        path = library.own / f"{stem}.toml"
        with ctx.audited("prompts.optimize", prompt=loaded.template.name, version=version):
            if filed:
                write_new(library.own / f"{stem}.jsonl", (loaded.path.parent / filed).read_text(encoding="utf-8-sig"))
            write_new(path, text)
        written = str(path)
    report = Report(outcome, text, written)
    if log:
        _write_log(Path(log), report)
    if ctx.json:
        ctx.print_json(report)
    else:
        _show(ctx, report)


async def _search(
    ctx: Context, loaded: Loaded, cases: list[Case], model: str, amounts: tuple[int, int, int]
) -> tuple[Outcome, Variant]:
    from .running import running

    most, proposals, seed = amounts
    async with running(ctx, model) as (runner, engine):

        def told(trial: Trial) -> None:
            ctx.note(_line(ctx, trial))

        return await optimize(loaded, cases, runner, engine, proposals=proposals, most=most, seed=seed, told=told)


def next_version(library: Library, loaded: Loaded) -> str:
    """After all versions that there are: 1.1 after 1.0."""
    versions = library.versions(loaded.template.name, loaded.template.language)
    newest = max((one.template.version for one in versions), key=order, default=loaded.template.version)
    numbers = [int(number) for number in newest.split(".")]
    numbers = [*numbers, 0][:2] if len(numbers) < 2 else numbers
    numbers[-1] += 1
    return ".".join(map(str, numbers))


def _line(ctx: Context, trial: Trial) -> str:
    mark = "+" if trial.kept else "-"
    text = ctx.text(
        "round {round}, {cases} cases, score {score}", round=trial.round, cases=trial.cases, score=f"{trial.score:.3f}"
    )
    return f"{mark} {text}: {ctx.language.message(trial.edit)}"


def _write_log(path: Path, report: Report) -> None:
    try:
        path.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")
    except OSError as error:
        raise BadInput(f"the log {path} cannot be written: {error.strerror or error}") from None


def _show(ctx: Context, report: Report) -> None:
    outcome, verdict = report.outcome, report.outcome.verdict
    ctx.print(ctx.text("Winner on the training cases: {edit}", edit=ctx.language.message(outcome.winner)))
    ctx.print(
        ctx.text(
            "On {count} held-out cases: {before} before, {after} now; better on {better}, worse on {worse}; sign test "
            "p = {p}; the difference is from {low} to {high}.",
            count=len(outcome.held_out),
            before=f"{verdict.original:.3f}",
            after=f"{verdict.winner:.3f}",
            better=verdict.better,
            worse=verdict.worse,
            p=f"{verdict.p_value:.3f}",
            low=f"{verdict.low:.3f}",
            high=f"{verdict.high:.3f}",
        )
    )
    if report.written:
        ctx.print(ctx.text("It is better beyond chance. Written to {path}; the original is kept.", path=report.written))
    else:
        ctx.print(ctx.text("The original stays: {why}.", why=ctx.language.message(verdict.why)))
