"""Waiting for what happens on the other side of a socket, where nothing can be awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object]) -> None:
    """The test's own time limit ends it."""
    while not condition():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
