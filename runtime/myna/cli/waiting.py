"""A line on the terminal while nothing else happens."""

from __future__ import annotations

import asyncio
import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .context import colours

if TYPE_CHECKING:
    from .context import Context

PATIENCE_S = 1.0
"""People notice a wait of a second, and then want to know why."""

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_FRAME_S = 0.1


class Waiting:
    """Inside, `text` appears on standard error after a second, if that is a terminal, until `stop`.

    Needs a running event loop.
    """

    def __init__(self, ctx: Context, text: str) -> None:
        self._text = text
        self._on = not ctx.quiet and sys.stderr is not None and colours(sys.stderr)
        self._task: asyncio.Task[None] | None = None
        self._shown = False

    def __enter__(self) -> Self:
        if self._on:
            self._task = asyncio.create_task(self._spin())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def pause(self) -> None:
        """Clear the line; it comes back."""
        if self._shown:
            self._shown = False
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def stop(self) -> None:
        """Clear the line for good."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self.pause()

    async def _spin(self) -> None:
        await asyncio.sleep(PATIENCE_S)
        step = 0
        while True:
            self._shown = True
            sys.stderr.write(f"\r\x1b[K\x1b[2m{_FRAMES[step % len(_FRAMES)]} {self._text}\x1b[0m")
            sys.stderr.flush()
            step += 1
            await asyncio.sleep(_FRAME_S)
