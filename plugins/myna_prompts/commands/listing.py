"""`myna prompts list`."""

from __future__ import annotations

import click
import msgspec

from myna.cli.context import Context, pass_context
from myna.errors import BadPrompt

from ..library import Entry
from ..loading import check
from .places import library_of


class Row(msgspec.Struct, frozen=True):
    """What `--json` prints of a template."""

    name: str
    version: str
    language: str
    description: str
    source: str
    path: str
    cases: int
    sha256: str
    hidden_by: str
    """Path of a file that is used instead of this one; empty for none."""
    error: str
    """Why it cannot be used; empty when it can."""


@click.command("list")
@click.option("--language", default="", metavar="L", help="Only templates in this language.")
@click.option("--all", "everything", is_flag=True, help="Also those that another file hides.")
@pass_context
def list_prompts(ctx: Context, language: str, everything: bool) -> None:
    """List the templates that there are."""
    library = library_of(ctx)
    entries = [entry for entry in library.entries if not language or _language(entry) in {"", language}]
    rows = [_row(ctx, entry) for entry in entries if everything or entry.hidden_by is None]
    rows.sort(key=lambda row: (row.name, row.language, row.version))
    if ctx.json:
        ctx.print_json(rows)
        return
    good = [row for row in rows if not row.error]
    ctx.print_table(
        ("NAME", "VERSION", "LANGUAGE", "FROM", "DESCRIPTION"),
        [(row.name, row.version, row.language, row.source, row.description) for row in good],
    )
    for row in rows:
        if row.error:
            ctx.note(row.error)
    hidden = sum(entry.hidden_by is not None for entry in entries)
    if hidden and not everything:
        ctx.note(
            ctx.text("{count} are hidden by templates of the same name and version; --all lists them.", count=hidden)
        )


def _language(entry: Entry) -> str:
    return entry.loaded.template.language if entry.loaded else ""


def _row(ctx: Context, entry: Entry) -> Row:
    path = str(entry.path)
    if entry.loaded is None:
        error = ctx.language.message(entry.error.message) if entry.error else ""
        return Row(entry.path.stem, "", "", "", entry.source, path, 0, "", "", error)
    template = entry.loaded.template
    try:
        check(entry.loaded)
        error = ""
    except BadPrompt as problem:
        error = ctx.language.message(problem.message)
    return Row(
        template.name,
        template.version,
        template.language,
        template.description,
        entry.source,
        path,
        len(template.cases),
        entry.loaded.sha256,
        str(entry.hidden_by or ""),
        error,
    )
