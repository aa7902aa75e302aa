"""What a turn comes to."""

from __future__ import annotations

import msgspec

from .engine.protocols import TextEnd
from .errors import ErrorInfo
from .events import FinishReason, Usage


class Outcome(msgspec.Struct):
    """So far; its fields are those of `TurnFinished`."""

    reason: FinishReason = "error"
    text: str = ""
    usage: Usage = Usage()
    seed: int | None = None
    message: str = ""
    error: ErrorInfo | None = None
    timings: dict[str, float] = {}

    def ended(self, end: TextEnd) -> None:
        """The answer came to its end. What the turn measured itself stays."""
        self.reason, self.usage, self.seed = end.reason, end.usage, end.seed
        self.timings |= {stage: took for stage, took in end.timings.items() if stage not in self.timings}
