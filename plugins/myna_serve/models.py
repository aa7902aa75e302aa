"""Models that requests may name: installed ones by their names. A path, which the command line takes, is none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from myna.engine.protocols import Task
from myna.hookspecs import OfferedModel
from myna_models.installed import Installed, Store

from .faults import Fault

DEFAULT = "default"
"""Whatever is configured, or the best that is installed."""


class Model(msgspec.Struct, frozen=True):
    id: str
    task: Task
    created: int
    """Unix time, seconds, of its installation; 0 for one that is not on this machine."""


class Models:
    """Of one models folder, looked at each time: models come and go while the server runs; and what plugins offer
    besides. What lies outside of the folder, and is linked into it, is none of them."""

    def __init__(
        self,
        folder: Path,
        offered: Callable[[], Sequence[OfferedModel]] = tuple,
        *,
        default: Callable[[], str] = str,
    ) -> None:
        """`default`: the chat model that is configured now; empty for the best that is installed."""
        self._store = Store(folder)
        self._offered = offered
        self._default = default

    async def all(self) -> list[Model]:
        """By name."""
        return await asyncio.to_thread(self._all)

    async def choose(self, name: str, task: Task) -> str:
        """`name` as the assistant takes it: empty for the best that is installed. Raises `Fault` (404)."""
        if name in {"", DEFAULT}:
            return self._default() if task == "chat" else ""
        if any(model.id == name and model.task == task for model in await self.all()):
            return name
        shown = name if len(name) <= 100 else f"{name[:99]}…"
        raise Fault(404, f"there is no model called {shown!r} for this here", code="model_not_found", param="model")

    async def voice(self, name: str) -> str:
        """`name` as `myna_read_aloud` takes it: empty for a voice for each language. Raises `Fault` (404)."""
        # No model, but a program that a plugin offers as one; it fails clearly where it is not installed.
        return name if name == "espeak-ng" else await self.choose(name, "synthesize")

    def _all(self) -> list[Model]:
        # A link that leads out of the folder is for whoever owns the machine, not for requests.
        models = [model for model in self._store.load()[0] if self._store.inside(model)]
        here = [Model(model.id, model.task, _moment(model)) for model in models]
        return here + [Model(model.name, model.task, 0) for model in self._offered()]


def _moment(model: Installed) -> int:
    try:
        return int(datetime.fromisoformat(model.installed).timestamp())
    except (ValueError, OverflowError):
        return 0
