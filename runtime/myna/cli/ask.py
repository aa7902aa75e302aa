"""`myna ask`: one question, one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from ..engine.protocols import Lora, Sampling
from ..errors import UsageError
from .answer import as_data, failure, show
from .context import Context, pass_context
from .inputs import Count, Number, checked_text, parse_lora, parse_variables, read_schema, standard_input
from .offer import offer_after

if TYPE_CHECKING:
    from ..config import Settings
    from ..draft import AskOptions
    from ..messages import Part


class Question(msgspec.Struct, frozen=True):
    """What was asked for on the command line, checked."""

    text: str
    """`-`: standard input."""
    images: tuple[str, ...]
    model: str
    system: str | None
    schema: str
    temperature: float | None
    max_tokens: int | None
    seed: int | None
    loras: tuple[Lora, ...]
    prompt: str = ""
    variables: dict[str, str] = {}

    def options(self, settings: Settings) -> AskOptions:
        from ..draft import AskOptions

        temperature = settings.chat.temperature if self.temperature is None else self.temperature
        return AskOptions(
            sampling=Sampling(temperature=temperature, seed=self.seed),
            max_tokens=settings.chat.max_tokens if self.max_tokens is None else self.max_tokens,
            schema=self.schema,
            loras=self.loras,
            prompt=self.prompt,
            variables=self.variables,
        )


@click.command(epilog="Example: myna ask 'What is the capital of France?'")
@click.argument("text")
@click.option("--image", "images", multiple=True, metavar="FILE", help="Ask about a picture; may be given again.")
@click.option("-m", "--model", default="", metavar="MODEL", help="A name of the catalog, or the path of a model file.")
@click.option("--prompt", metavar="NAME", help="Use a prompt template.")
@click.option("--var", "variables", multiple=True, metavar="K=V", help="A value for the template; may be given again.")
@click.option("-s", "--system", metavar="TEXT", help="The system prompt.")
@click.option("--schema", metavar="FILE", help="Answer with JSON that fits this JSON schema.")
@click.option("--temperature", type=Number(0, 5), metavar="T", help="0 always takes the likeliest token.")
@click.option("--max-tokens", type=Count(), metavar="N", help="The longest answer; 0 is no limit.")
@click.option("--seed", type=click.IntRange(0, 2**32 - 2), metavar="N", help="Draw the same answer again.")
@click.option("--lora", "loras", multiple=True, metavar="FILE[:SCALE]", help="Use a LoRA adapter; may be given again.")
@click.option("--stream/--no-stream", default=True, help="Print the answer as it is made, or all at once.")
@pass_context
def ask(
    ctx: Context,
    *,
    text: str,
    images: tuple[str, ...],
    model: str,
    prompt: str | None,
    variables: tuple[str, ...],
    system: str | None,
    schema: str | None,
    temperature: float | None,
    max_tokens: int | None,
    seed: int | None,
    loras: tuple[str, ...],
    stream: bool,
) -> None:
    """Ask one question and print the answer. TEXT may be - for standard input."""
    if variables and not prompt:
        raise UsageError("--var gives values to a template, and there is no --prompt")
    if prompt:
        from .group import check_plugin

        check_plugin(ctx, "--prompt", "prompts")
    if prompt and system is not None:
        raise UsageError("--prompt and --system both bring a system prompt; give one of them")
    if not text.strip():
        raise UsageError("the question is empty", hint="myna ask --help")
    question = Question(
        text=checked_text(text, "the question"),
        images=images,
        model=model,
        system=None if system is None else checked_text(system, "the system prompt"),
        schema=read_schema(schema) if schema else "",
        temperature=temperature,
        max_tokens=max_tokens,
        seed=seed,
        loras=tuple(parse_lora(lora) for lora in loras),
        prompt=prompt or "",
        variables=parse_variables(variables),
    )
    ctx.run(_ask(ctx, question, stream=stream))


async def _ask(ctx: Context, question: Question, *, stream: bool) -> None:
    async with await ctx.assistant() as assistant:
        for path in question.images:
            from .pictures import check

            await check(ctx, assistant, question.model, path)
        # The model is loaded while the rest is made ready.
        assistant.preload(question.model)
        text = await standard_input() if question.text == "-" else question.text
        conversation = await assistant.conversation(model=question.model, system=question.system)
        content: str | tuple[Part, ...] = text
        if question.images:
            from .pictures import attach

            content = await attach(ctx, assistant, conversation, question.images, text)
        turn = conversation.ask(content, options=question.options(ctx.settings))
        finished = await show(ctx, turn, stream=stream)
        if error := failure(finished):
            raise error
        if ctx.json:
            ctx.print_json(as_data(finished))
        await offer_after(ctx, assistant, question.model, finished)
