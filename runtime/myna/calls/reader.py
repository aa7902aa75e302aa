"""Calls found in an answer while it streams. However it is cut into pieces, the same is found."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from .arguments import Arguments, Form
from .styles import Style

MOST_HELD = 1 << 16
"""Characters that are held back of what may be a call, where its name comes last."""


class Said(msgspec.Struct, frozen=True):
    """Text beside calls; white space around them is left out."""

    text: str


class Begun(msgspec.Struct, frozen=True):
    """A call of one of the tools."""

    name: str


class Argued(msgspec.Struct, frozen=True):
    """A piece of its arguments, which are JSON."""

    text: str


class Ended(msgspec.Struct, frozen=True):
    """The arguments are whole: an object."""


class Broken(msgspec.Struct, frozen=True):
    """The call that has begun is none: its arguments are no JSON, or the answer ended in them."""

    text: str
    """All of it, as it was written."""


Found = Said | Begun | Argued | Ended | Broken


class CallReader:
    """Of one answer. Give it each piece, then call `finish`."""

    def __init__(self, style: Style, names: Collection[str], form: Form) -> None:
        """`names`: the tools that there are; what calls another one is text. `form`: of the arguments."""
        self._style = style
        self._names = names
        self._form = form
        self._step = self._text
        self._held = ""
        self._space = ""
        """White space that is text only if text follows."""
        self._raw = ""
        """What has come of the call."""
        self._arguments = Arguments(form)
        self._found: list[Found] = []
        self._fresh = True
        self._after = False
        self.calls = 0
        """How many are whole."""
        self.open = ""
        """The tool whose arguments are being written."""
        self.written = 0
        """Characters of them, as they were written."""

    @property
    def inside(self) -> bool:
        """Whether what comes next belongs to what may be a call."""
        return self._step != self._text

    def feed(self, text: str) -> list[Found]:
        self._held += text
        while self._step():
            pass
        found, self._found = self._found, []
        return found

    def finish(self) -> list[Found]:
        """The answer is over."""
        if self._step == self._in_arguments:
            self._break()
        elif self._step == self._in_object:
            self._say(self._raw)
        elif self._step != self._tail:
            self._say(self._held)
        self._held = ""
        if self._space and not self.calls:
            self._found.append(Said(self._space))
        found, self._found = self._found, []
        return found

    # each step takes what it can of what is held; False: it needs more

    def _text(self) -> bool:
        at = self._start()
        if at >= 0:
            self._say(self._held[:at])
            self._held = self._held[at:]
            self._step = self._head
            return True
        free = len(self._held) - max(_beginning(self._held, start) for start in self._style.starts)
        self._say(self._held[:free])
        self._held = self._held[free:]
        return False

    def _start(self) -> int:
        """Where a call may begin; -1: nowhere."""
        bare = self._held.lstrip()
        places = [place for start in self._style.starts if (place := self._held.find(start)) >= 0]
        if bare and (
            (self._fresh and bare[0] in self._style.first) or (self._after and bare[0] in self._style.following)
        ):
            places.append(len(self._held) - len(bare))
        return min(places, default=-1)

    def _head(self) -> bool:
        head = self._style.head.match(self._held, partial=True)
        if head is not None and not head.partial:
            if head["name"] not in self._names:
                return self._literal()
            self._take(head.end() - 1)
            self._begin(head["name"])
            self._step = self._in_arguments
            return True
        if head is not None:
            return False
        whole = None if self._style.whole is None else self._style.whole.match(self._held, partial=True)
        if whole is None:
            return self._literal()
        if whole.partial:
            return False
        self._take(whole.end() - 1)
        self._arguments = Arguments("strict")
        self._step = self._in_object
        return True

    def _literal(self) -> bool:
        """It is no call; another may begin right behind."""
        self._step = self._text
        self._say(self._held[0])
        self._held = self._held[1:]
        return True

    def _take(self, characters: int) -> None:
        """The head of a call."""
        self._raw = self._space + self._held[:characters]
        self._space = ""
        self._held = self._held[characters:]

    def _begin(self, name: str) -> None:
        self._fresh = self._after = False
        self._arguments = Arguments(self._form)
        self.open, self.written = name, 0
        self._found.append(Begun(name))

    def _in_arguments(self) -> bool:
        piece, used = self._arguments.feed(self._held)
        self._raw += self._held[:used]
        self._held = self._held[used:]
        self.written += used
        if piece:
            self._found.append(Argued(piece))
        if self._arguments.ended:
            self._end()
        elif self._arguments.broken:
            self._break()
        return self._step != self._in_arguments

    def _in_object(self) -> bool:
        """A call that is read as a whole."""
        room = MOST_HELD - len(self._raw)
        _, used = self._arguments.feed(self._held[:room])
        self._raw += self._held[:used]
        self._held = self._held[used:]
        if self._arguments.ended:
            self._call(self._raw[self._raw.index("{") :])
        elif self._arguments.broken or len(self._raw) >= MOST_HELD:
            self._step = self._text
            self._say(self._raw)
        return self._step != self._in_object

    def _call(self, written: str) -> None:
        call: dict[str, Any] = json.loads(written, strict=False)
        name, given = call.get("name"), call.get("arguments", call.get("parameters"))
        if isinstance(name, str) and name in self._names and isinstance(given, dict):
            self._begin(name)
            piece, _ = self._arguments.feed(json.dumps(given, ensure_ascii=False))
            self._found.append(Argued(piece))
            self._end()
        else:
            self._step = self._text
            self._say(self._raw)

    def _end(self) -> None:
        self.calls += 1
        self.open = ""
        self._after = True
        self._found.append(Ended())
        self._step = self._tail

    def _break(self) -> None:
        self.open = ""
        self._found.append(Broken(self._raw))
        self._step = self._text

    def _tail(self) -> bool:
        for pattern in self._style.tails:
            tail = pattern.match(self._held, partial=True)
            if tail is not None and tail.partial:
                return False
            if tail is not None:
                self._held = self._held[tail.end() :]
                break
        self._step = self._text
        return True

    def _say(self, text: str) -> None:
        text = self._space + text
        bare = text.rstrip()
        self._space = text[len(bare) :]
        if bare:
            self._fresh = self._after = False
            self._found.append(Said(bare))


def _beginning(text: str, start: str) -> int:
    """Characters at the end of `text` with which `start` begins."""
    return next((size for size in range(min(len(text), len(start) - 1), 0, -1) if start.startswith(text[-size:])), 0)


class Call(msgspec.Struct, frozen=True):
    """A whole one."""

    name: str
    arguments: str
    """A JSON object as text."""


def gathered(found: Iterable[Found]) -> tuple[str, list[Call]]:
    """The text of an answer, in which calls that broke off are text too, and its calls."""
    said: list[str] = []
    calls: list[Call] = []
    name, arguments = "", ""
    for one in found:
        match one:
            case Said(text) | Broken(text):
                said.append(text)
            case Begun(name):
                arguments = ""
            case Argued(text):
                arguments += text
            case Ended():
                calls.append(Call(name, arguments))
    return "".join(said), calls
