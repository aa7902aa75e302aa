"""Help pages in the user's language, and the options that every command has."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from .context import Context
from .language import Language
from .terminal import cells, wrap

# What click adds after an option's help: [default: 3], [required], [x>=0] ...
_EXTRA = re.compile(r"^(?P<text>.*?)(?P<extra>(  )?\[[^\[\]]*\])?$", re.DOTALL)


class Formatter(click.HelpFormatter):
    """Click's help page, translated, and wrapped by columns rather than characters."""

    def __init__(self, language: Language, width: int | None, max_width: int | None) -> None:
        super().__init__(width=width, max_width=max_width)
        self._language = language

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, f"{self._language.text('Usage')}: " if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        super().write_heading(self._language.text(heading))

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        paragraphs = []
        for paragraph in text.split("\n\n"):
            if paragraph.startswith("\b\n"):
                lines = paragraph[2:].splitlines()
            else:
                lines = wrap(self._paragraph(" ".join(paragraph.split())), self.width - self.current_indent)
            paragraphs.append("\n".join(indent + line for line in lines))
        self.write("\n\n".join(paragraphs) + "\n")

    def _paragraph(self, text: str) -> str:
        # What is typed in an example is the same in any language, unless the table has one of its own.
        return self._language.message(text) if text.startswith("Example: ") else self._language.text(text)

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = min(max((cells(term) for term, _ in rows), default=0), col_max) + col_spacing
        margin = " " * self.current_indent
        for term, meaning in rows:
            lines = wrap(self._meaning(meaning), max(self.width - first - self.current_indent, 20)) or [""]
            self.write(margin + term)
            if cells(term) > first - col_spacing:
                self.write("\n" + margin + " " * first)
            else:
                self.write(" " * (first - cells(term)))
            self.write(("\n" + margin + " " * first).join(lines) + "\n")

    def _meaning(self, text: str) -> str:
        match = _EXTRA.match(" ".join(text.split()))
        if match is None:
            return text
        extra = (match["extra"] or "").strip()
        translated = self._translated(match["text"].strip())
        return f"{translated} {self._language.message(extra)}".strip()

    def _translated(self, text: str) -> str:
        """A short help is a sentence without its full stop."""
        whole = self._language.find(text)
        return whole if whole is not None else (self._language.find(f"{text}.") or text).removesuffix("。")


class ClickContext(click.Context):
    """A click context whose help is made by `Formatter`, and which says what was called, for hints of errors."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.ensure_object(Context).command_path = self.command_path

    def make_formatter(self) -> click.HelpFormatter:
        return Formatter(self.ensure_object(Context).language, self.terminal_width, self.max_content_width)


def _set_flag(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and param.name is not None:
        ctx.ensure_object(Context).switch_on(param.name)


def _set_home(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    del param
    if value is not None:
        if not value:
            raise click.BadParameter("the folder has no name", ctx)
        if Path(value).exists() and not Path(value).is_dir():
            raise click.BadParameter(f"{value} is not a folder", ctx)
        os.environ["MYNA_HOME"] = value


def shared_options() -> list[click.Option]:
    """The options of every command, before or after its name."""
    settings: dict[str, Any] = {"is_flag": True, "expose_value": False, "callback": _set_flag, "is_eager": True}
    return [
        click.Option(["--json"], help="Print data as JSON.", **settings),
        click.Option(["-q", "--quiet"], help="No progress and no notes.", **settings),
        click.Option(["-v", "--verbose"], help="Say more, and show tracebacks.", **settings),
        click.Option(
            ["--home"],
            metavar="DIR",
            expose_value=False,
            callback=_set_home,
            is_eager=True,
            help="Keep settings, data, models and logs under DIR (also MYNA_HOME).",
        ),
    ]


def equip(command: click.Command) -> click.Command:
    """`command` and the commands in it, with the shared options and translated help. Doing it twice is harmless."""
    command.context_class = ClickContext
    taken = {option for param in command.params for option in [*param.opts, *param.secondary_opts]}
    for option in shared_options():
        free = [name for name in option.opts if name not in taken]
        if free and not any(name.startswith("--") and name in taken for name in option.opts):
            option.opts = free
            command.params.append(option)
    if command.help and not command.short_help:
        # Click would cut it to the width of the terminal, and a piece of a text has no translation.
        command.short_help = " ".join(command.help.split("\n\n")[0].split()).rstrip(".")
    if isinstance(command, click.Group):
        # Without a command, click would print the help as the text of an error.
        command.no_args_is_help = False
        for child in command.commands.values():
            equip(child)
    return command
