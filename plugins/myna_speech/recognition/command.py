"""`myna transcribe`: a sound file becomes text."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from myna.cli.context import Context, pass_context
from myna.engine.speech import NoSpeech, Progress, Segment, TranscribeFileRequest, Transcript
from myna.errors import BadInput, EngineError, UsageError

from .models import transcriber_for
from .output import FORMATS, Printer
from .progress import FileProgress

if TYPE_CHECKING:
    from myna.assistant import Assistant

_COPY = 1 << 20
"""Bytes of standard input that are copied at a time."""


@click.command(epilog="Example: myna transcribe meeting.m4a --format srt")
@click.argument("file")
@click.option("--language", default="", metavar="L", help="The language that is spoken, for example en or zh.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="What is printed; text if nothing is said.")
@click.option("--words", is_flag=True, help="Times for single words, in json and vtt.")
@click.option("-m", "--model", default="", metavar="MODEL", help="A name of the catalog, or the path of a model file.")
@pass_context
def transcribe(
    ctx: Context,
    *,
    file: str,
    language: str,
    form: Literal["text", "json", "srt", "vtt"] | None,
    words: bool,
    model: str,
) -> None:
    """Turn the speech in a sound file into text. FILE may be - for standard input."""
    chosen = "json" if ctx.json else form or "text"
    if ctx.json and form not in {None, "json"}:
        raise UsageError(f"--json and --format {form} ask for two things")
    if words and chosen not in {"json", "vtt"}:
        raise UsageError(f"{chosen} has no place for the times of words", hint="--format json or --format vtt")
    with _on_disk(ctx, file) as path:
        request = TranscribeFileRequest(
            str(path.absolute()), language, () if language else ctx.settings.speech.languages, words
        )
        ctx.run(_transcribe(ctx, request, Printer(ctx, chosen), model))


async def _transcribe(ctx: Context, request: TranscribeFileRequest, printer: Printer, model: str) -> None:
    async with await ctx.assistant() as assistant:
        with FileProgress(ctx) as progress:
            await _print_all(assistant, request, printer, progress, model)


async def _print_all(
    assistant: Assistant, request: TranscribeFileRequest, printer: Printer, progress: FileProgress, model: str
) -> None:
    client = await transcriber_for(assistant, request.language, model)
    async with aclosing(client.transcribe_file(request)) as items:
        async for item in items:
            match item:
                case Progress():
                    progress.update(item)
                case Segment():
                    with progress.hidden():
                        printer.segment(item)
                case Transcript() | NoSpeech():
                    with progress.hidden():
                        printer.end(item)
                    return
    raise EngineError("the transcript has no end")


@contextmanager
def _on_disk(ctx: Context, file: str) -> Iterator[Path]:
    """Where the sound lies; standard input is copied into the data folder as long as it is needed.

    Raises:
        BadInput: there is no such file.
    """
    if file != "-":
        path = Path(file).expanduser()
        if not path.exists():
            raise BadInput(f"there is no file {file}", hint="myna transcribe --help")
        if path.is_dir():
            raise BadInput(f"{file} is a folder")
        yield path
        return
    ctx.paths.data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="transcribe-", dir=ctx.paths.data) as folder:
        path = Path(folder) / "standard input"
        with path.open("wb") as copy:
            while sys.stdin is not None and (data := sys.stdin.buffer.read(_COPY)):
                copy.write(data)
        yield path
