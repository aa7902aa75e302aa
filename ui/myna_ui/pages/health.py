"""What `myna doctor` says, and how the machine is doing right now."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import psutil

from myna.audit.health import check_audit
from myna.cli.doctor import machine_findings
from myna.doctor import Finding
from myna.errors import MynaError, UsageError
from myna.events import Event, TurnFinished

from ..places import shortened
from .answers import Answers
from .caches import cached, empty
from .mends import Mend, mend_of

if TYPE_CHECKING:
    from myna.panel import Desk

EVERY_S = 2.0
KEPT = 60
"""Points of the chart of memory: two minutes."""


class HealthPanel:
    """Shows `findings` (each with its `mend`, see `mends.py`), `problems`, `workers`, `cached` (bytes), and the charts
    `memory` (bytes), and `speed`, `first` and `stages` of `Answers`.

    Actions: `check` again; `set` {change: `KEY VALUE`}; `empty` the caches; `unload` models; `release` {model}.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._memory: deque[float] = deque(maxlen=KEPT)
        self._answers = Answers()
        self._ticking: asyncio.Task[None] | None = None
        desk.watch(self._hear)

    async def open(self) -> None:
        self._ticking = asyncio.create_task(self._tick())
        self._desk.show(**self._answers.shown())
        # Where the store cannot be read, the check says why.
        with contextlib.suppress(MynaError):
            await self._answers.recall(await self._desk.assistant.store())
        self._desk.show(**self._answers.shown())
        await self._check()

    async def close(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)

    async def act(self, action: str, values: Mapping[str, Any]) -> Any:
        if action == "check":
            await self._check()
        elif action == "release":
            model = str(values["model"])
            self._desk.assistant.pool.release(model)
            self._desk.assistant.preload(model)
            self._show_workers()
        elif action == "set":
            key, value = str(values["change"]).split(" ", 1)
            await self._desk.change(key, value)
            await self._check()
        elif action == "empty":
            await asyncio.to_thread(empty, self._desk.assistant.paths.cache)
            await self._check()
        elif action == "unload":
            await self._desk.assistant.pool.unload_all("as asked")
            await self._check()
        else:
            raise UsageError(f"the health page has no action {action}")

    async def _check(self) -> None:
        assistant = self._desk.assistant
        settings = assistant.settings
        found = await asyncio.to_thread(machine_findings, assistant.paths)
        found.append(Finding("settings", "ok", str(assistant.paths.config)))
        found += await self._stored()
        found += await asyncio.to_thread(check_audit, assistant.paths, settings, assistant.host)
        found += await self._model()
        found += await asyncio.to_thread(assistant.host.health, settings)
        space = await asyncio.to_thread(cached, assistant.paths.cache)
        loaded = any(one.state == "ready" for one in assistant.pool.status())
        self._desk.show(
            findings=[self._line(one, mend_of(one, loaded=loaded, cached=space > 0)) for one in _worst_first(found)],
            problems=sum(one.level == "problem" for one in found),
            cached=float(space),
        )

    async def _stored(self) -> list[Finding]:
        try:
            await (await self._desk.assistant.store()).list(limit=1)
        except MynaError as error:
            return [Finding("conversations", "problem", error.message, error.hint)]
        return [Finding("conversations", "ok", str(self._desk.assistant.paths.database))]

    async def _model(self) -> list[Finding]:
        try:
            model = await self._desk.assistant.resolve(self._desk.settings.chat.model)
        except MynaError as error:
            return [Finding("models", "problem", error.message, error.hint)]
        return [Finding("models", "ok", f"the chat model is {model.name}")]

    def _line(self, one: Finding, mend: Mend) -> dict[str, Any]:
        text = self._desk.text
        return {
            "area": text(one.area),
            "level": one.level,
            "text": shortened(self._desk.told(one.text)),
            "advice": self._desk.told(one.mend) if one.mend else "",
            "mend": {"kind": mend.kind, "value": mend.value},
        }

    async def _tick(self) -> None:
        while True:
            self._memory.append(await asyncio.to_thread(_used))
            self._desk.show(memory=list(self._memory), total=float(psutil.virtual_memory().total))
            self._show_workers()
            await asyncio.sleep(EVERY_S)

    def _show_workers(self) -> None:
        self._desk.show(
            workers=[
                {
                    "name": one.name,
                    "state": one.state,
                    "memory": float(one.rss),
                    "restarts": one.restarts,
                    "error": self._desk.told(one.last_error.message) if one.last_error else "",
                }
                for one in self._desk.assistant.pool.status()
            ]
        )

    def _hear(self, event: Event) -> None:
        if isinstance(event, TurnFinished) and self._answers.hear(event):
            self._desk.show(**self._answers.shown())


def _worst_first(found: list[Finding]) -> list[Finding]:
    """Areas with problems come first, and what is said of an area stays together."""
    areas = list(dict.fromkeys(one.area for one in found))
    ill = {one.area for one in found if one.level == "problem"}
    return sorted(found, key=lambda one: (one.area not in ill, areas.index(one.area)))


def _used() -> float:
    """Bytes that this process and its workers occupy."""
    own = psutil.Process()
    total = 0
    for process in (own, *own.children(recursive=True)):
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return float(total)
