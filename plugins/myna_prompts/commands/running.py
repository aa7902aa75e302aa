"""What runs the cases of templates, on the model that was named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from myna.cli.context import Context
from myna.cli.waiting import Waiting
from myna.engine.clients import TextClient

from ..embedding import InstalledEmbedding
from ..evaluation.running import Runner
from ..opening import open_chooser


@asynccontextmanager
async def running(ctx: Context, model: str) -> AsyncIterator[tuple[Runner, TextClient]]:
    """A runner on `model` (empty: the default), and the model itself, loaded.

    Raises:
        ModelMissing: it is not installed.
        MynaError: it cannot be loaded.
    """
    async with await ctx.assistant() as assistant:
        resolved = await assistant.resolve(model)
        engine = await assistant.text_engine(model)
        with Waiting(ctx, ctx.text("The model is being loaded …")):
            info = await engine.info()
        yield (
            Runner(
                engine,
                InstalledEmbedding(assistant),
                chooser=open_chooser(ctx.paths),
                context=info.context,
                model=resolved.name,
                clear=engine.clear,
            ),
            engine,
        )
