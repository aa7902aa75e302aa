"""The commands inside a chat."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from ..errors import PluginFailed, UsageError
from .export import content, form_of, render, when, write
from .session import Chat, Leave
from .terminal import cells, clip, one_line, terminal_width

if TYPE_CHECKING:
    from ..hookspecs import ChatCommand
    from ..store.records import StoredMessage
    from .context import Context
    from .lines import Lines


PROVIDERS = {"prompt": "prompts", "voice": "speech"}
"""Commands that plugins of Myna itself bring, for a clear answer where the plugin is absent."""


class Slash(msgspec.Struct, frozen=True):
    name: str
    argument: str
    summary: str
    run: Callable[[Chat, str, Lines], Awaitable[None]]


def known(ctx: Context) -> list[Slash]:
    """All commands: the built-in ones, then those of plugins, which cannot take a built-in name."""
    taken = {command.name for command in COMMANDS}
    added = [command for command in ctx.host.chat_commands() if command.name not in taken]
    for command in added:
        # A plugin's one-line summaries are translated by the plugin.
        ctx.language.add(command.target.partition(".")[0])
    return [
        *COMMANDS,
        *(Slash(command.name, command.argument, command.summary, partial(_run, command)) for command in added),
    ]


async def _run(command: ChatCommand, chat: Chat, argument: str, lines: Lines) -> None:
    module, _, name = command.target.partition(":")
    try:
        run = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        slash = f"/{command.name}"
        raise PluginFailed(f"the command {slash} cannot be loaded: {error}") from error
    await run(chat, argument, lines)


async def help_(chat: Chat, argument: str, lines: Lines) -> None:
    del argument, lines
    ctx = chat.ctx
    shown = [(f"/{command.name} {command.argument}".rstrip(), command.summary) for command in known(ctx)]
    width = max(cells(usage) for usage, _ in shown)
    ctx.print_lines(f"{ctx.bold(usage)}{' ' * (width - cells(usage))}  {ctx.text(about)}" for usage, about in shown)
    ctx.print_lines([ctx.dim(ctx.text("Alt-Enter begins a new line. Ctrl-C stops an answer, Ctrl-D leaves."))])


async def regenerate(chat: Chat, argument: str, lines: Lines) -> None:
    del argument, lines
    await chat.answer(chat.conversation.regenerate(options=chat.options))


async def edit(chat: Chat, argument: str, lines: Lines) -> None:
    asked = [stored for stored in await chat.conversation.history() if stored.message.role == "user"]
    if not asked:
        raise UsageError("nothing was asked yet", hint="/help")
    last = asked[-1]
    text: str | None = argument
    if not argument and lines.interactive:
        text = await lines.next(last.message.text)
    if not text or not text.strip():
        raise UsageError("the new text of the question is missing", hint="/edit TEXT")
    await chat.answer(chat.conversation.edit(last.id, text, options=chat.options))


async def branch(chat: Chat, argument: str, lines: Lines) -> None:
    """List the ends of all branches, or go to one by its number."""
    del lines
    ctx = chat.ctx
    path = await chat.conversation.history()
    kept = path and chat.conversation.recorded
    tree = await (await chat.assistant.store()).tree(chat.conversation.id) if kept else []
    parents = {stored.parent for stored in tree}
    leaves = [stored for stored in tree if stored.id not in parents]
    if not leaves:
        raise UsageError("there are no branches yet", hint="/edit and /regenerate make them")
    if not argument:
        here = path[-1].id
        for number, leaf in enumerate(leaves, 1):
            mark = "*" if leaf.id == here else " "
            ctx.print(clip(f"{mark} {number}  {when(leaf.created)}  {one_line(content(leaf))}", terminal_width()))
        return
    if not argument.isdecimal() or not 1 <= int(argument) <= len(leaves):
        raise UsageError(f"there is no branch {argument}", hint="/branch")
    await chat.conversation.switch(leaves[int(argument) - 1].id)
    for stored in (await chat.conversation.history())[-2:]:
        _print_message(chat, stored)


async def image(chat: Chat, argument: str, lines: Lines) -> None:
    del lines
    argument = _path(argument)
    if not argument:
        raise UsageError("the path of a picture is missing", hint="/image FILE")
    from .pictures import check

    data = await check(chat.ctx, chat.assistant, chat.conversation.model, argument)
    # A damaged one is told now, and not when the question was typed.
    await chat.assistant.pictures.check(data)
    chat.pictures.append(argument)
    chat.ctx.note(chat.ctx.text("The picture goes with the next question."))


async def model(chat: Chat, argument: str, lines: Lines) -> None:
    del lines
    if argument:
        resolved = await chat.assistant.resolve(argument)
        chat.conversation.use_model(argument)
        chat.assistant.preload(argument)
        chat.ctx.note(chat.ctx.text("{model} answers from now on.", model=resolved.name))
    else:
        chat.ctx.print((await chat.assistant.resolve(chat.conversation.model)).name)


async def save(chat: Chat, argument: str, lines: Lines) -> None:
    del lines
    if not chat.conversation.recorded:
        raise UsageError("this conversation is not kept", hint="myna config set chat.record true")
    if not await chat.conversation.history():
        raise UsageError("nothing was asked yet", hint="/help")
    store = await chat.assistant.store()
    record = await store.get(chat.conversation.id)
    name = _path(argument) or f"myna-{record.id[:12]}.md"
    form = form_of(name)
    messages = await (store.tree(record.id) if form == "json" else store.path(record.id))
    path = write(name, render(record, messages, form, chat.ctx.language.code))
    chat.ctx.note(chat.ctx.text("Written to {path}.", path=path))


async def new(chat: Chat, argument: str, lines: Lines) -> None:
    del argument, lines
    chat.conversation = await chat.assistant.conversation(model=chat.conversation.model, system=chat.system)
    chat.pictures.clear()
    chat.ctx.note(chat.ctx.text("A new conversation begins."))


async def history(chat: Chat, argument: str, lines: Lines) -> None:
    del argument, lines
    for stored in await chat.conversation.history():
        _print_message(chat, stored)


async def search(chat: Chat, argument: str, lines: Lines) -> None:
    del lines
    from .history import search_lines

    if not argument:
        raise UsageError("there is nothing to search for", hint="/search WORDS")
    hits = await (await chat.assistant.store()).search(argument)
    if hits:
        chat.ctx.print_lines(search_lines(chat.ctx, hits))
    else:
        chat.ctx.note(chat.ctx.text("Nothing was found."))


async def quit_(chat: Chat, argument: str, lines: Lines) -> None:
    del chat, argument, lines
    raise Leave


def _path(argument: str) -> str:
    """A path that may stand in quotes, as one with a space does in a shell."""
    quoted = len(argument) > 1 and argument[0] == argument[-1] and argument[0] in "\"'"
    return argument[1:-1] if quoted else argument


def _print_message(chat: Chat, stored: StoredMessage) -> None:
    ctx = chat.ctx
    ctx.print_lines([ctx.dim(ctx.text(stored.message.role)), ctx.plain(content(stored).rstrip("\n")), ""])


COMMANDS = (
    Slash("help", "", "List these commands", help_),
    Slash("regenerate", "", "Answer the last question again", regenerate),
    Slash("edit", "[TEXT]", "Change the last question, and answer it anew", edit),
    Slash("branch", "[N]", "List the branches of the conversation, or go to one", branch),
    Slash("image", "FILE", "Show a picture with the next question", image),
    Slash("model", "[NAME]", "Say which model answers, or choose another", model),
    Slash("save", "[FILE]", "Write the conversation to a file (.md, .json or .txt)", save),
    Slash("new", "", "Begin a new conversation", new),
    Slash("history", "", "Show the conversation so far", history),
    Slash("search", "WORDS", "Find something in all conversations", search),
    Slash("quit", "", "Leave", quit_),
)
