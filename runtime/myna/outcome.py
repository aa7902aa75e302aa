"""What a turn comes to."""

from __future__ import annotations

import msgspec

from .engine.protocols import TextEnd
from .errors import ErrorInfo
from .events import FinishReason, Remark, Routed, TurnFinished, Usage
from .hookspecs import PromptUse
from .store.records import MessageMeta


class Outcome(msgspec.Struct):
    """So far; the same as in `TurnFinished` and `MessageMeta`."""

    reason: FinishReason = "error"
    text: str = ""
    tokens: int = 0
    """Of the answer, that an engine has given so far; how many they were is in `usage` at the end."""
    usage: Usage = Usage()
    seed: int | None = None
    message: str = ""
    error: ErrorInfo | None = None
    broke: ErrorInfo | None = None
    """What the answer broke off with, before the turn has ended for it."""
    timings: dict[str, float] = {}
    used: PromptUse | None = None
    from_plugin: bool = False
    """A plugin knew the answer: no model gave it."""
    model: str = ""
    """Who answers; empty while nobody is asked."""
    routed: Routed | None = None
    """The last choice among models."""

    def ended(self, end: TextEnd) -> None:
        """The answer came to its end. What the turn measured itself stays."""
        self.reason, self.usage, self.seed = end.reason, end.usage, end.seed
        self.timings |= {stage: took for stage, took in end.timings.items() if stage not in self.timings}

    def meta(self, model: str, remarks: tuple[Remark, ...] = ()) -> MessageMeta:
        """What is kept with the answer, which `model` gave, unless a plugin did."""
        return MessageMeta(
            model="" if self.from_plugin else model,
            finish=self.reason,
            error=(self.error or self.broke) if self.reason in {"blocked", "error"} else None,
            remarks=remarks,
            usage=self.usage,
            timings=dict(self.timings),
            seed=self.seed,
            **self._template(),
            **self._route(),
        )

    def finished(self, turn: str, epoch: int, model: str) -> TurnFinished:
        """The last event."""
        return TurnFinished(
            turn=turn,
            epoch=epoch,
            reason=self.reason,
            usage=self.usage,
            timings=self.timings,
            text=self.text,
            message=self.message,
            error=self.error,
            from_plugin=self.from_plugin,
            model="" if self.from_plugin else model,
            routed=self.routed,
            **self._template(),
        )

    def _template(self) -> dict[str, str]:
        """Which template was used, by the names of the entries that say so."""
        if self.used is None:
            return {}
        return {"prompt": self.used.name, "prompt_version": self.used.version, "prompt_hash": self.used.sha256}

    def _route(self) -> dict[str, str]:
        """Which route chose the model, by the names of the entries that say so."""
        if self.routed is None:
            return {}
        return {"route": self.routed.route, "rule": self.routed.rule, "instead_of": self.routed.instead_of}
