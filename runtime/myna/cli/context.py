"""What a command knows: where things live, the settings, how to print, and how to run its work.

A command, built in or by a plugin, is a click command whose first argument is the context:

    import click
    from myna.cli.context import Context, pass_context

    @click.command()
    @click.argument("name")
    @pass_context
    def greet(ctx: Context, name: str) -> None:
        \"\"\"Greet somebody.\"\"\"
        if ctx.json:
            ctx.print_json({"greeted": name})
        else:
            ctx.print(ctx.text("Hello, {name}.", name=name))

`--json`, `--quiet`, `--verbose`, `--home` and `--help` are added to every command. Answers go to
standard output (`print`, `write`, `print_json`), all else to standard error (`note`, `console`). A
command raises `MynaError`; it is printed as one line and ends the program with the right status.
Asynchronous work is started with `ctx.run(coroutine)`.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from ..errors import BadConfig
from ..paths import Paths
from .language import Language, choose
from .terminal import layout, one_line, printable, terminal_width, wrap

if TYPE_CHECKING:
    import rich.console

    from ..assistant import Assistant
    from ..config import Settings
    from ..host import PluginHost

T = TypeVar("T")


class Context:
    """One run of the command line. Everything slow is made when it is first asked for."""

    def __init__(self, *, json: bool = False, quiet: bool = False, verbose: bool = False) -> None:
        self.json = json
        """Print data as JSON."""
        self.quiet = quiet
        """No progress and no notes; answers and errors are still printed."""
        self.verbose = verbose
        """Say more, and show tracebacks."""
        self.command_path = "myna"
        """What was called, for example `myna models list`; as far as the command line was understood."""

    def switch_on(self, flag: str) -> None:
        """Set `json`, `quiet` or `verbose`, whenever it comes on the command line."""
        setattr(self, flag, True)
        if flag == "verbose" and "settings" in self.__dict__:
            from .. import logs

            logs.configure(self.settings.log, self.paths, verbose=True)

    @cached_property
    def paths(self) -> Paths:
        return Paths.find()

    @cached_property
    def settings(self) -> Settings:
        """The settings; raises `BadConfig`."""
        from .. import logs
        from ..settings import load_settings

        settings = load_settings(self.paths, environ=os.environ)
        logs.configure(settings.log, self.paths, self.verbose)
        return settings

    @cached_property
    def host(self) -> PluginHost:
        """The plugins, loaded; a plugin that fails is listed and left out."""
        from ..host import PluginHost

        host = PluginHost.load(self.settings.plugins)
        for plugin in host.plugins():
            if plugin.state == "active":
                # What a plugin says, in an error for example, is translated by the plugin.
                self.language.add(re.split("[.:]", plugin.origin)[0])
        return host

    @cached_property
    def language(self) -> Language:
        """The user's language; a settings file that cannot be read does not matter here."""
        setting = os.environ.get("MYNA_LANGUAGE", "auto")
        if setting == "auto" and self.paths.config.exists():
            try:
                setting = self.settings.language
            except BadConfig:
                setting = "auto"
        return Language(choose(setting))

    def text(self, english: str, /, **values: object) -> str:
        """A text in the user's language; `values` fill its braces."""
        return self.language.text(english, **values)

    def print(self, line: str = "") -> None:
        """One line of the answer, on standard output."""
        self.write(f"{line}\n")

    def write(self, text: str) -> None:
        """A piece of the answer, at once. Control characters never reach a terminal."""
        if sys.stdout is None:
            return
        sys.stdout.write(printable(text) if sys.stdout.isatty() else text)
        sys.stdout.flush()

    def flow(self) -> Callable[[str], None]:
        """Writes an answer piece by piece; on a terminal, lines end between words."""
        if sys.stdout is None or not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
            return self.write
        from .flow import Flow

        flow = Flow(terminal_width())

        def write(text: str) -> None:
            sys.stdout.write(flow.feed(text))
            sys.stdout.flush()

        return write

    def print_lines(self, lines: Iterable[str]) -> None:
        """Lines made with `plain`, `bold` and `dim`; unlike `print`, these keep their colours."""
        if sys.stdout is not None:
            sys.stdout.writelines(f"{line}\n" for line in lines)
            sys.stdout.flush()

    def print_table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table; on a terminal the last column is cut to its width. `heads` are in English."""
        rows = [[self.plain(one_line(cell)) for cell in row] for row in rows]
        terminal = sys.stdout is not None and sys.stdout.isatty()
        lines = layout([[self.text(head) for head in heads], *rows], terminal_width() if terminal else 0)
        self.print_lines([self.dim(lines[0]), *lines[1:]])

    def plain(self, text: str) -> str:
        """`text` as it may be shown on standard output."""
        return printable(text) if sys.stdout is not None and sys.stdout.isatty() else text

    def bold(self, text: str) -> str:
        return self._styled(text, "1")

    def dim(self, text: str) -> str:
        return self._styled(text, "2")

    def _styled(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{printable(text)}\x1b[0m" if text and colours(sys.stdout) else self.plain(text)

    def print_json(self, value: Any) -> None:
        """Data on standard output, as indented JSON; structs, paths and tuples are understood."""
        encoded = msgspec.json.encode(value, enc_hook=str)
        self.write(msgspec.json.format(encoded, indent=2).decode() + "\n")

    def note(self, line: str) -> None:
        """A remark on standard error, dim on a terminal; none with `--quiet`."""
        if self.quiet or sys.stderr is None:
            return
        text = printable(line)
        if sys.stderr.isatty():
            text = "\n".join(wrap(text, terminal_width()))
        sys.stderr.write(f"\x1b[2m{text}\x1b[0m\n" if colours(sys.stderr) else f"{text}\n")
        sys.stderr.flush()

    @cached_property
    def console(self) -> rich.console.Console:
        """For progress and tables that are not the answer: on standard error, no colours when piped."""
        import rich.console

        return rich.console.Console(stderr=True, quiet=self.quiet, highlight=False)

    @cached_property
    def tables(self) -> rich.console.Console:
        """For tables that are the answer: on standard output, no colours when piped."""
        import rich.console

        return rich.console.Console(highlight=False)

    @contextmanager
    def audited(self, action: str, **data: Any) -> Iterator[None]:
        """Do what is inside on the audit record, for example `with ctx.audited("models.remove", models=names)`.

        `data` holds no secrets and nothing that somebody said. Raises, before anything is done, where it cannot be
        recorded and policy forbids what is not.
        """
        from ..audit.actions import Actions

        with Actions.of(self.paths, self.settings, self.host).recorded(action, **data):
            yield

    def run(self, main: Coroutine[Any, Any, T]) -> T:
        """Run `main` to its end. Ctrl-C cancels it, and is answered at once."""
        from .interrupt import run

        return run(main)

    async def assistant(self) -> Assistant:
        """The assistant of this run, opened; close it, best with `async with`."""
        from ..assistant import Assistant

        return await Assistant.open(self.paths, self.settings, host=self.host)


pass_context = click.make_pass_decorator(Context)


def colours(stream: Any) -> bool:
    """Whether `stream` is a terminal that may be coloured (https://no-color.org)."""
    return (
        stream is not None and stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
