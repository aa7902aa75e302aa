"""`myna demo`: what works on this machine, on real models, with no questions asked."""

from __future__ import annotations

import importlib
import traceback
from typing import TYPE_CHECKING

import click
import msgspec

from ..errors import MynaError, PluginFailed
from ..hookspecs import DemoStep
from .context import Context, pass_context

if TYPE_CHECKING:
    from rich.console import Console

    from ..assistant import Assistant

STEPS = (
    DemoStep("A question", 100, "myna.cli.demo_steps:question"),
    DemoStep("A second question in the same conversation", 110, "myna.cli.demo_steps:follow_up"),
    DemoStep("An answer that fits a JSON schema", 120, "myna.cli.demo_steps:structured"),
    DemoStep("Four conversations at the same time", 130, "myna.cli.demo_steps:together"),
)


class StepResult(msgspec.Struct, frozen=True):
    """How one part went."""

    title: str
    timings: dict[str, float]
    """Milliseconds."""
    error: str = ""


@click.command()
@pass_context
def demo(ctx: Context) -> None:
    """Show all that works on this machine. Nothing is asked, and nothing is kept."""
    results = ctx.run(_demo(ctx))
    if ctx.json:
        ctx.print_json(results)
        return
    rows = [
        (ctx.language.message(result.title), ctx.text(stage.replace("_", " ")), f"{milliseconds:,.0f} ms")
        for result in results
        for stage, milliseconds in result.timings.items()
    ]
    ctx.print()
    ctx.print_table(("PART", "STAGE", "TIME"), rows)


async def _demo(ctx: Context) -> list[StepResult]:
    # With --json, standard output holds the results alone.
    console = ctx.console if ctx.json else ctx.tables
    results = []
    async with await ctx.assistant() as assistant:
        assistant.preload()
        model = await assistant.resolve()
        ctx.note(ctx.text("The model is {model}.", model=model.name))
        steps = sorted([*STEPS, *ctx.host.demo_steps()], key=lambda step: step.order)
        for step in steps:
            console.print(f"\n[bold]{ctx.language.message(step.title)}[/bold]")
            results.append(await _run(ctx, step, assistant, console))
    return results


async def _run(ctx: Context, step: DemoStep, assistant: Assistant, console: Console) -> StepResult:
    """One part. What a plugin cannot show is said, and the rest goes on."""
    module, _, name = step.target.partition(":")
    try:
        timings = await getattr(importlib.import_module(module), name)(assistant, console)
        return StepResult(step.title, dict(timings))
    except Exception as error:
        if step in STEPS:
            raise
        known = error if isinstance(error, MynaError) else PluginFailed(f"{type(error).__name__}: {error}")
        if ctx.verbose:
            ctx.note(traceback.format_exc())
        ctx.note(known.message)
        return StepResult(step.title, {}, known.message)
