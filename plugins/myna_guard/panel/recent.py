"""What the guard found lately in this program: where and by which rule, never what."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from myna.events import Event, GuardFailed, GuardFinding

KEPT = 100
"""Findings: what a person still looks through; the audit log has all."""


class Recent:
    """The last findings, and whoever wants to know of new ones."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._found: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._listeners: list[Callable[[], None]] = []

    def hear(self, event: Event) -> None:
        """Keep what an event says, if a guard has sent it."""
        if isinstance(event, GuardFinding):
            more = {"rule": event.rule, "level": event.level, "action": event.action, "ms": event.ms}
            judged = {"label": event.label, "score": event.score}
        elif isinstance(event, GuardFailed):
            more = {"rule": event.part, "level": 0, "action": "fail-closed" if event.closed else "fail-open", "ms": 0.0}
            judged = {"label": "", "score": 1.0}
        else:
            return
        about = {"time": self._clock() * 1000, "policy": event.policy, "origin": event.origin}
        self._found.appendleft({**about, **more, **judged})
        for listener in self._listeners:
            listener()

    def rows(self) -> list[dict[str, Any]]:
        """The newest first; `time` in ms since 1970."""
        return list(self._found)

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each new one."""
        self._listeners.append(listener)

    def leave(self, listener: Callable[[], None]) -> None:
        self._listeners.remove(listener)
