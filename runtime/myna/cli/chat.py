"""`myna chat`: a conversation in the terminal, or line by line through a pipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..errors import MynaError
from .context import Context, pass_context
from .failure import report
from .session import Chat, Leave

if TYPE_CHECKING:
    from .lines import Lines


@click.command()
@click.option("-m", "--model", default="", metavar="MODEL", help="A name of the catalog, or the path of a model file.")
@click.option("-s", "--system", metavar="TEXT", help="The system prompt.")
@click.option("-c", "--conversation", metavar="ID", help="Go on with a conversation.")
@pass_context
def chat(ctx: Context, model: str, system: str | None, conversation: str | None) -> None:
    """Talk in the terminal. /help lists what else can be done there."""
    status = ctx.run(_chat(ctx, model, system, conversation))
    if status:
        raise click.exceptions.Exit(status)


async def _chat(ctx: Context, model: str, system: str | None, conversation: str | None) -> int:
    """The exit status: that of the first error when questions come through a pipe, else 0."""
    async with await ctx.assistant() as assistant:
        resolved = await assistant.resolve(model)
        assistant.preload(model)
        talk = Chat(ctx, assistant, await assistant.conversation(conversation, model=model, system=system))
        talk.system = system
        lines = _lines(ctx, talk)
        if lines.interactive:
            ctx.note(ctx.text("{model} is listening. /help lists the commands, Ctrl-D leaves.", model=resolved.name))
        status = 0
        while True:
            try:
                line = await lines.next()
                if line is None:
                    break
                await talk.say(line, lines)
            except Leave:
                break
            except MynaError as error:
                failed = report(error, ctx)
                status = status or (0 if lines.interactive else failed)
        return status


def _lines(ctx: Context, talk: Chat) -> Lines:
    from .lines import Piped, Terminal, is_terminal

    if not is_terminal():
        return Piped()
    return Terminal(ctx, talk.completions)
