"""An answer on its way out: by the model, or by a plugin that knew it, through the filters of all plugins."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import TYPE_CHECKING

from .audit.turns import TurnAudit
from .draft import Draft
from .engine.protocols import TextEnd, TextPiece
from .errors import AskAgain, Blocked
from .events import FinishReason, Usage
from .host import PluginHost
from .outcome import Outcome
from .passing import PassedTokens
from .release import Release

if TYPE_CHECKING:
    from .engine.clients import TextClient
    from .output_filters import FilterChain


class Answering:
    """Of one turn, into its `Outcome`."""

    def __init__(
        self,
        host: PluginHost,
        engine: TextClient,
        *,
        ahead: int,
        audit: TurnAudit,
        release: Release,
        outcome: Outcome,
        flush: Callable[[], Awaitable[None]],
    ) -> None:
        """`ahead` is how many pieces the engine may be ahead (0: what it likes); `flush` delivers what filters said."""
        self._host = host
        self._engine = engine
        self._ahead = {"ahead": ahead} if ahead else {}
        self._audit = audit
        self._release = release
        self._outcome = outcome
        self._flush = flush
        self._passed = PassedTokens()

    async def run(self, draft: Draft) -> None:
        """Answer, to the end; once more where a filter wants that, as often as the settings allow.

        Raises:
            Blocked: a filter ended the turn, or no answer passed it.
            MynaError: the engine or a filter failed, or the audit log, where its policy closes.
        """
        # What a plugin knows is no other when it is asked for again.
        left = 0 if draft.answer else draft.settings.guard.corrections
        while True:
            output = self._host.open_output_filter(draft)
            await self._flush()
            try:
                await self._answer(draft, output)
            except AskAgain as again:
                # What was shown cannot be taken back.
                if not left or self._release.begun:
                    raise Blocked(again.message, hint=again.hint) from again
                left -= 1
                self._audit.asked_again(again)
                self._release.discard()
                draft.correct(again.correction)
            else:
                return

    async def _answer(self, draft: Draft, output: FilterChain | None) -> None:
        self._passed = PassedTokens()
        if draft.answer:
            await self._piece(TextPiece(draft.answer), output)
            await self._close(output, "stop", Usage())
            self._outcome.reason, self._outcome.from_plugin = "stop", True
        else:
            await self._generate(draft, output)

    async def _generate(self, draft: Draft, output: FilterChain | None) -> None:
        request = await draft.request()
        async with aclosing(self._engine.generate(request, **self._ahead)) as pieces:
            async for piece in pieces:
                if isinstance(piece, TextEnd):
                    await self._close(output, piece.reason, piece.usage)
                    self._outcome.ended(piece)
                else:
                    await self._piece(piece, output)

    async def _piece(self, piece: TextPiece, output: FilterChain | None) -> None:
        self._outcome.tokens += piece.tokens
        if output is None:
            await self._release.let_out(piece.text, piece.logprobs)
        else:
            # Those of the others would tell what a filter holds back.
            self._passed.given(piece.logprobs)
            text = await output.feed(piece.text)
            await self._release.let_out(text, self._passed.released(text))
            # What a filter says aside may hold some of the answer.
            if not self._audit.holds:
                await self._flush()

    async def _close(self, output: FilterChain | None, reason: FinishReason, usage: Usage) -> None:
        if output is not None:
            text = await output.finish()
            await self._release.let_out(text, self._passed.released(text))
            self._audit.filtered(output.changed())
        await self._release.complete(reason, usage)
