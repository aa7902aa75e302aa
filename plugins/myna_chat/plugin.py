"""The plugin: fits the history of a turn into the context, and says what it left out."""

from __future__ import annotations

import msgspec
import pluggy

from myna.errors import PromptTooLong
from myna.events import HistoryDropped
from myna.hookspecs import Need, TurnDraft

from .budget import Budget, Counter, certainly_fits
from .history import History
from .recent import Recent
from .summary import Summariser, note_tokens

KEEP_SHARE = 0.6
"""How much of the room is used right after messages were dropped.

The engine keeps the KV cache of a conversation and computes only what follows the part of the prompt
that is the same as before. Dropping one turn at a time would change the beginning of every prompt, and
so compute the whole of it again at every turn. Dropping down to 60 % costs this once, and then several
turns, those that fill the other 40 %, begin as the one before them did.
"""

# Last of all, so that what other plugins add to the turn is counted.
_last = pluggy.HookimplMarker("myna")(trylast=True)


class Cut(msgspec.Struct, frozen=True):
    """A decision that following turns stay with."""

    turns: int
    """Oldest turns left out."""
    tokens: int
    """About what they have."""
    note: str
    """What the system message says of them."""


class ChatPlugin:
    """Keeps the system prompt and the newest turns; drops the oldest turns whole.

    What it remembers is bounded, in memory, and only saves work: without it, a turn is fitted anew.
    """

    MYNA_NEEDS: tuple[Need, ...] = ()

    def __init__(self) -> None:
        self._counts: Recent[tuple[str, bytes], int] = Recent(8192)
        self._cuts: Recent[tuple[str, str, int, bytes], Cut] = Recent(512)
        self._summaries = Summariser()

    @_last
    async def myna_prepare_turn(self, draft: TurnDraft) -> None:
        """Change `draft.messages` so that they and the answer fit; emit `HistoryDropped` if that took anything.

        Raises:
            PromptTooLong: the new message does not fit, not even alone.
        """
        budget = Budget.of(draft.context, draft.max_tokens)
        if certainly_fits(draft.messages, budget.prompt):
            return
        history = History(draft.messages)
        if not history.turns:
            return
        counter = Counter(draft, self._counts)
        prefixes = history.prefixes()
        cut = self._known(draft, budget, prefixes)
        prompt = history.without(cut.turns, cut.note) if cut else draft.messages
        if await counter.whole(prompt) > budget.prompt:
            cut = await self._cut(draft, history, counter, budget)
            prompt = history.without(cut.turns, cut.note)
            if cut.turns:
                self._cuts.put((draft.conversation, draft.model, budget.prompt, prefixes[cut.turns]), cut)
        if cut is not None and cut.turns:
            draft.messages = prompt
            left_out = len(history.dropped(cut.turns))
            draft.emit(
                HistoryDropped(turn="", epoch=0, messages=left_out, tokens=cut.tokens, summarised=bool(cut.note))
            )

    def _known(self, draft: TurnDraft, budget: Budget, prefixes: list[bytes]) -> Cut | None:
        """The latest cut of this conversation that leaves at least the newest turn."""
        for turns in range(len(prefixes) - 2, 0, -1):
            cut = self._cuts.get((draft.conversation, draft.model, budget.prompt, prefixes[turns]))
            if cut is not None:
                return cut if draft.settings.chat.summarise else Cut(cut.turns, cut.tokens, "")
        return None

    async def _cut(self, draft: TurnDraft, history: History, counter: Counter, budget: Budget) -> Cut:
        last = len(history.turns) - 1
        newest = history.without(last)
        needed = await counter.whole(newest)
        if needed > budget.most:
            count = f"about {needed:,}" if counter.is_huge(newest) else f"{needed:,}"
            raise PromptTooLong(
                f"the message needs {count} tokens with its system prompt, and {budget.most:,} are "
                f"available in a context of {budget.context:,}"
            )
        reserved = note_tokens(budget.prompt) if draft.settings.chat.summarise else 0
        turns = await self._fresh(history, counter, budget, needed + reserved)
        note = await self._summaries.note(draft, history, turns, reserved) if reserved and turns else ""
        # Counts of single messages are estimates: the whole prompt has the last word.
        while await counter.whole(history.without(turns, note)) > (budget.prompt if turns < last else budget.most):
            if turns < last:
                turns += 1
            elif note:
                note = ""
            else:
                break
        if not turns:
            return Cut(0, 0, "")
        return Cut(turns, await counter.together(history.dropped(turns)), note)

    async def _fresh(self, history: History, counter: Counter, budget: Budget, used: int) -> int:
        """How many of the oldest turns to drop, at least one where there is one besides the newest."""
        last = len(history.turns) - 1
        turns = last
        while turns > 1:
            used += sum([await counter.alone(message) for message in history.turns[turns - 1]])
            # The turn before the newest is what that one most likely speaks of: it may fill the room.
            if used > (budget.prompt if turns == last else KEEP_SHARE * budget.prompt):
                break
            turns -= 1
        return turns
