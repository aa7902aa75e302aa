"""What a turn tells beside its text, gathered for the messages that it leaves behind."""

from __future__ import annotations

from .events import Event, GuardFailed, GuardFinding, Remark, Routed

MOST = 100
"""Remarks that are kept with one message. A guard may find something in every line of a long answer; who reads it
again wants to know that it did, not where each time."""


class Remarks:
    """Of one turn, in the order in which they were made."""

    def __init__(self) -> None:
        self._told: list[Remark] = []

    def tell(self, event: Event) -> None:
        """Keep `event`, where a person should know it: not what a rule merely logs, nor who answers as it should be."""
        usual = (isinstance(event, GuardFinding) and event.action == "log") or (
            isinstance(event, Routed) and not event.instead_of
        )
        if isinstance(event, Remark) and not usual:
            self._told.append(event)

    def of_question(self) -> tuple[Remark, ...]:
        """About what was asked, so far."""
        return tuple(one for one in self._told if _asked(one))[:MOST]

    def of_answer(self, *, asked: bool) -> tuple[Remark, ...]:
        """About what was answered; also about the question, where nothing new was `asked`."""
        return tuple(one for one in self._told if not (asked and _asked(one)))[:MOST]


def _asked(remark: Remark) -> bool:
    return isinstance(remark, GuardFinding | GuardFailed) and remark.origin != "answer"
