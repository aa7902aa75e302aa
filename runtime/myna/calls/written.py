"""The one form in which calls go through Myna."""

from __future__ import annotations

from collections.abc import Collection

from .reader import Argued, Begun, Broken, CallReader, Ended, Said
from .styles import HERMES, Style


class Rewriting:
    """An answer in the style of a model, in this form."""

    def __init__(self, style: Style, names: Collection[str]) -> None:
        self.reader = CallReader(style, names, "plain")

    def feed(self, text: str, *, final: bool = False) -> str:
        """What is known after `text`; with `final`, to the end."""
        found = self.reader.feed(text)
        if final:
            found += self.reader.finish()
        return "".join(map(_written, found))


def _written(found: Said | Begun | Argued | Ended | Broken) -> str:
    match found:
        case Said(text) | Argued(text):
            return text
        case Begun(name):
            return f'<tool_call>{{"name":"{name}","arguments":'
        case Ended():
            return "}</tool_call>"
        case Broken():
            # What was written of it is out; whoever reads this form finds that it ends there.
            return ""


def reading(names: Collection[str]) -> CallReader:
    """A reader of this form; arguments are JSON again."""
    return CallReader(HERMES, names, "strict")
