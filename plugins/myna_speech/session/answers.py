"""The answers of a session, from the question to what it came to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from myna.conversation import Conversation
from myna.draft import AskOptions
from myna.voice_events import AnswerText, Spoken, Told, TurnDone

from .answer import Answer, Speaking
from .jobs import Inbox, Jobs
from .timings import Percentiles, Stages


class Answers:
    """Makes them, and says of each that counted how it ended."""

    def __init__(
        self,
        conversation: Conversation,
        speaking: Speaking,
        *,
        options: AskOptions | None,
        show: Callable[[Callable[[float], Told]], None],
        inbox: Inbox,
        jobs: Jobs,
        ready: Callable[[Answer], None],
        ended: Callable[[Answer], None],
    ) -> None:
        """`ready` is told when an answer could be heard, `ended` when it is over, before that is shown."""
        self.speaking = speaking
        """With which voice, and how; counts from the next answer on."""
        self.percentiles = Percentiles()
        self._conversation = conversation
        self._options = options
        self._show = show
        self._inbox = inbox
        self._jobs = jobs
        self._ready = ready
        self._ended = ended
        self._open: set[Answer] = set()

    @property
    def busy(self) -> bool:
        """One is on its way, or has not quite ended."""
        return bool(self._open)

    def begin(self, question: str, language: str, stages: Stages) -> Answer:
        answer = Answer(
            self._conversation,
            question,
            language,
            self.speaking,
            stages,
            options=self._options,
            show=lambda text: self._show(lambda at: AnswerText(at=at, text=text)),
            ready=lambda ready: self._inbox.post(lambda: self._ready(ready)),
            spoken=lambda error: self._show(lambda at: Spoken(at=at, error=error)),
            over=lambda ended: self._inbox.post(lambda: self._over(ended)),
        )
        self._open.add(answer)
        self._jobs.watch(answer.task)
        return answer

    async def close(self) -> None:
        """Wait until all have ended."""
        if self._open:
            await asyncio.wait([answer.task for answer in self._open])

    def _over(self, answer: Answer) -> None:
        self._open.discard(answer)
        self._ended(answer)
        finished = answer.finished
        if not answer.confirmed or finished is None:
            return
        self.percentiles.add(finished.timings)
        self._show(
            lambda at: TurnDone(
                at=at,
                question=answer.question,
                text=finished.text,
                reason=finished.reason,
                timings=finished.timings,
                usage=finished.usage,
                error=finished.error,
            )
        )
