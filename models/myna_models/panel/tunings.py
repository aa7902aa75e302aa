"""Models that are being fitted to this machine while the desktop runs: each in a program of its own, at low priority.

To pause is to stop: what was measured is on disk, and the next run goes on from there.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from myna.errors import ErrorInfo

from ..tuning.optimizing import Progress

CLOSE_S = 5.0
"""How long the end of the program waits for one that was told to stop, before it is ended."""


class Refused(msgspec.Struct, frozen=True):
    """The last line of a run that failed."""

    error: ErrorInfo


class Tuning:
    def __init__(self) -> None:
        self.progress: Progress | None = None
        self.process: Process | None = None
        self.stopped = False
        self.error: ErrorInfo | None = None

    def shown(self) -> dict[str, Any]:
        """What a page shows of it. `part` goes from 0 to 1, and is below 0 while nothing is known."""
        known = self.progress
        return {
            "state": "failed" if self.error else "running",
            "stage": known.stage if known else "load",
            "setup": known.setup if known else "",
            "part": min(1.0, known.spent_s / known.time_s) if known else -1.0,
            "error": msgspec.structs.asdict(self.error) if self.error else {},
        }


class Tunings:
    """All of them, by the id of the model. Used in the asyncio loop."""

    def __init__(
        self,
        *,
        changed: Callable[[], None],
        arrived: Callable[[str], None],
        command: Sequence[str] = (sys.executable, "-P", "-m", "myna_models.tuning.background"),
    ) -> None:
        """`changed` is called when there is something to show, `arrived` with the id of a model whose run has ended.
        `command` is followed by the id."""
        self._changed = changed
        self._arrived = arrived
        self._command = command
        self._known: dict[str, Tuning] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def shown(self) -> dict[str, dict[str, Any]]:
        return {name: tuning.shown() for name, tuning in self._known.items()}

    def start(self, name: str) -> None:
        """Begin, or go on; nothing where it is under way."""
        if name in self._tasks:
            return
        self._known[name] = tuning = Tuning()
        task = self._tasks[name] = asyncio.create_task(self._run(name, tuning))
        task.add_done_callback(lambda _: self._tasks.pop(name, None))
        self._changed()

    def pause(self, name: str) -> None:
        """Stop it, or put away that it failed."""
        tuning = self._known.get(name)
        if tuning is None:
            return
        tuning.stopped = True
        if tuning.process is None or tuning.process.returncode is not None:
            self._known.pop(name, None)
            self._changed()
            return
        with suppress(ProcessLookupError):
            tuning.process.terminate()

    async def close(self) -> None:
        for name in list(self._tasks):
            self.pause(name)
        tasks = list(self._tasks.values())
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_S)
        for tuning in self._known.values():
            if tuning.process is not None and tuning.process.returncode is None:
                tuning.process.kill()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, name: str, tuning: Tuning) -> None:
        try:
            process = tuning.process = await asyncio.create_subprocess_exec(
                *self._command, name, stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE
            )
        except OSError as error:
            tuning.error = ErrorInfo("engine-error", f"the measurement cannot be started: {error.strerror}")
            self._changed()
            return
        if tuning.stopped:
            process.terminate()
        last = await self._follow(process, tuning)
        status = await process.wait()
        if status and not tuning.stopped:
            tuning.error = _error(last)
        else:
            self._known.pop(name, None)
        self._changed()
        self._arrived(name)

    async def _follow(self, process: Process, tuning: Tuning) -> bytes:
        """Read what it says until it ends; the last line that is no progress."""
        last = b""
        while process.stderr is not None and (line := await process.stderr.readline()):
            try:
                tuning.progress = msgspec.json.decode(line, type=Progress)
            except (msgspec.DecodeError, UnicodeDecodeError):
                last = line.strip() or last
            else:
                self._changed()
        return last


def _error(line: bytes) -> ErrorInfo:
    try:
        return msgspec.json.decode(line, type=Refused).error
    except (msgspec.DecodeError, UnicodeDecodeError):
        words = line.decode("utf-8", "replace")
        return ErrorInfo("engine-error", f"the measurement ended before it was done: {words or 'it said nothing'}")
