"""`myna prompts eval`: a template's cases on a model, judged."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from myna.cli.context import Context, pass_context
from myna.cli.inputs import Count, Number
from myna.errors import BadInput, Regression, UsageError

from ..evaluation.results import Comparison, Evaluation
from ..loading import Loaded
from .places import library_of, names, unwritable


class Report(msgspec.Struct, frozen=True):
    """What `--json` prints."""

    evaluation: Evaluation
    comparison: Comparison | None


@click.command("eval", epilog="Example: myna prompts eval summary --html summary.html")
@click.argument("name", shell_complete=names)
@click.option("-m", "--model", default="", metavar="MODEL", help="A name of the catalog, or the path of a model file.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, metavar="N", help="The first seed; 0 by default.")
@click.option("--seeds", type=Count(1), default=3, metavar="N", help="Answers to each case; 3 by default.")
@click.option("--compare", default="", metavar="NAME", help="Measure this version too, and compare with it.")
@click.option("--baseline", default="", metavar="FILE", help="Compare with what --json printed earlier.")
@click.option("--tolerance", type=Number(0, 1), metavar="T", help="A share may be worse by so much; 0.02 by default.")
@click.option("--html", default="", metavar="FILE", help="Write a report with plots.")
@pass_context
def evaluate(
    ctx: Context,
    *,
    name: str,
    model: str,
    seed: int,
    seeds: int,
    compare: str,
    baseline: str,
    tolerance: float | None,
    html: str,
) -> None:
    """Run a template's cases on a model, and say how good the answers are. A regression ends with the status 4."""
    from ..evaluation.comparing import TOLERANCE, read_evaluation
    from ..evaluation.comparing import compare as comparison_of

    if compare and baseline:
        raise UsageError("--compare and --baseline exclude one another")
    if html and (problem := unwritable(html)):
        raise BadInput(f"the report {html} cannot be written: {problem}")
    library = library_of(ctx)
    loaded = library.find(name)
    other = library.find(compare) if compare else None
    for one in filter(None, (loaded, other)):
        if not one.template.cases:
            raise UsageError(f"the template {one.template.name} has no cases", hint="see docs/prompts.md")
    before = read_evaluation(baseline) if baseline else None
    found = ctx.run(_evaluate(ctx, [one for one in (loaded, other) if one is not None], model, seed, seeds))
    now = found[0]
    before = found[1] if other is not None else before
    comparison = None
    if before is not None:
        comparison = comparison_of(before, now, TOLERANCE if tolerance is None else tolerance)
    if ctx.json:
        ctx.print_json(Report(now, comparison))
    else:
        from ..evaluation.table import show

        show(ctx, now, comparison)
    if html:
        _write_html(ctx, html, now, comparison)
    if comparison is not None and comparison.regressed:
        raise Regression(f"the template {now.name} {now.version} is worse than before", hint=_worse(comparison))


def _worse(comparison: Comparison) -> str:
    cases = ", ".join(comparison.now_failing)
    return f"cases that fail more often: {cases}" if cases else "see the comparison"


async def _evaluate(ctx: Context, templates: list[Loaded], model: str, seed: int, seeds: int) -> list[Evaluation]:
    from .running import running

    async with running(ctx, model) as (runner, _):
        found = []
        for loaded in templates:
            with ctx.console.status("") as status:
                status.update(ctx.text("{name}: {done} of {total} answers", name=_title(loaded), done=0, total="…"))

                def told(done: int, total: int, title: str = _title(loaded)) -> None:
                    status.update(ctx.text("{name}: {done} of {total} answers", name=title, done=done, total=total))

                found.append(await runner.evaluate(loaded, seed=seed, seeds=seeds, told=told))
        return found


def _title(loaded: Loaded) -> str:
    return f"{loaded.template.name} {loaded.template.version}"


def _write_html(ctx: Context, path: str, now: Evaluation, comparison: Comparison | None) -> None:
    from ..evaluation.html import page

    try:
        Path(path).write_text(page(now, comparison, ctx.language), encoding="utf-8")
    except OSError as error:
        raise BadInput(f"the report {path} cannot be written: {error.strerror or error}") from None
    ctx.note(ctx.text("Written to {path}.", path=path))
