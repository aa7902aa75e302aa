"""One turn, from the question to `TurnFinished`."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import msgspec

from .attempt import Attempt, Attempts
from .audit.turns import TurnAudit
from .delivery import Delivery
from .draft import AskOptions
from .errors import BadInput, Blocked, EngineError, ErrorInfo, MynaError
from .events import Event, Routed, TextDelta, TokenLogprob, TurnFinished, TurnStarted
from .messages import Image, Message, assistant
from .outcome import Outcome
from .remarks import Remarks
from .routing import Routing
from .store.records import MessageMeta, StoredMessage

if TYPE_CHECKING:
    from .conversation import Conversation


class Turn:
    """A question on its way. Iterate over it for its events; the last one is always `TurnFinished`.

    The work begins with the first iteration. Closing the iterator, or cancelling whoever iterates,
    cancels the turn; what was answered until then is kept in the history.
    """

    def __init__(
        self,
        conversation: Conversation,
        question: Message | None,
        *,
        edited: str | None = None,
        options: AskOptions,
        confirmed: asyncio.Event | None = None,
        delivered: asyncio.Event | None = None,
    ) -> None:
        """`question` None answers the last one once more; `edited` is the message that it replaces.

        `confirmed` and `delivered` are those of `Conversation.ask`.
        """
        self.id = uuid.uuid4().hex
        self.epoch = conversation.epoch
        self._conversation = conversation
        self._question = question
        self._edited = edited
        self._options = options
        self._delivery = Delivery(conversation.host, self.id, confirmed=confirmed, delivered=delivered)
        self._heard: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._begun = False
        self._cancelled = False
        self._model = conversation.model
        self._started = 0.0
        self._outcome = Outcome()
        self._remarks = Remarks()
        self._audit: TurnAudit | None = None
        self._looked = asyncio.Event()
        """Set when the pictures of the question were looked at, or must be kept without."""
        self._refused = False
        """They cannot be looked at: with them in its history, the conversation could not go on."""

    @property
    def tokens(self) -> int:
        """Of its answer, that have come so far."""
        return self._outcome.tokens

    def cancel(self) -> None:
        """End the turn as soon as the engine's current step allows. Safe at any time."""
        if not self._cancelled:
            self._cancelled = True
            self._conversation.raise_epoch(self.epoch)
            # A task that is cancelled before its first step never runs at all: `_run` looks for itself.
            if self._task is not None and self._begun and not self._task.done():
                self._task.cancel()

    def heard(self, text: str, *, error: MynaError | None = None) -> None:
        """End the turn: of its answer only `text` has arrived, and only that is kept, as of a cancelled turn.

        With `error`, the turn ends with that instead. Nothing happens when the answer was recorded already.
        """
        self._heard = text
        if error is not None:
            self._outcome.error = error.info()
        self.cancel()

    def measured(self, timings: Mapping[str, float]) -> None:
        """Add stages (milliseconds) that whoever asked has measured, for the `TurnFinished` to come."""
        self._outcome.timings.update(timings)

    async def finish(self) -> TurnFinished:
        """Let the turn run to its end, for whoever does not care for the events before it."""
        finished: TurnFinished | None = None
        async for event in self:
            if isinstance(event, TurnFinished):
                finished = event
        if finished is None:
            raise EngineError("the turn was iterated over already")
        return finished

    async def __aiter__(self) -> AsyncGenerator[Event, None]:
        if self._task is not None:
            return
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"turn {self.id}")
        try:
            async with aclosing(self._delivery.events()) as events:
                async for event in events:
                    yield event
            # A defect in Myna or in a plugin must be seen, after the turn has ended properly.
            await self._task
        finally:
            await self._stop()

    async def _stop(self) -> None:
        if self._task is None or self._task.done():
            return
        self.cancel()
        while not self._task.done():
            # Whoever reads is gone: make room, so that the turn comes to its end.
            self._delivery.make_room()
            await asyncio.wait([self._task], timeout=0.05)

    # the way of a turn

    async def _run(self) -> None:
        self._started = time.perf_counter()
        outcome = self._outcome
        self._begun = True
        try:
            if self._cancelled:
                outcome.reason = "cancelled"
            else:
                async with self._conversation.one_at_a_time():
                    # An older turn may have been cancelled while this one waited.
                    self.epoch = self._conversation.epoch
                    await self._answer_or_wait()
        except asyncio.CancelledError:
            # An answer that was complete before it was recorded stays what it is.
            if outcome.reason == "error" and outcome.error is None:
                outcome.reason = "cancelled"
        except Blocked as error:
            outcome.reason, outcome.error = "blocked", error.info()
            if self._audit is not None:
                self._audit.blocked(error)
        except MynaError as error:
            outcome.reason, outcome.error = "error", error.info()
        except BaseException as error:
            outcome.error = ErrorInfo("internal", f"{type(error).__name__}: {error}")
            raise
        finally:
            await self._flush()
            await self._record()
            outcome.timings["total"] = _since(self._started)
            await self._delivery.send(outcome.finished(self.id, self.epoch, outcome.model or self._model))
            await self._delivery.end()

    async def _answer_or_wait(self) -> None:
        """A turn that may still turn out not to count fails only when it does."""
        try:
            await self._answer()
        except MynaError:
            await self._delivery.until_it_counts()
            raise

    async def _answer(self) -> None:
        conversation = self._conversation
        audit = self._audit = conversation.audit_turn(self.id)
        audit.asked(self._question, self._model, self._options.variables)
        routing = await Routing.of(
            conversation, self._messages, self._options, turn=self.id, epoch=self.epoch, tell=self._tell
        )
        self._model = await routing.name()
        await self._delivery.send(
            TurnStarted(
                turn=self.id,
                epoch=self.epoch,
                conversation=conversation.id,
                model=self._model,
                client=conversation.client,
            )
        )
        await self._flush()
        attempts = Attempts(
            conversation,
            routing,
            audit,
            self._outcome,
            turn=self.id,
            options=self._options,
            question=self._question,
            ahead=self._delivery.ahead,
            emit=self._emit,
            flush=self._flush,
            send=self._send,
            say=self._say,
        )
        await attempts.load(self.epoch, self._started)
        history = await self._history()
        attempts.after([stored.message for stored in history])
        attempt = await attempts.next()

        audit.begin(self._delivery.until_it_counts)
        # Safe on disk while the model reads the prompt.
        accepting = asyncio.create_task(self._accept(attempt.question, history[-1].id if history else None))
        try:
            await self._deliver(attempt, attempts, routing)
        except asyncio.CancelledError:
            self._outcome.reason = "cancelled" if self._outcome.error is None else "error"
            raise
        finally:
            await _to_its_end(self._keep(accepting))

    async def _history(self) -> list[StoredMessage]:
        """What the answer continues, oldest first."""
        if self._question is None:
            return await self._conversation.messages_to_answer()
        if self._edited is not None:
            return await self._conversation.messages_before(self._edited)
        return await self._conversation.history()

    async def _messages(self) -> list[Message]:
        """All that is to be answered, for the choice of who answers."""
        before = [stored.message for stored in await self._history()]
        return before if self._question is None else [*before, self._question]

    async def _accept(self, question: Message | None, parent: str | None) -> str | None:
        """Keep the question as soon as it counts, one with pictures when the answer begins; the message (an id) that
        the answer follows.
        """
        await self._delivery.until_it_counts()
        if question is None:
            return parent
        if _shows_pictures(question):
            await self._looked.wait()
        meta = MessageMeta(remarks=self._remarks.of_question())
        return (await self._conversation.append(question, parent=parent, turn=self.id, meta=meta)).id

    async def _deliver(self, attempt: Attempt, attempts: Attempts, routing: Routing) -> None:
        """Answer, and wait until the answer has arrived where that takes longer."""
        problem: MynaError | None = None
        try:
            await self._try(attempt, attempts, routing)
        except MynaError as error:
            self._outcome.reason = "blocked" if isinstance(error, Blocked) else "error"
            self._refused = isinstance(error, BadInput) and not self._looked.is_set()
            problem, self._outcome.broke = error, error.info()
        await self._delivery.until_delivered(self.epoch, None if problem is None else problem.info())
        await self._delivery.until_it_counts()
        if problem is not None:
            raise problem

    async def _try(self, attempt: Attempt, attempts: Attempts, routing: Routing) -> None:
        """Have one model after the other answer, until one does. What was shown of an answer cannot be taken back:
        with that, its error is the turn's."""
        while True:
            try:
                await attempt.run()
            except MynaError as error:
                if attempt.released.begun or not await routing.instead(error):
                    raise
            else:
                return
            await self._flush()
            attempt = await attempts.next()

    async def _send(self, text: str, logprobs: Sequence[TokenLogprob]) -> None:
        if text and "first_token" not in self._outcome.timings:
            self._outcome.timings["first_token"] = _since(self._started)
            self._looked.set()
        self._outcome.text += text
        await self._delivery.send(TextDelta(turn=self.id, epoch=self.epoch, text=text, logprobs=tuple(logprobs)))

    def _emit(self, event: Event) -> None:
        """Of a plugin; goes out with the next flush."""
        if self._audit is not None:
            self._audit.told(event)
        self._remarks.tell(event)
        self._delivery.emit(event)

    def _tell(self, routed: Routed) -> None:
        """Who answers was decided."""
        self._outcome.routed = routed
        self._emit(routed)

    async def _flush(self) -> None:
        await self._delivery.flush(self.epoch)

    def _say(self, text: str) -> None:
        """In place of an answer."""
        self._outcome.text = text

    async def _keep(self, accepting: asyncio.Task[str | None]) -> None:
        """Wait for the question, then keep what was delivered, also of an answer that did not come to its end."""
        outcome = self._outcome
        if self._heard is not None:
            outcome.text = self._heard
        if not self._delivery.counts or (self._refused and _shows_pictures(self._question)):
            accepting.cancel()
            return
        self._looked.set()
        parent = await accepting
        began = time.perf_counter()
        asked = self._question is not None
        meta = outcome.meta(outcome.model or self._model, self._remarks.of_answer(asked=asked))
        if not outcome.text and outcome.reason != "stop":
            if asked and parent is not None:
                # There is no answer to keep this with.
                remarks = (*self._remarks.of_question(), *meta.remarks)
                await self._conversation.amend(parent, msgspec.structs.replace(meta, remarks=remarks))
            return
        stored = await self._conversation.append(assistant(outcome.text), parent=parent, turn=self.id, meta=meta)
        outcome.message = stored.id
        outcome.timings["record"] = _since(began)

    async def _record(self) -> None:
        """Have what the turn came to in the audit log; one that cannot be recorded has failed, where policy says so."""
        outcome = self._outcome
        if self._audit is None:
            return
        recording = asyncio.create_task(self._audit.finish(outcome, counts=self._delivery.counts))
        # A cancel that comes now is too late: the turn is over, and its end must still be told.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.shield(recording)
        await asyncio.wait([recording])
        failed = recording.result()
        if failed is not None and outcome.error is None:
            outcome.reason, outcome.error = "error", failed


async def _to_its_end(work: Coroutine[Any, Any, None]) -> None:
    """Do `work` whole, also when this task is cancelled meanwhile; then be cancelled."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()
        raise


def _shows_pictures(question: Message | None) -> bool:
    return question is not None and any(isinstance(part, Image) for part in question.parts)


def _since(moment: float) -> float:
    """Milliseconds."""
    return round((time.perf_counter() - moment) * 1e3, 3)
