"""One live line for a long build: what it does, how far it is, how long it has taken."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

_NINJA = re.compile(r"^\s*\[(\d+)/(\d+)\] ")
_MAKE = re.compile(r"^\s*\[\s*(\d+)%\] ")
_PHASES = (
    (re.compile(r" *Downloading "), "downloading"),
    (re.compile(r" *Building wheel for "), "building"),
    (re.compile(r" *Created wheel for "), "packing"),
    # Indented, it is about the tools of a build.
    (re.compile(r"Installing collected packages"), "installing"),
)
_ORDER = ("preparing", "downloading", "building", "compiling", "packing", "installing")


def fraction(line: str) -> float | None:
    """How far a compilation is, from 0 to 1, by a line of ninja (`[3/193] ...`) or make (`[ 20%] ...`)."""
    if match := _NINJA.match(line):
        return int(match[1]) / max(1, int(match[2]))
    if match := _MAKE.match(line):
        return int(match[1]) / 100
    return None


def phase(line: str) -> str | None:
    """What pip begins to do with this line of its output, in words for a person."""
    return next((words for start, words in _PHASES if start.match(line)), None)


def duration(seconds: float) -> str:
    """For example `45s` or `1m20s`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest:02d}s" if minutes else f"{rest}s"


class LiveLine:
    """Feeds on the lines of `pip -v`; on a terminal it redraws one line, elsewhere it prints a few.

    Args:
        what: name of the thing that is built.
        out: where to write; standard error unless given.
        every_s: without a terminal, the shortest time between two lines, in seconds.
        clock: seconds, monotonic.
    """

    def __init__(
        self, what: str, out: TextIO | None = None, every_s: float = 30.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._what = what
        self._out = out or sys.stderr
        self._every_s = every_s
        self._clock = clock
        self._live = self._out.isatty()
        self._start = self._drawn = clock()
        self._doing = "preparing"
        self._done: float | None = None

    def feed(self, line: str) -> None:
        changed = False
        done = fraction(line)
        if done is not None:
            changed = self._done is None
            self._doing, self._done = "compiling", max(done, self._done or 0.0)
        elif (doing := phase(line)) and _ORDER.index(doing) > _ORDER.index(self._doing):
            # The tools of a build are downloaded and built too; for a person it only goes forward.
            changed = True
            self._doing, self._done = doing, None
        now = self._clock()
        if changed or now - self._drawn >= (0.2 if self._live else self._every_s):
            self._drawn = now
            self._draw(self.text())

    def text(self) -> str:
        """For example `compiling llama.cpp  41 %  1m20s`."""
        share = "" if self._done is None else f"  {self._done:4.0%}".replace("%", " %")
        return f"{self._doing} {self._what}{share}  {duration(self._clock() - self._start)}"

    def finish(self, verb: str) -> None:
        self._draw(f"{verb} {self._what} in {duration(self._clock() - self._start)}")
        if self._live:
            self._out.write("\n")

    def _draw(self, text: str) -> None:
        self._out.write(f"\r\x1b[K  {text}" if self._live else f"  {text}\n")
        self._out.flush()


def watch(command: list[str], environment: Mapping[str, str], line: LiveLine, log: Path) -> int:
    """Run `command`, write its output to `log`, show it as `line`. Returns the exit status."""
    with (
        log.open("w", encoding="utf-8") as copy,
        subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as process,
    ):
        try:
            for text in process.stdout or ():
                copy.write(text)
                line.feed(text)
        except BaseException:
            process.terminate()
            raise
    return process.returncode


def reason(log: Path) -> str:
    """The lines of a log that say why it failed: those with an error, else the last ones."""
    lines = [text.rstrip()[:300] for text in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    errors = [text for text in lines if re.search(r"\b(fatal )?error\b", text, re.IGNORECASE)]
    return "\n".join((errors or lines)[-12:])
