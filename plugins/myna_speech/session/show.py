"""How a session is shown: live on a terminal, line by line in a pipe, or as JSON."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

import msgspec

from myna.cli.terminal import cells, clip, layout, one_line, terminal_width
from myna.voice_events import (
    AnswerText,
    Awake,
    DeviceChanged,
    Failed,
    Final,
    Interrupted,
    Listening,
    Partial,
    Told,
    TurnDone,
)

from .timings import Percentiles

if TYPE_CHECKING:
    from myna.cli.context import Context

STAGE_NAMES = {
    "voice_endpoint": "end of turn decided",
    "voice_transcript": "transcript",
    "voice_first_token": "first token",
    "voice_first_sentence": "first sentence",
    "voice_audio_written": "first audio written",
    "voice_audio_played": "first audio played",
}


class Shown(Protocol):
    def told(self, event: Told) -> None: ...

    def end(self, percentiles: Percentiles) -> None:
        """The session is over."""


def shown(ctx: Context) -> Shown:
    """As fits where the output goes."""
    if ctx.json:
        return JsonLines(ctx)
    if sys.stdout is not None and sys.stdout.isatty():
        return Live(ctx)
    return Lines(ctx)


class Summary(msgspec.Struct, frozen=True, tag_field="event", tag="percentiles"):
    """The last line with `--json`: milliseconds from the end of speech."""

    stages: dict[str, dict[str, float]]


class JsonLines:
    """One event a line."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def told(self, event: Told) -> None:
        self._line(event)

    def end(self, percentiles: Percentiles) -> None:
        self._line(
            Summary(
                {
                    stage: {"turns": turns, "median": median, "p95": p95, "max": most}
                    for stage, turns, median, p95, most in percentiles.rows()
                }
            )
        )

    def _line(self, value: msgspec.Struct) -> None:
        self._ctx.write(msgspec.json.encode(value).decode() + "\n")


class Lines:
    """Questions and answers on standard output when they are complete, remarks on standard error."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def told(self, event: Told) -> None:
        ctx = self._ctx
        if isinstance(event, Final):
            ctx.print(f"> {one_line(event.text)}")
        elif isinstance(event, TurnDone):
            if event.text:
                ctx.print(one_line(event.text))
            if event.error is not None:
                ctx.note(f"myna: {ctx.language.message(event.error.message)}")
        elif isinstance(event, Interrupted):
            ctx.note(ctx.text("Interrupted."))
        else:
            remark(ctx, event)

    def end(self, percentiles: Percentiles) -> None:
        table(self._ctx, percentiles)


class Live:
    """A line that changes while somebody speaks, and the answer as it is made."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._passing = False
        self._column = 0

    def told(self, event: Told) -> None:
        ctx = self._ctx
        if isinstance(event, Partial):
            self._fresh()
            width = terminal_width() - 3
            stable = clip(event.stable, width)
            rest = clip(event.rest, max(width - cells(stable) - 1, 0))
            sys.stdout.write(f"> {ctx.plain(stable)} {ctx.dim(rest)}")
            sys.stdout.flush()
            self._passing = True
        elif isinstance(event, Final):
            self._fresh()
            ctx.print_lines([ctx.bold(f"> {one_line(event.text)}")])
        elif isinstance(event, AnswerText):
            self._clear()
            ctx.write(event.text)
            self._column = 0 if event.text.endswith("\n") else 1
        elif isinstance(event, Interrupted):
            self._fresh()
            ctx.note(ctx.text("Interrupted."))
        elif isinstance(event, TurnDone):
            self._fresh()
            if event.error is not None:
                ctx.note(f"myna: {ctx.language.message(event.error.message)}")
        elif isinstance(event, Awake | DeviceChanged | Failed | Listening):
            self._fresh()
            remark(ctx, event)

    def end(self, percentiles: Percentiles) -> None:
        self._fresh()
        table(self._ctx, percentiles)

    def _clear(self) -> None:
        if self._passing:
            sys.stdout.write("\r\x1b[K")
            self._passing = False

    def _fresh(self) -> None:
        """At the beginning of an empty line."""
        self._clear()
        if self._column:
            self._ctx.print()
            self._column = 0


def remark(ctx: Context, event: Told) -> None:
    """What a person should know besides what is said."""
    if isinstance(event, DeviceChanged):
        lost, found = "{name} is gone; waiting for it.", "{name} is there again."
        ctx.note(ctx.text(lost if event.kind == "lost" else found, name=event.name))
    elif isinstance(event, Failed):
        ctx.note(f"myna: {ctx.language.message(event.error.message)}")
    elif isinstance(event, Awake):
        ctx.note(ctx.text("Yes?"))
    elif isinstance(event, Listening):
        ctx.note(ctx.text("Listening. Ctrl-C ends."))


def table(ctx: Context, percentiles: Percentiles) -> None:
    """Milliseconds from the end of speech, on standard error; nothing when nothing was asked."""
    rows = percentiles.rows()
    if not rows or ctx.quiet:
        return
    heads = (
        ctx.text("AFTER THE END OF SPEECH"),
        ctx.text("TURNS"),
        ctx.text("MEDIAN"),
        ctx.text("95 %"),
        ctx.text("MOST"),
    )
    cells_ = [
        (ctx.text(STAGE_NAMES[stage]), str(turns), f"{median:.0f} ms", f"{p95:.0f} ms", f"{most:.0f} ms")
        for stage, turns, median, p95, most in rows
    ]
    for line in layout([heads, *cells_]):
        ctx.note(line)
