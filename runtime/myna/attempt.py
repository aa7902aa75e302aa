"""One attempt at an answer: the question made ready for a model, and who has it answered."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from .answering import Answering
from .audit.turns import TurnAudit
from .draft import AskOptions, Draft
from .events import Event
from .messages import Message, system
from .outcome import Outcome
from .preparing import Preparation
from .release import Release, Send
from .screening import Screening

if TYPE_CHECKING:
    from .conversation import Conversation
    from .loading import Loaded
    from .routing import Routing


class Attempt(msgspec.Struct, frozen=True):
    answering: Answering
    draft: Draft
    question: Message | None
    """As it may be kept."""
    released: Release

    async def run(self) -> None:
        """Have it answered. Raises: as `Answering.run`."""
        await self.answering.run(self.draft)


class Attempts:
    """Those of one turn: the first, and one more for each model that is asked in the place of another."""

    def __init__(
        self,
        conversation: Conversation,
        routing: Routing,
        audit: TurnAudit,
        outcome: Outcome,
        *,
        turn: str,
        options: AskOptions,
        question: Message | None,
        ahead: int,
        emit: Callable[[Event], None],
        flush: Callable[[], Awaitable[None]],
        send: Send,
        say: Callable[[str], None],
    ) -> None:
        """`say` takes what stands in the place of an answer; the others are as in `Draft` and `Answering`."""
        self._conversation = conversation
        self._routing = routing
        self._audit = audit
        self._outcome = outcome
        self._turn = turn
        self._options = options
        self._question = question
        self._ahead = ahead
        self._emit = emit
        self._flush = flush
        self._send = send
        self._say = say
        self._history: Sequence[Message] = ()
        self._epoch = 0
        self._told: tuple[str, str, int] = ("", "", 0)

    async def load(self, epoch: int, since: float) -> None:
        """Have the first model loaded. `since`: when the turn began, on the performance counter.

        Raises:
            MynaError: no model can be had.
        """
        loaded = await self._routing.load()
        self._outcome.timings["load"] = round((time.perf_counter() - since) * 1e3, 3)
        self._epoch = epoch
        self._remark(loaded)
        await self._flush()

    def after(self, history: Sequence[Message]) -> None:
        """The question follows these messages, or is the last of them."""
        self._history = history

    async def next(self) -> Attempt:
        """Make the question ready for the model whose turn it is.

        Raises: as `Preparation.run`; or no model can be had.
        """
        conversation = self._conversation
        loaded = await self._routing.load()
        self._remark(loaded)
        model = self._outcome.model = loaded.model.name
        preparation = Preparation(
            conversation.host,
            Screening(conversation.host, self._audit, blocked=self._say),
            self._drafts(loaded),
            flush=self._flush,
            foreign=self._history if conversation.foreign else (),
        )
        try:
            draft, question = await preparation.run(self._question)
        finally:
            self._outcome.timings.update(preparation.timings)
        self._outcome.used = draft.used
        self._audit.asked(question, model, draft.variables, draft.used)
        release = Release(self._audit, self._send)
        answering = Answering(
            conversation.host,
            loaded.engine,
            ahead=self._ahead,
            audit=self._audit,
            release=release,
            outcome=self._outcome,
            flush=self._flush,
        )
        return Attempt(answering, draft, question, release)

    def _remark(self, loaded: Loaded) -> None:
        """Say once what a person should know of each model that is to answer."""
        told = (loaded.model.name, loaded.cause, loaded.context)
        if told != self._told and (remark := loaded.remark(self._turn, self._epoch)) is not None:
            self._emit(remark)
        self._told = told

    def _drafts(self, loaded: Loaded) -> Callable[[Message | None], Draft]:
        """Makes the turn for a question after the history, or for none: then its last question is answered again."""
        conversation = self._conversation

        def draft(question: Message | None) -> Draft:
            first = [system(conversation.system)] if conversation.system else []
            return Draft(
                turn=self._turn,
                conversation=conversation.id,
                model=loaded.model.name,
                messages=[*first, *self._history, *([question] if question else [])],
                options=self._options,
                settings=conversation.settings,
                engine=loaded.engine,
                info=loaded.info,
                emit=self._emit,
                prompt_sources=conversation.host.prompt_sources(),
                embed=conversation.embed,
                read=conversation.read_attachment,
                look=conversation.look,
                printed=conversation.printed,
                classify=conversation.classify,
                sees=loaded.model.looks,
                audit=self._audit.verdict,
            )

        return draft
