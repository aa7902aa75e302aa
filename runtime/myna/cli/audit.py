"""`myna audit`: the record of what happened, checked and exported."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import BadInput, UsageError
from .context import Context, pass_context

if TYPE_CHECKING:
    from ..audit.head import Head
    from ..audit.places import Places
    from ..audit.records import Record
    from ..audit.report import Report

FORMS = ("jsonl", "csv")

_EXPECTED = re.compile(r"([1-9][0-9]{0,15}):([0-9a-f]{64})")


@click.group()
def audit() -> None:
    """Check and export the record of what happened."""


@audit.command()
@click.argument("folder", required=False, metavar="[FOLDER]")
@click.option("--expect", metavar="N:HASH", help="A record that was noted down: it must still be there.")
@pass_context
def verify(ctx: Context, folder: str | None, expect: str | None) -> None:
    """Check that the record is what was written: nothing edited, removed, moved or cut off.

    FOLDER is a copy from elsewhere; by default it is the log of this machine.
    """
    from ..audit.verify import require
    from ..audit.verify import verify as check

    places = _places(ctx, folder)
    expected = None if expect is None else _expected(expect)
    with _progress(ctx) as progress:
        report = check(places, expected=expected, progress=progress)
    if ctx.json:
        ctx.print_json(report)
    require(report, shared=bool(places.url))
    if not ctx.json:
        _print(ctx, report)


def _print(ctx: Context, report: Report) -> None:
    if not report.records:
        ctx.print(ctx.text("Nothing was recorded yet."))
        return
    ctx.print(
        ctx.text(
            "{count} records, {first} to {last}, are what was written.",
            count=report.records,
            first=report.first,
            last=report.last,
        )
    )
    ctx.print(f"{report.last}:{report.hash}")
    if report.removed:
        ctx.note(ctx.text("{count} texts were removed, on record.", count=report.removed))
    if report.missed:
        ctx.note(ctx.text("{count} records could not be written at the time.", count=report.missed))
    if report.torn or report.ahead:
        ctx.note(ctx.text("A crash interrupted the last write; that is mended at the next one."))


@audit.command()
@click.argument("folder", required=False, metavar="[FOLDER]")
@click.option("-o", "--output", metavar="FILE", help="Write a file instead of standard output.")
@click.option("--format", "form", type=click.Choice(FORMS), help="By default, what FILE ends in says it, else jsonl.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only records of this kind; may be repeated.")
@click.option("--since", metavar="DATE", help="Only records from this day or time on, for example 2026-03-01.")
@pass_context
def export(
    ctx: Context, folder: str | None, *, output: str | None, form: str | None, kinds: tuple[str, ...], since: str | None
) -> None:
    """Export the record as JSON lines or as a table (CSV)."""
    from ..audit.export import records, to_csv, to_jsonl
    from ..audit.verify import require
    from ..audit.verify import verify as check

    places = _places(ctx, folder)
    found = records(places, _wanted(kinds, since))
    if form is None:
        form = "csv" if (output or "").lower().endswith(".csv") else "jsonl"
    lines = to_csv(found) if form == "csv" else to_jsonl(found)
    if output is None or output == "-":
        for line in lines:
            ctx.write(line)
    else:
        ctx.note(ctx.text("Written to {path}.", path=_write(output, lines)))
    # What can be read is exported of a log that was changed too, but not without saying so.
    require(check(places), shared=bool(places.url))


def _places(ctx: Context, folder: str | None) -> Places:
    from ..audit.places import Places

    if folder is None:
        return Places.find(ctx.paths, ctx.settings.audit)
    if not Path(folder).is_dir():
        raise BadInput(f"there is no folder {folder}", hint="check the path and who may read it")
    return Places.of_folder(Path(folder))


def _expected(text: str) -> Head:
    from ..audit.head import Head

    match = _EXPECTED.fullmatch(text)
    if match is None:
        raise UsageError(f"{text} is not a record's number and hash", hint="give what myna audit verify printed")
    return Head(int(match[1]), match[2])


def _wanted(kinds: tuple[str, ...], since: str | None) -> Callable[[Record], bool]:
    from ..audit.records import KINDS, stamp
    from ..suggest import did_you_mean

    for kind in kinds:
        if kind not in KINDS:
            raise UsageError(
                f"there are no records of the kind {kind}{did_you_mean(kind, KINDS)}", hint=f"--kind {KINDS[0]}"
            )
    first = ""
    if since is not None:
        try:
            first = stamp(datetime.fromisoformat(since).timestamp())
        except (ValueError, OverflowError, OSError):
            raise UsageError(f"{since} is not a date", hint="for example 2026-03-01 or 2026-03-01T12:00") from None
    return lambda record: (not kinds or record.kind in kinds) and record.time >= first


def _write(output: str, lines: Iterator[str]) -> Path:
    from .export import writing

    file = Path(output).expanduser()
    with writing(file), os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.writelines(line.encode() for line in lines)
    return file


@contextmanager
def _progress(ctx: Context) -> Iterator[Callable[[int], None]]:
    """A line that counts, on a terminal, once it takes a while."""
    if ctx.quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda count: None
        return
    with ctx.console.status("") as status:
        yield lambda count: status.update(ctx.text("{count} records …", count=f"{count:,}"))
