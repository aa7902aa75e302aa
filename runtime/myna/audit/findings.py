"""What a guard tells of a text, as it is recorded: where and by which rule, never what."""

from __future__ import annotations

from typing import Any

from ..events import Event, GuardFailed, GuardFinding


def from_guard(event: Event) -> dict[str, Any] | None:
    """The data of a record; None for events that no guard has sent. Numbers are whole, as records have them."""
    if not isinstance(event, GuardFinding | GuardFailed):
        return None
    stage = "output" if event.origin == "answer" else "input"
    if isinstance(event, GuardFinding):
        return {
            "stage": stage,
            "origin": event.origin,
            "action": event.action,
            "policy": event.policy,
            "rule": event.rule,
            "level": event.level,
            "start": event.start,
            "end": event.end,
            "microseconds": round(event.ms * 1000),
            **({"label": event.label, "permille": round(event.score * 1000)} if event.label else {}),
        }
    action = "fail-closed" if event.closed else "fail-open"
    return {"stage": stage, "origin": event.origin, "action": action, "policy": event.policy, "rule": event.part}
