"""Events about what the guard found, and about what could not judge."""

from __future__ import annotations

from myna.events import GuardFailed, GuardFinding
from myna.hookspecs import TurnDraft

from .findings import Found, Origin
from .policies.compiled import CompiledPolicy


def tell(draft: TurnDraft, policy: CompiledPolicy, one: Found) -> None:
    """A finding."""
    draft.emit(
        GuardFinding(
            turn="",
            epoch=0,
            policy=policy.origin(one.rule),
            rule=one.rule,
            level=one.level,
            origin=one.origin,
            action=one.action,
            start=one.start,
            end=one.end,
            ms=one.ms,
            label=one.label,
            score=one.score,
        )
    )


def tell_failure(draft: TurnDraft, policy: CompiledPolicy, part: str, origin: Origin) -> None:
    """A rule (by id) or a judge (by name) that could not judge."""
    closed = policy.policy.fails_closed
    draft.emit(GuardFailed(turn="", epoch=0, policy=policy.policy.names[-1], part=part, origin=origin, closed=closed))
