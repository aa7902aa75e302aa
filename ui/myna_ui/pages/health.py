"""What `myna doctor` says, and how the machine is doing right now."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import psutil

from myna.audit.health import check_audit
from myna.cli.doctor import machine_findings
from myna.doctor import Finding
from myna.errors import MynaError, UsageError
from myna.events import Event, TurnFinished

if TYPE_CHECKING:
    from myna.panel import Desk

EVERY_S = 2.0
KEPT = 60
"""Points of a chart: two minutes of memory, the last sixty answers."""
STAGES = ("prepare", "screen", "load", "queue", "see", "prefill", "decode", "record")
PULL = "myna models pull "


class HealthPanel:
    """Shows `findings`, `problems`, and the charts `memory` (bytes), `speed` (tokens a second) and `stages` (ms)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._memory: deque[float] = deque(maxlen=KEPT)
        self._speed: deque[float] = deque(maxlen=KEPT)
        self._first: deque[float] = deque(maxlen=KEPT)
        self._ticking: asyncio.Task[None] | None = None
        desk.watch(self._hear)

    async def open(self) -> None:
        self._ticking = asyncio.create_task(self._tick())
        self._desk.show(speed=[], first=[], stages=[])
        await self._check()

    async def close(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            await asyncio.gather(self._ticking, return_exceptions=True)

    async def act(self, action: str, values: Mapping[str, Any]) -> Any:
        if action == "check":
            await self._check()
        elif action == "release":
            self._desk.assistant.pool.release(str(values["model"]))
            self._show_workers()
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
        self._desk.show(
            findings=[self._line(one) for one in found], problems=sum(one.level == "problem" for one in found)
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

    def _line(self, one: Finding) -> dict[str, Any]:
        text = self._desk.text
        return {
            "area": text(one.area),
            "level": one.level,
            "text": self._desk.told(one.text),
            "mend": self._desk.told(one.mend) if one.mend else "",
            # A model that is missing can be had on another page.
            "page": "models" if one.mend.startswith(PULL) else "",
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
        if not isinstance(event, TurnFinished) or event.reason not in {"stop", "length"} or event.from_plugin:
            return
        decode, tokens = event.timings.get("decode", 0.0), event.usage.completion_tokens
        if decode > 0 and tokens > 1:
            # The first token belongs to the prefill.
            self._speed.append((tokens - 1) / decode * 1000)
        if "first_token" in event.timings:
            self._first.append(event.timings["first_token"])
        stages = [{"name": name, "ms": event.timings[name]} for name in STAGES if event.timings.get(name)]
        self._desk.show(speed=list(self._speed), first=list(self._first), stages=stages)


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
