"""Where the lines of a chat come from."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from ..errors import BadInput
from .context import Context, colours
from .inputs import ENCODING, in_thread

if TYPE_CHECKING:
    from pathlib import Path

    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import History
    from prompt_toolkit.key_binding import KeyBindings

Complete = Callable[[str], Iterable[tuple[str, str]]]
"""From what stands before the cursor to what it could become: replacement of the last word, and meaning."""


class Lines(Protocol):
    interactive: bool
    """A person sits there."""

    async def next(self, draft: str = "") -> str | None:
        """The next line; None at the end. `draft` is what a person may start from."""
        ...


def is_terminal() -> bool:
    """Whether a person can be asked: both ends are terminals."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout is not None and sys.stdout.isatty()


class Piped:
    """One question a line, from standard input."""

    interactive = False

    def __init__(self) -> None:
        self._number = 0

    async def next(self, draft: str = "") -> str | None:
        """The next line.

        Raises:
            BadInput: it is not UTF-8.
        """
        del draft
        if sys.stdin is None:
            return None
        data: bytes = await in_thread(sys.stdin.buffer.readline)
        self._number += 1
        if not data:
            return None
        try:
            return data.decode("utf-8-sig" if self._number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise BadInput(f"line {self._number} is not valid UTF-8 (byte {error.start})", hint=ENCODING) from None


class Terminal:
    """A line editor: history, completion of commands, Alt-Enter for a new line."""

    interactive = True

    def __init__(self, ctx: Context, complete: Complete) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.output import ColorDepth

        history = _history(ctx.paths.data / "chat_history" if ctx.settings.chat.record else None)
        self._session: PromptSession[str] = PromptSession(
            "› " if _can_show("›") else "> ",
            history=history,
            completer=_completer(complete),
            complete_while_typing=True,
            key_bindings=_keys(),
            multiline=True,
            prompt_continuation="  ",
            color_depth=None if colours(sys.stdout) else ColorDepth.MONOCHROME,
        )
        self._ctx = ctx

    async def next(self, draft: str = "") -> str | None:
        """The next line; Ctrl-C throws away what was typed, Ctrl-D on an empty line is the end."""
        while True:
            try:
                return await self._session.prompt_async(default=draft)
            except KeyboardInterrupt:
                draft = ""
                self._ctx.note(self._ctx.text("Ctrl-D leaves."))
            except EOFError:
                return None


def _history(path: Path | None) -> History:
    """What was typed before; kept for the owner alone, or only in memory."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))


def _keys() -> KeyBindings:
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys


def _completer(complete: Complete) -> Completer:
    from prompt_toolkit.completion import Completer, Completion

    class Commands(Completer):
        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
            before = document.text_before_cursor
            word = before.rpartition(" ")[2]
            for text, meaning in complete(before):
                yield Completion(text, start_position=-len(word), display_meta=meaning)

    return Commands()


def _can_show(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
