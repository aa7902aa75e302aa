"""A word about what would make answers faster, said once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..assistant import Assistant
    from ..events import TurnFinished
    from .context import Context

MARK = "fit-offered"
"""The file in the data folder that says that it was said."""


def offer_fit(ctx: Context, model: str) -> None:
    """Say that `model` can be fitted to this machine: to people only, and once for all models.

    Nothing is said to those who sent the same offer of the desktop away.
    """
    if ctx.json or ctx.quiet or sys.stderr is None or not sys.stderr.isatty():
        return
    if not ctx.settings.desktop.offer_fit:
        return
    mark = ctx.paths.data / MARK
    try:
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch(exist_ok=False)
    except OSError:
        # It was said, or would be said each time where nothing can be kept.
        return
    text = "{model} may answer faster once it is fitted to this machine (a few minutes): myna models optimize {model}"
    ctx.note(ctx.text(text, model=model))


async def offer_after(ctx: Context, assistant: Assistant, asked: str, finished: TurnFinished) -> None:
    """The offer after an answer of the model that `asked` names."""
    model = await assistant.resolve(asked)
    if model.unfitted and model.name == finished.model:
        offer_fit(ctx, model.name)
