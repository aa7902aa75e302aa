"""How conversions are shown: a line that changes on a terminal, a line for each stage elsewhere, figures at the end."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from myna.cli.context import Context

from ..installed import Conversion
from ..space import readable
from .convert import Outcome, Progress

if TYPE_CHECKING:
    import rich.status

STAGES = {
    "waiting": "another process is at work on it; waiting for it",
    "opening": "reading the weights",
    "exporting": "making the graph",
    "quantizing": "making the weights smaller",
    "comparing": "comparing it with the original",
    "installing": "checking what was made",
}


class Reporter:
    """Shows what a `Converter` and its environments report."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._status: rich.status.Status | None = None
        self._shown = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def __call__(self, progress: Progress) -> None:
        self._show(self._ctx.text(STAGES[progress.stage]), progress.share)

    def environment(self, name: str, step: str) -> None:
        """What pip does, in its words."""
        if step == "waiting":
            self._show(self._ctx.text(STAGES["waiting"]), -1.0)
            return
        head = self._ctx.text("making the environment {name}, once (some minutes)", name=name)
        self._show(head, -1.0, step)

    def _show(self, label: str, share: float, detail: str = "") -> None:
        if self._ctx.quiet:
            return
        if not self._ctx.console.is_terminal:
            if label != self._shown:
                self._ctx.note(label)
            self._shown = label
            return
        text = label + (f" {share:.0%}" if share >= 0 else "") + (f": {detail}" if detail else "")
        if self._status is None:
            self._status = self._ctx.console.status(text)
            self._status.start()
        self._status.update(text)


def outcome_lines(ctx: Context, made: Outcome) -> Iterator[str]:
    yield ctx.text("{model} is ready ({size})", model=made.id, size=readable(made.size))
    yield f"  {ctx.text('Files')}: {made.path}"
    share = made.size / made.size_source if made.size_source else 0.0
    yield f"  {ctx.text('Size')}: {share:.3g} " + ctx.text("of the original's {size}", size=readable(made.size_source))
    yield from conversion_lines(ctx, made.conversion)


def conversion_lines(ctx: Context, made: Conversion) -> Iterator[str]:
    """How a model was made, and what was measured then."""
    yield "  " + ctx.text("Made from") + f": {made.source} ({made.source_sha256[:16]}…), {made.quantization}"
    if made.tools:
        yield "  " + ctx.text("Made by") + ": " + ", ".join(f"{name} {one}" for name, one in made.tools.items())
    for heading, part in (("Quality", "quality"), ("Speed", "speed")):
        values = made.report.get(part)
        if isinstance(values, dict) and values:
            yield f"  {ctx.text(heading)}: " + ", ".join(_facts(ctx, values))


def _facts(ctx: Context, values: dict[str, Any]) -> Iterator[str]:
    limits = values.get("limits") or {}
    for name, value in values.items():
        if name == "limits":
            continue
        limit = f" ({ctx.text('limit')} {limits[name]})" if name in limits else ""
        yield f"{ctx.text(name)} {value}{limit}"
