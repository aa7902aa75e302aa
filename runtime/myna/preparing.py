"""A turn before it is generated: prepared by plugins, and judged by those that screen."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from .draft import Draft
from .errors import Blocked, PluginMissing
from .host import PluginHost
from .messages import Message, Text, user


class Preparation:
    """What the hooks make of one question."""

    def __init__(
        self,
        host: PluginHost,
        draft: Callable[[Message | None], Draft],
        *,
        flush: Callable[[], Awaitable[None]],
        blocked: Callable[[str], None],
    ) -> None:
        """`draft` makes the turn anew for a question, `flush` delivers what hooks have said, and `blocked` is told
        what a person is to read in place of an answer."""
        self._host = host
        self._new_draft = draft
        self._flush = flush
        self._blocked = blocked
        self.timings: dict[str, float] = {}
        """Milliseconds: `prepare`, `screen`."""

    async def run(self, question: Message | None) -> tuple[Draft, Message | None]:
        """The turn as it is to be generated, and the question as it may be kept.

        Raises:
            Blocked: a plugin will not have the question, or a value for its template, answered.
            PluginMissing: nobody put the question into the template that was asked for.
            MynaError: a plugin ended the turn.
        """
        draft = self._new_draft(question)
        began = time.perf_counter()
        # Before a template does anything with them.
        draft.variables = await self._screened(draft.variables, draft)
        self._took("screen", began)
        await self._prepare(draft)
        began = time.perf_counter()
        if question is None:
            await self._screen_found(draft)
            self._took("screen", began)
            return draft, None
        typed = question.typed()
        judged = await self._judged(typed, draft)
        screened = question if judged is typed else question.with_text(judged.text)
        if screened is not question:
            draft.replace(question, screened)
        await self._screen_found(draft)
        self._took("screen", began)
        if screened is not question and draft.used is not None:
            # A template may have put what was replaced anywhere, and in another form.
            again = self._new_draft(screened)
            again.variables = draft.variables
            await self._prepare(again)
            began = time.perf_counter()
            await self._screen_found(again)
            self._took("screen", began)
            draft = again
        return draft, screened

    async def _prepare(self, draft: Draft) -> None:
        began = time.perf_counter()
        await self._host.prepare_turn(draft)
        if draft.prompt and draft.used is None:
            raise PluginMissing("prompt templates come with the plugin prompts, which is not active")
        await self._flush()
        self._took("prepare", began)

    async def _screened(self, value: Any, draft: Draft) -> Any:
        """Plain data with its texts as they may go on: what is put into a template is judged as a question is."""
        if isinstance(value, str):
            return (await self._judged(user(value), draft)).text if value else value
        if isinstance(value, Mapping):
            return {
                await self._screened(name, draft): await self._screened(inner, draft) for name, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [await self._screened(inner, draft) for inner in value]
        return value

    async def _screen_found(self, draft: Draft) -> None:
        """What was found in pictures, each text by itself: it is not the user who says it."""
        for at, message in enumerate(draft.messages):
            for place, part in enumerate(message.parts):
                if isinstance(part, Text) and part.origin == "picture":
                    screened = await self._judged(Message(message.role, (part,)), draft)
                    parts = draft.messages[at].parts
                    draft.messages[at] = Message(message.role, (*parts[:place], *screened.parts, *parts[place + 1 :]))

    async def _judged(self, message: Message, draft: Draft) -> Message:
        """`message`, or what stands for it."""
        verdict = await self._host.screen_input(message, draft)
        if verdict.action == "block":
            self._blocked(verdict.text)
            raise Blocked(verdict.text or "this question is not answered here", hint=verdict.rule)
        return message.with_text(verdict.text) if verdict.action == "replace" else message

    def _took(self, stage: str, since: float) -> None:
        took = (time.perf_counter() - since) * 1e3
        self.timings[stage] = round(self.timings.get(stage, 0.0) + took, 3)
