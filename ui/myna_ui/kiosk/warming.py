"""Models that are there before the next visitor is."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from myna.draft import AskOptions
from myna.events import TextDelta

if TYPE_CHECKING:
    from collections.abc import Iterable

    from myna.worker.handle import EngineHandle

    from ..opened import Opened

WARMING_S = 30.0
"""How long models may take to load and to read the prompt; then whoever asks waits for them."""


async def warm(opened: Opened, loaded: Iterable[EngineHandle], *, model: str) -> None:
    """Start the models in `loaded` again, and let `model` read what every question begins with."""
    for handle in loaded:
        # What has no files is no model, but for example the camera.
        if handle.spec.files:
            handle.preload()
    rehearsal = await opened.assistant.conversation(model=model, record=False)
    # Never confirmed: answered, but neither stored nor observed nor on record.
    turn = rehearsal.ask("?", options=AskOptions(max_tokens=1), confirmed=asyncio.Event())
    # Where policy lets nothing out before it is on record, nothing comes; it was computed all the same.
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(WARMING_S):
            async for event in turn:
                if isinstance(event, TextDelta):
                    turn.cancel()
