"""A turn before it is generated: prepared by plugins, and judged by those that screen."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence

from .draft import Draft
from .errors import PluginMissing
from .host import PluginHost
from .messages import Message
from .screening import Screening


class Preparation:
    """What the hooks make of one question."""

    def __init__(
        self,
        host: PluginHost,
        screening: Screening,
        draft: Callable[[Message | None], Draft],
        *,
        flush: Callable[[], Awaitable[None]],
        foreign: Sequence[Message] = (),
    ) -> None:
        """`draft` makes the turn anew for a question, and `flush` delivers what hooks have said. `foreign` are
        messages before the question that are judged as well, since whoever asks has brought them along."""
        self._host = host
        self._screening = screening
        self._new_draft = draft
        self._flush = flush
        self._foreign = foreign
        self._earlier: list[Message] | None = None
        """What comes before the question, as it may go on."""
        self.timings: dict[str, float] = {}
        """Milliseconds: `prepare`, `screen`."""

    async def run(self, question: Message | None) -> tuple[Draft, Message | None]:
        """The turn as it is to be generated, and the question as it may be kept.

        Raises:
            Blocked: a plugin will not have the question, a value for its template, or what is in its pictures answered.
            PluginMissing: nobody put the question into the template that was asked for.
            MynaError: a plugin ended the turn.
        """
        draft = self._new_draft(question)
        if self._foreign:
            began = time.perf_counter()
            await self._screening.earlier(self._foreign, draft)
            self._earlier = [message for message in draft.messages if message is not question]
            self._took("screen", began)
        # Before a template does anything with them.
        began = time.perf_counter()
        draft.variables = await self._screening.values(draft.variables, draft)
        draft.tools = await self._screening.tools(draft.tools, draft)
        self._took("screen", began)
        await self._prepare(draft)
        screened = question
        if question is not None:
            began = time.perf_counter()
            screened = await self._screening.question(question, draft)
            self._took("screen", began)
        if question is not None and screened is not None and screened is not question:
            draft = await self._with(screened, question, draft)
        began = time.perf_counter()
        screened = await self._screening.found(draft, screened)
        await draft.make_answer()
        self._took("screen", began)
        return draft, screened

    async def _with(self, screened: Message, question: Message, draft: Draft) -> Draft:
        """The turn with `screened` in the place of the question."""
        if draft.used is None:
            draft.replace(question, screened)
            return draft
        # A template may have put what was replaced anywhere, and in another form.
        again = self._new_draft(screened)
        if self._earlier is not None:
            again.messages[: len(self._earlier)] = self._earlier
        again.variables = draft.variables
        again.tools = draft.tools
        await self._prepare(again)
        return again

    async def _prepare(self, draft: Draft) -> None:
        began = time.perf_counter()
        await self._host.prepare_turn(draft)
        if draft.prompt and draft.used is None:
            raise PluginMissing("prompt templates come with the plugin prompts, which is not active")
        await self._flush()
        self._took("prepare", began)

    def _took(self, stage: str, since: float) -> None:
        took = (time.perf_counter() - since) * 1e3
        self.timings[stage] = round(self.timings.get(stage, 0.0) + took, 3)
