"""The chat model reads what is being said while it is said, so that its cache knows the question before it is over."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import msgspec

from myna.conversation import Conversation
from myna.draft import AskOptions
from myna.events import TextDelta

from .jobs import Jobs
from .words import words_of

MORE_WORDS = 3
"""Than last time, for which the model reads again."""


class ReadAhead:
    """Of one conversation. It begins answers that are never confirmed: nothing remains of them but a warm cache."""

    def __init__(self, conversation: Conversation, options: AskOptions | None, jobs: Jobs) -> None:
        self._conversation = conversation
        self._options = options
        self._jobs = jobs
        self._task: asyncio.Task[None] | None = None
        self._words = 0
        """That the model has read."""

    def read(self, question: str) -> None:
        """What was said so far. Nothing happens while the model still reads, or when there is hardly more to read."""
        words = len(words_of(question))
        if words < self._words + MORE_WORDS or (self._task is not None and not self._task.done()):
            return
        self._words = words
        options = msgspec.structs.replace(self._options or self._conversation.default_options(), max_tokens=1)
        parts = self._conversation.beside.question(question)
        turn = self._conversation.ask(parts, options=options, confirmed=asyncio.Event())

        async def read() -> None:
            async with aclosing(aiter(turn)) as events:
                async for event in events:
                    if isinstance(event, TextDelta):
                        break

        self._task = self._jobs.start(read(), "read ahead")

    def stop(self) -> None:
        """What is said next is something new."""
        self._words = 0
        if self._task is not None:
            self._task.cancel()
            self._task = None
