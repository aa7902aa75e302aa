"""`myna see --match`: which of some texts fits a picture best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from myna.errors import UsageError

from ..matching.models import matcher_for

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.cli.context import Context


def checked_texts(texts: Sequence[str]) -> tuple[str, ...]:
    """Each once, in their order.

    Raises:
        UsageError: one is empty.
    """
    cleaned = tuple(dict.fromkeys(text.strip() for text in texts))
    if not all(cleaned):
        raise UsageError("a text to compare the picture with is empty")
    return cleaned


async def match_texts(ctx: Context, assistant: Assistant, picture: bytes, texts: Sequence[str], model: str) -> None:
    """Print how well each of `texts` fits `picture`, the best first.

    Raises:
        ModelMissing: no model that compares them is installed.
        BadInput: it is no picture, or a text is too long.
    """
    from ..matching.likeness import matches

    client = await matcher_for(assistant, texts, model)
    words = await client.words(tuple(texts))
    found = matches(await client.picture(picture), words, texts)
    if ctx.json:
        ctx.print_json({"model": client.name, "matches": found})
        return
    for match in found:
        ctx.print(f"{match.probability:>6.1%}  {match.cosine:6.3f}  {match.text}")
