"""`myna see --match`: which of some texts fits a picture best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from myna.cli.inputs import checked_text
from myna.errors import UsageError

from ..matching.models import matcher_for
from .looking import read_picture

if TYPE_CHECKING:
    from myna.cli.context import Context


async def match_texts(ctx: Context, path: str, texts: Sequence[str], model: str) -> None:
    """Print how well each of `texts` fits the picture file `path`, the best first.

    Raises:
        UsageError: a text is empty.
        ModelMissing: no model that compares them is installed.
        BadInput: it is no picture, or a text is too long.
    """
    from ..matching.likeness import matches

    texts = _checked(texts)
    picture = await read_picture(path)
    async with await ctx.assistant() as assistant:
        client = await matcher_for(assistant, texts, model)
        words = await client.words(texts)
        found = matches(await client.picture(picture), words, texts)
    if ctx.json:
        ctx.print_json({"model": client.name, "matches": found})
        return
    for match in found:
        ctx.print(f"{match.probability:>6.1%}  {match.cosine:6.3f}  {match.text}")


def _checked(texts: Sequence[str]) -> tuple[str, ...]:
    """Each once, in their order."""
    cleaned = tuple(dict.fromkeys(checked_text(text, "the text").strip() for text in texts))
    if not all(cleaned):
        raise UsageError("a text to compare the picture with is empty")
    return cleaned
