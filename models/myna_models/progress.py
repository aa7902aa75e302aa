"""Progress of pulls and checks on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self

from myna.cli.context import Context

from .fetch import Progress

if TYPE_CHECKING:
    import rich.progress

_LABELS = {
    "waiting": "another process is pulling {model}; waiting for it",
    "download": "fetching {file}",
    "verify": "verifying {file}",
    "admit": "checking {model}",
}


def _bar(ctx: Context) -> rich.progress.Progress:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    return Progress(*columns, TimeRemainingColumn(), console=ctx.console, transient=True)


class Reporter:
    """Shows what a `Puller` reports."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._shown: tuple[str, str, str] | None = None
        self._bar: rich.progress.Progress | None = None
        self._task: rich.progress.TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, progress: Progress) -> None:
        if self._ctx.quiet:
            return
        now = (progress.model, progress.stage, progress.file)
        new = now != self._shown
        self._shown = now
        label = self._ctx.text(_LABELS[progress.stage], model=progress.model, file=progress.file)
        if not self._ctx.console.is_terminal:
            # Verifying is quick beside fetching, and a log does not need a line for it.
            if new and progress.stage != "verify":
                self._ctx.note(label)
            return
        self._draw(label, progress, new)

    def _draw(self, label: str, progress: Progress, new: bool) -> None:
        if self._bar is None:
            self._bar = _bar(self._ctx)
            self._bar.start()
        if new:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(label, total=progress.total or None)
        if self._task is not None:
            self._bar.update(self._task, completed=progress.done, total=progress.total or None)


@contextlib.contextmanager
def checking(ctx: Context, name: str) -> Iterator[Callable[[int, int], None]]:
    """A bar for hashing one model; nothing where there is no terminal, since the results say enough."""
    if ctx.quiet or not ctx.console.is_terminal:
        yield lambda _done, _total: None
        return
    with _bar(ctx) as bar:
        task = bar.add_task(ctx.text("hashing {model}", model=name), total=None)

        def update(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield update
