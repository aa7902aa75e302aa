"""Whether a server can be asked now: one short request, for people who want to know."""

from __future__ import annotations

import time

from myna.doctor import Finding
from myna.errors import MynaError
from myna.remote_settings import RemoteModel

AREA = "remote"

LONGEST_S = 5.0
"""For the whole check: somebody waits for it."""


def check(model: RemoteModel, *, offline: bool = False) -> Finding:
    """What is found of `model`; with `offline`, nobody is asked. Blocks."""
    if offline:
        return Finding(AREA, "note", f"{model.name} is not asked: models.offline is set")
    import asyncio

    from .worker.server import Server

    async def ask() -> tuple[str, ...]:
        async with Server(model) as server, asyncio.timeout(LONGEST_S):
            return await server.models()

    began = time.monotonic()
    try:
        known = asyncio.run(ask())
    except MynaError as error:
        mend = "see that the server runs, and base_url in [[remote.models]]"
        return Finding(AREA, "problem", error.message, mend if error.hint == error.default_hint else error.hint)
    except TimeoutError:
        return Finding(AREA, "problem", f"{model.name}: the server has not answered for {LONGEST_S:g} s")
    took = round((time.monotonic() - began) * 1e3)
    if known and model.model not in known:
        return Finding(
            AREA,
            "problem",
            f"{model.name}: the server answers, but has no model called {model.model}",
            "correct model in the table [[remote.models]]",
        )
    return Finding(AREA, "ok", f"{model.name}: the server answers in {took} ms")
