"""How answers about pictures are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from ..answers.asking import Answered

if TYPE_CHECKING:
    from myna.cli.context import Context


def as_data(answered: Answered, *, file: str = "") -> dict[str, Any]:
    """What `--json` prints; `file` is the picture's, in a batch."""
    data: dict[str, Any] = {"file": file} if file else {}
    data |= {
        "answer": answered.answer,
        "answered": answered.answered,
        "source": answered.source,
        "model": answered.model or None,
        "facts": None if answered.facts is None else msgspec.to_builtins(answered.facts),
        "timings": answered.timings,
    }
    return data


def print_answer(ctx: Context, answered: Answered, *, described: bool) -> None:
    """The answer on standard output, and where it is from on standard error."""
    if ctx.json:
        ctx.print_json(as_data(answered))
        return
    if described and answered.source == "facts":
        ctx.note(ctx.text("Found out by small programs; no model has looked at the picture."))
    elif answered.source == "model":
        ctx.note(ctx.text("{model} chose among the lines that are printed in the picture.", model=answered.model))
    ctx.print(answered.answer)
