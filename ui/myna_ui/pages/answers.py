"""How quick the last answers were, stage by stage."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from myna.events import TurnFinished

if TYPE_CHECKING:
    from myna.store import ConversationStore

KEPT = 60
"""Answers that are charted: more are too close together to be told apart."""
LOOKED_THROUGH = 10
"""Conversations in which earlier answers are looked for when the page opens."""
STAGES = ("prepare", "screen", "load", "queue", "see", "prefill", "decode", "record")


class Answers:
    """The last ones, oldest first: tokens a second, milliseconds to the first word, and of each stage."""

    def __init__(self) -> None:
        self._speed: deque[float] = deque(maxlen=KEPT)
        self._first: deque[float] = deque(maxlen=KEPT)
        self._stages: deque[Mapping[str, float]] = deque(maxlen=KEPT)

    async def recall(self, store: ConversationStore) -> None:
        """Begin with what the store knows."""
        found = []
        for conversation in await store.list(limit=LOOKED_THROUGH):
            found += [stored for stored in await store.tree(conversation.id) if stored.message.role == "assistant"]
        for stored in sorted(found, key=lambda stored: stored.created)[-KEPT:]:
            meta = stored.meta
            if meta.model and meta.finish in {"stop", "length"}:
                self._add(meta.timings, meta.usage.completion_tokens if meta.usage else 0)

    def hear(self, finished: TurnFinished) -> bool:
        """Add an answer that has just ended; False where it says nothing about the machine."""
        if finished.reason not in {"stop", "length"} or finished.from_plugin:
            return False
        self._add(finished.timings, finished.usage.completion_tokens)
        return True

    def shown(self) -> dict[str, Any]:
        """`speed`, `first`, and `stages` with `name`, `values`, `last` and `median` (ms); those that never took time
        are left out."""
        stages = []
        for name in STAGES:
            values = [one.get(name, 0.0) for one in self._stages]
            if any(values):
                stages.append({"name": name, "values": values, "last": values[-1], "median": statistics.median(values)})
        return {"speed": list(self._speed), "first": list(self._first), "stages": stages}

    def _add(self, timings: Mapping[str, float], tokens: int) -> None:
        decode = timings.get("decode", 0.0)
        if decode > 0 and tokens > 1:
            # The first token belongs to the prefill.
            self._speed.append((tokens - 1) / decode * 1000)
        if "first_token" in timings:
            self._first.append(timings["first_token"])
        self._stages.append(timings)
