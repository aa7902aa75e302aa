"""`myna models convert` and `myna models environments`."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from myna.cli.context import Context, pass_context
from myna.errors import MynaError, UsageError

from ..catalog import Catalog
from ..installed import Store
from ..space import readable
from .convert import Converter, Outcome, milder
from .environments import ALL, Environments
from .health import root_of
from .plan import CHOICES, Plan, Quantization, Target, plan
from .showing import Reporter, outcome_lines
from .source import Kind, Source, find, free_id


def environments_of(ctx: Context, reporter: Reporter | None = None) -> Environments:
    """Those of this person, in the folder that the settings name."""
    root = root_of(ctx.settings, ctx.paths)
    return Environments(root, reporter.environment if reporter else None, offline=ctx.settings.models.offline)


@click.command("convert")
@click.argument("source")
@click.option("--to", "target", type=click.Choice(get_args(Target)), default="onnx", help="The format to make.")
@click.option("--task", type=click.Choice(get_args(Kind)), help="What the model is for, where it does not say.")
@click.option("--quantize", type=click.Choice(get_args(Quantization)), help="How the weights are kept.")
@click.option(
    "--calibration",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Texts for int8-static, one a line, or JSON lines with text.",
)
@click.option("--name", default="", help="What the new model is called.")
@click.option(
    "--output", type=click.Path(path_type=Path), metavar="DIR", help="Write the files to DIR, and install nothing."
)
@pass_context
def convert(
    ctx: Context,
    /,
    source: str,
    *,
    target: Target,
    task: Kind | None,
    quantize: Quantization | None,
    calibration: Path | None,
    name: str,
    output: Path | None,
) -> None:
    """Make another format of a model: ONNX or GGUF, with smaller weights.

    SOURCE is an installed model, a folder as Hugging Face publishes them, or a GGUF file. What is made is compared
    with it, and kept only if its quality holds.
    """
    store = Store(ctx.paths.models)
    found = find(source, store, ctx.paths)
    planned = plan(found, target, task, quantize)
    _check(planned, calibration, output)
    taken = set(Catalog.find(ctx.paths, ctx.settings).names())
    asked = name or f"{found.name}-{target}" + ("" if planned.quantization == "none" else f"-{planned.quantization}")
    called = free_id(asked, store, taken)
    if name and called != name:
        raise UsageError(f"the name {name!r} is taken, or is none that a model may have", hint=f"--name {called}")
    with ctx.audited("models.convert", source=found.name, model=called), Reporter(ctx) as reporter:
        converter = Converter(ctx.paths, environments_of(ctx, reporter), reporter)
        made = _made(ctx, converter, found, planned, name=called, calibration=calibration, output=output)
    if ctx.json:
        ctx.print_json(made)
        return
    for line in outcome_lines(ctx, made):
        ctx.print(line)


def _check(planned: Plan, calibration: Path | None, output: Path | None) -> None:
    if planned.task == "transcribe" and output is None:
        raise UsageError(
            "nothing here opens Whisper as ONNX; its files can be written to a folder", hint="--output DIR"
        )
    if (planned.quantization == "int8-static") != (calibration is not None):
        raise UsageError("--calibration belongs to --quantize int8-static, and it needs one", hint="--calibration FILE")
    if calibration is not None:
        from .calibration import read_texts

        read_texts(calibration)


def _made(
    ctx: Context,
    converter: Converter,
    source: Source,
    planned: Plan,
    *,
    name: str,
    calibration: Path | None,
    output: Path | None,
) -> Outcome:
    """What was made; in floats where nobody chose otherwise and the quality of smaller weights does not hold."""
    try:
        return converter.convert(source, planned, name, calibration=calibration, output=output)
    except MynaError as error:
        if planned.chosen or not milder(error) or "none" not in CHOICES[planned.target, planned.task == "chat"]:
            raise
        ctx.note(error.message)
        ctx.note(ctx.text("its weights stay floats"))
        floats = plan(source, planned.target, planned.task, "none")
        return converter.convert(source, floats, name.removesuffix(f"-{planned.quantization}"), output=output)


@click.command("environments")
@click.option("--make", type=click.Choice([one.name for one in ALL]), help="Make one now, so that it is there offline.")
@click.option("--remove", is_flag=True, help="Delete all; the next conversion makes what it needs again.")
@pass_context
def environments(ctx: Context, make: str | None, remove: bool) -> None:
    """Show the Python environments that conversions run in, make or delete them."""
    with Reporter(ctx) as reporter:
        mine = environments_of(ctx, reporter)
        if remove:
            with ctx.audited("models.environments.remove"):
                freed = mine.remove()
            ctx.note(ctx.text("{size} freed", size=readable(freed)))
        if make:
            mine.python(next(one for one in ALL if one.name == make))
    states = mine.states()
    if ctx.json:
        ctx.print_json(states)
        return
    ctx.print_table(
        ("NAME", "STATE", "SIZE", "FOR", "FOLDER"),
        [(one.name, ctx.text(one.state), readable(one.size), ctx.text(one.purpose), one.path) for one in states],
    )
