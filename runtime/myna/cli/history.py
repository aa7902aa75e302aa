"""`myna conversations`: what was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

import click

from ..errors import UsageError
from .context import Context, pass_context
from .export import SUFFIXES, Form, as_data, content, form_of, render, template_of, when, write
from .inputs import Count
from .stores import with_store

if TYPE_CHECKING:
    from ..store import ConversationStore
    from ..store.records import ConversationRecord, ConversationSummary, SearchHit, StoredMessage

SHORT_ID = 12
"""Digits of an id that a list shows: the millisecond in which the conversation began."""


@click.group()
def conversations() -> None:
    """List, show, search, export and delete what was said."""


@conversations.command("list")
@click.option("--limit", type=Count(1), default=50, show_default=True, metavar="N", help="How many.")
@click.option("--offset", type=Count(), default=0, metavar="N", help="Leave out the newest N.")
@pass_context
def list_(ctx: Context, limit: int, offset: int) -> None:
    """List conversations, the last changed first."""

    async def work(store: ConversationStore) -> list[ConversationSummary]:
        return await store.list(limit=limit, offset=offset)

    found = with_store(ctx, work)
    if ctx.json:
        ctx.print_json(found)
    elif not found:
        ctx.note(ctx.text("There are no conversations yet."))
    else:
        rows = [(one.id[:SHORT_ID], when(one.updated), str(one.messages), one.title or "-") for one in found]
        ctx.print_table(("ID", "CHANGED", "MESSAGES", "TITLE"), rows)


@conversations.command()
@click.argument("id_", metavar="ID")
@click.option("--all", "every", is_flag=True, help="All branches, not only the active one.")
@pass_context
def show(ctx: Context, id_: str, every: bool) -> None:
    """Print a conversation. The first digits of an ID are enough."""
    record, messages = _read(ctx, id_, every=every)
    if ctx.json:
        ctx.print_json(as_data(record, messages))
        return
    for stored in messages:
        facts = (ctx.text(stored.message.role), when(stored.created), template_of(stored))
        ctx.print(" · ".join(filter(None, facts)))
        ctx.print(content(stored).rstrip("\n"))
        ctx.print()


@conversations.command()
@click.argument("query")
@click.option("--limit", type=Count(1), default=20, show_default=True, metavar="N", help="How many.")
@click.option("--newest", is_flag=True, help="The newest first, instead of the best.")
@pass_context
def search(ctx: Context, query: str, limit: int, newest: bool) -> None:
    """Find messages that hold every word of QUERY, or "a phrase" in quotes."""
    if not query.strip():
        raise UsageError("there is nothing to search for")

    async def work(store: ConversationStore) -> list[SearchHit]:
        return await store.search(query, limit=limit, order="newest" if newest else "best")

    hits = with_store(ctx, work)
    if ctx.json:
        ctx.print_json(hits)
    elif not hits:
        ctx.note(ctx.text("Nothing was found."))
    else:
        ctx.print_lines(search_lines(ctx, hits))


def search_lines(ctx: Context, hits: Sequence[SearchHit]) -> list[str]:
    """Hits for people: where and when, then the place with its matches marked on a terminal."""
    lines = []
    for hit in hits:
        title = hit.title or "-"
        lines.append(ctx.dim(f"{hit.conversation[:SHORT_ID]}  {when(hit.created)}  {ctx.text(hit.role)}  {title}"))
        lines.append("  " + _marked(ctx, hit))
    return lines


def _marked(ctx: Context, hit: SearchHit) -> str:
    out, at = "", 0
    for start, end in hit.matches:
        out += ctx.plain(hit.snippet[at:start]) + ctx.bold(hit.snippet[start:end])
        at = end
    return out + ctx.plain(hit.snippet[at:])


@conversations.command()
@click.argument("id_", metavar="ID")
@click.option("-o", "--output", metavar="FILE", help="Write a file instead of standard output.")
@click.option(
    "--format", "form", type=click.Choice(sorted(set(SUFFIXES.values()))), help="By default, what FILE ends in says it."
)
@pass_context
def export(ctx: Context, id_: str, output: str | None, form: str | None) -> None:
    """Export a conversation as Markdown, JSON or text."""
    chosen = cast(Form, form) if form else _form(ctx, output)
    record, messages = _read(ctx, id_, every=chosen == "json")
    document = render(record, messages, chosen, ctx.language.code)
    if output is None or output == "-":
        ctx.write(document)
    else:
        path = write(output, document)
        ctx.note(ctx.text("Written to {path}.", path=path))


def _form(ctx: Context, output: str | None) -> Form:
    if ctx.json:
        return "json"
    return "markdown" if output in {None, "-"} else form_of(str(output))


@conversations.command()
@click.argument("ids", metavar="ID...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Delete all conversations.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@pass_context
def delete(ctx: Context, ids: tuple[str, ...], every: bool, yes: bool) -> None:
    """Delete conversations, so that nothing of them is left in the files."""
    if every == bool(ids):
        raise UsageError("give the ids of conversations, or --all")
    if every and not yes:
        _confirm(ctx)

    async def work(store: ConversationStore) -> list[str]:
        # All ids are looked up first, so that a wrong one deletes nothing.
        chosen = await _all_ids(store) if every else [(await store.get(one)).id for one in ids]
        chosen = list(dict.fromkeys(chosen))
        with ctx.audited("conversations.delete", conversations=chosen):
            for one in chosen:
                await store.delete(one)
        return chosen

    deleted = with_store(ctx, work)
    if ctx.json:
        ctx.print_json({"deleted": deleted})
    else:
        ctx.note(ctx.text("{count} conversations were deleted.", count=len(deleted)))


def _confirm(ctx: Context) -> None:
    import sys

    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError("deleting all conversations must be confirmed", hint="add --yes")
    if not click.confirm(ctx.text("Delete all conversations?"), default=False, err=True):
        raise click.Abort


async def _all_ids(store: ConversationStore) -> list[str]:
    ids: list[str] = []
    while page := await store.list(limit=500, offset=len(ids)):
        ids += [one.id for one in page]
    return ids


def _read(ctx: Context, id_: str, *, every: bool) -> tuple[ConversationRecord, list[StoredMessage]]:
    async def work(store: ConversationStore) -> tuple[ConversationRecord, list[StoredMessage]]:
        record = await store.get(id_)
        return record, await (store.tree(record.id) if every else store.path(record.id))

    return with_store(ctx, work)
