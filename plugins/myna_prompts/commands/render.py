"""`myna prompts render`: what a model would be told."""

from __future__ import annotations

import time

import click
import msgspec

from myna.cli.context import Context, pass_context
from myna.cli.inputs import checked_text, parse_variables, standard_input

from ..applying import BY_WORDS
from ..assembly import Assembled, assemble
from ..embedding import InstalledEmbedding
from ..engine_model import EngineModel
from ..loading import Loaded
from ..opening import open_chooser
from ..rendering import render as render_plainly
from ..template import INPUT
from .places import library_of, names


class Result(msgspec.Struct, frozen=True):
    """What `--json` prints."""

    name: str
    version: str
    language: str
    sha256: str
    messages: list[dict[str, str]]
    tokens: int
    """Of the whole prompt; 0: not counted, for there is no `--model`."""
    chosen_by: str
    """How examples were chosen: `embedding`, `words`, or empty when all are shown."""
    milliseconds: float
    """Rendering alone."""


@click.command(epilog="Example: myna prompts render summary 'A long text.' --var words=30")
@click.argument("name", shell_complete=names)
@click.argument("text", default="")
@click.option("--var", "variables", multiple=True, metavar="K=V", help="A value for the template; may be given again.")
@click.option("-m", "--model", default="", metavar="MODEL", help="Fit the prompt to this model, and count its tokens.")
@pass_context
def render(ctx: Context, name: str, text: str, variables: tuple[str, ...], model: str) -> None:
    """Show what a model would be told. TEXT may be - for standard input."""
    loaded = library_of(ctx).find(name)
    given = parse_variables(variables)
    if text == "-":
        text = ctx.run(standard_input())
    if text:
        given[INPUT] = checked_text(text, "the text")
    if model:
        assembled = ctx.run(_with_model(ctx, loaded, given, model))
    else:
        plain = render_plainly(loaded, given)
        assembled = Assembled(plain.system, plain.user, plain.shots)
    began = time.perf_counter()
    render_plainly(loaded, given, assembled.examples if model else None)
    took = (time.perf_counter() - began) * 1e3
    _show(ctx, loaded, assembled, took)


async def _with_model(ctx: Context, loaded: Loaded, given: dict[str, str], model: str) -> Assembled:
    async with await ctx.assistant() as assistant:
        engine = await assistant.text_engine(model)
        fitting = EngineModel(engine, InstalledEmbedding(assistant), (await engine.info()).context)
        assembled = await assemble(loaded, given, fitting, open_chooser(ctx.paths), answer=loaded.template.max_tokens)
        return msgspec.structs.replace(assembled, tokens=await engine.count(assembled.messages()))


def _show(ctx: Context, loaded: Loaded, assembled: Assembled, took: float) -> None:
    messages = assembled.messages()
    template = loaded.template
    if ctx.json:
        ctx.print_json(
            Result(
                template.name,
                template.version,
                template.language,
                loaded.sha256,
                [{"role": message.role, "text": message.text} for message in messages],
                assembled.tokens,
                assembled.method,
                round(took, 3),
            )
        )
        return
    for message in messages:
        ctx.print_lines([ctx.dim(ctx.text(message.role)), ctx.plain(message.text), ""])
    if assembled.tokens:
        ctx.note(ctx.text("{count} tokens", count=assembled.tokens))
    if assembled.method == "words":
        ctx.note(ctx.text(BY_WORDS))
