"""How far a file has been heard, as a bar on a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from myna.cli.context import Context
from myna.engine.speech import Progress

if TYPE_CHECKING:
    import rich.progress

PATIENCE_S = 1.0
"""What is done sooner needs no bar."""


class FileProgress:
    """Use it in a `with`. Nothing is shown with `--quiet` or where standard error is no terminal."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._started = time.monotonic()
        self._bar: rich.progress.Progress | None = None
        self._task: rich.progress.TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, progress: Progress) -> None:
        if self._ctx.quiet or not self._ctx.console.is_terminal:
            return
        if self._bar is None and time.monotonic() - self._started >= PATIENCE_S:
            self._bar = self._make()
            self._task = self._bar.add_task(self._ctx.text("listening"), total=None)
            self._bar.start()
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=progress.done, total=progress.total or None)

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """While something else is printed, on what may be the same terminal."""
        if self._bar is not None:
            self._bar.stop()
        try:
            yield
        finally:
            if self._bar is not None:
                self._bar.start()

    def _make(self) -> rich.progress.Progress:
        from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        return Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
            console=self._ctx.console,
            transient=True,
            # The answer goes to standard output and must stay there.
            redirect_stdout=False,
            redirect_stderr=False,
        )
