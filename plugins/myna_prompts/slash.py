"""`/prompt` in a chat: questions are put into a template from then on."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from myna.cli.inputs import parse_variables
from myna.errors import UsageError

from .opening import open_library
from .rating import THUMBS
from .template import INPUT
from .values import bind

if TYPE_CHECKING:
    from myna.cli.lines import Lines
    from myna.cli.session import Chat

OFF = "off"


async def prompt(chat: Chat, argument: str, lines: Lines) -> None:
    """Use the template that is named, with its values; `off` for none; without a name, say which.

    Raises:
        PromptMissing, BadPrompt: there is none of that name, or the values do not fit it.
    """
    del lines
    ctx = chat.ctx
    if not argument:
        ctx.print(chat.prompt or ctx.text("No template is used."))
        return
    try:
        name, *pairs = shlex.split(argument)
    except ValueError:
        raise UsageError("a quote is not closed", hint="/prompt NAME K='V W'") from None
    if name == OFF:
        chat.prompt, chat.variables = "", {}
        ctx.note(ctx.text("No template is used."))
        return
    loaded = open_library(ctx.host.prompt_sources(), ctx.settings, ctx.paths, ctx.language.code).find(name)
    values = parse_variables(pairs)
    # The question is not there yet; all else must fit now.
    bind({key: variable for key, variable in loaded.variables.items() if key != INPUT}, values)
    chat.prompt, chat.variables = name, values
    ctx.note(
        ctx.text(
            "Questions are put into the template {name} {version} from now on.",
            name=loaded.template.name,
            version=loaded.template.version,
        )
    )


async def rate(chat: Chat, argument: str, lines: Lines) -> None:
    """Keep a thumb for the last answer.

    Raises:
        UsageError: there is no answer, or the conversation is not kept.
    """
    del lines
    if argument not in THUMBS:
        raise UsageError("say whether the answer was good: up, down or none", hint="/rate up")
    if not chat.conversation.recorded:
        raise UsageError("this conversation is not kept", hint="myna config set chat.record true")
    answers = [stored for stored in await chat.conversation.history() if stored.message.role == "assistant"]
    if not answers:
        raise UsageError("there is no answer to rate")
    await (await chat.assistant.store()).rate(answers[-1].id, THUMBS[argument])
    chat.ctx.note(chat.ctx.text("Noted."))
