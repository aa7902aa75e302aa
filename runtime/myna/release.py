"""Letting out the text of an answer: at once, or as a whole once it is recorded, as the audit's policy says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from .audit.turns import TurnAudit
from .events import FinishReason, TokenLogprob, Usage

Send = Callable[[str, Sequence[TokenLogprob]], Awaitable[None]]
"""Takes a piece of text, and the log-probabilities of its tokens where they may be told, to whoever asked."""


class Release:
    """Of one answer."""

    def __init__(self, audit: TurnAudit, send: Send) -> None:
        self._audit = audit
        self._send = send
        self._held: list[tuple[str, Sequence[TokenLogprob]]] = []
        self._begun = False

    @property
    def begun(self) -> bool:
        """Whether some of the answer is out already."""
        return self._begun

    def discard(self) -> None:
        """Forget what is held back: another answer takes its place."""
        self._held.clear()

    async def let_out(self, text: str, logprobs: Sequence[TokenLogprob] = ()) -> None:
        """What filters let pass.

        Raises:
            DiskFull, AuditFailed, AuditBroken: the question could not be recorded, and the policy closes.
        """
        if not text and not logprobs:
            return
        if self._audit.holds:
            self._held.append((text, logprobs))
            return
        await self._audit.before_release()
        await self._out(text, logprobs)

    async def complete(self, reason: FinishReason, usage: Usage) -> None:
        """The answer is whole: what was held back is recorded, and then let out.

        Raises: as `let_out`.
        """
        if not self._audit.holds:
            return
        await self._audit.answered("".join(text for text, _ in self._held), reason, usage)
        for text, logprobs in self._held:
            await self._out(text, logprobs)

    async def _out(self, text: str, logprobs: Sequence[TokenLogprob]) -> None:
        self._begun = True
        await self._send(text, logprobs)
