"""One turn, from the question to `TurnFinished`."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import msgspec

from .delivery import Delivery
from .draft import AskOptions, Draft
from .engine.protocols import TextEnd, TextPiece
from .errors import Blocked, EngineError, ErrorInfo, MynaError
from .events import (
    ContextShrunk,
    Event,
    FinishReason,
    TextDelta,
    TokenLogprob,
    TurnFinished,
    TurnStarted,
    Usage,
)
from .messages import Message, Text, assistant, system
from .store.records import MessageMeta, StoredMessage

if TYPE_CHECKING:
    from .conversation import Conversation
    from .engine.clients import TextClient
    from .hookspecs import OutputFilter


class _Outcome(msgspec.Struct):
    """What a turn has come to so far."""

    reason: FinishReason = "error"
    text: str = ""
    usage: Usage = Usage()
    seed: int | None = None
    message: str = ""
    error: ErrorInfo | None = None


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
        self._timings: dict[str, float] = {}
        self._outcome = _Outcome()

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
        self._timings.update(timings)

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
        started = time.perf_counter()
        outcome = self._outcome
        self._begun = True
        try:
            if self._cancelled:
                outcome.reason = "cancelled"
            else:
                async with self._conversation.one_at_a_time():
                    # An older turn may have been cancelled while this one waited.
                    self.epoch = self._conversation.epoch
                    await self._answer_or_wait(started)
        except asyncio.CancelledError:
            # An answer that was complete before it was recorded stays what it is.
            if outcome.reason == "error" and outcome.error is None:
                outcome.reason = "cancelled"
        except Blocked as error:
            outcome.reason, outcome.error = "blocked", error.info()
        except MynaError as error:
            outcome.reason, outcome.error = "error", error.info()
        except BaseException as error:
            outcome.error = ErrorInfo("internal", f"{type(error).__name__}: {error}")
            raise
        finally:
            await self._delivery.flush(self.epoch)
            self._timings["total"] = _since(started)
            await self._delivery.send(
                TurnFinished(
                    turn=self.id,
                    epoch=self.epoch,
                    reason=outcome.reason,
                    usage=outcome.usage,
                    timings=self._timings,
                    text=outcome.text,
                    message=outcome.message,
                    error=outcome.error,
                )
            )
            await self._delivery.end()

    async def _answer_or_wait(self, started: float) -> None:
        """A turn that may still turn out not to count fails only when it does."""
        try:
            await self._answer(started)
        except MynaError:
            await self._delivery.until_it_counts()
            raise

    async def _answer(self, started: float) -> None:
        conversation = self._conversation
        self._model = await conversation.model_name()
        await self._delivery.send(
            TurnStarted(turn=self.id, epoch=self.epoch, conversation=conversation.id, model=self._model)
        )
        engine = await conversation.engine()
        info = await engine.info()
        self._timings["load"] = _since(started)
        if info.context < info.context_wanted:
            await self._delivery.send(
                ContextShrunk(turn=self.id, epoch=self.epoch, wanted=info.context_wanted, given=info.context)
            )

        prepared = time.perf_counter()
        history = await self._history()
        parent = history[-1].id if history else None
        asked = [stored.message for stored in history]
        draft = Draft(
            turn=self.id,
            conversation=conversation.id,
            model=self._model,
            messages=[*_system(conversation.system), *asked, *([self._question] if self._question else [])],
            options=self._options,
            settings=conversation.settings,
            engine=engine,
            info=info,
            emit=self._delivery.emit,
            read=conversation.read_attachment,
            look=conversation.look,
            printed=conversation.printed,
            sees=await conversation.sees(),
        )
        await conversation.host.prepare_turn(draft)
        await self._delivery.flush(self.epoch)
        self._timings["prepare"] = _since(prepared)

        screened = time.perf_counter()
        question = None if self._question is None else await self._screen(draft, self._question)
        await self._screen_found(draft)
        await draft.make_answer()
        self._timings["screen"] = _since(screened)
        # Safe on disk while the model reads the prompt.
        accepting = asyncio.create_task(self._accept(question, parent))
        try:
            await self._generate_and_deliver(engine, draft, started)
        except asyncio.CancelledError:
            self._outcome.reason = "cancelled" if self._outcome.error is None else "error"
            raise
        finally:
            await _to_its_end(self._keep(accepting))

    async def _accept(self, question: Message | None, parent: str | None) -> str | None:
        """Keep the question as soon as it counts; the message (an id) that the answer follows."""
        await self._delivery.until_it_counts()
        if question is None:
            return parent
        return (await self._conversation.append(question, parent=parent, turn=self.id)).id

    async def _history(self) -> list[StoredMessage]:
        """What the answer continues, oldest first."""
        if self._question is None:
            return await self._conversation.messages_to_answer()
        if self._edited is not None:
            return await self._conversation.messages_before(self._edited)
        return await self._conversation.history()

    async def _screen(self, draft: Draft, question: Message) -> Message:
        """The question as it may go on, in the draft too."""
        typed = question.typed()
        screened = await self._screened(draft, typed)
        if screened is typed:
            return question
        replaced = question.with_text(screened.text)
        draft.replace(question, replaced)
        return replaced

    async def _screened(self, draft: Draft, message: Message) -> Message:
        """`message` as it may go on.

        Raises:
            Blocked: it may not.
        """
        verdict = await self._conversation.host.screen_input(message, draft)
        if verdict.action == "block":
            self._outcome.text = verdict.text
            raise Blocked(verdict.text or "this question is not answered here", hint=verdict.rule)
        return message.with_text(verdict.text) if verdict.action == "replace" else message

    async def _screen_found(self, draft: Draft) -> None:
        """What was found in pictures, each text by itself: it is not the user who says it."""
        for at, message in enumerate(draft.messages):
            for place, part in enumerate(message.parts):
                if isinstance(part, Text) and part.origin == "picture":
                    screened = await self._screened(draft, Message(message.role, (part,)))
                    parts = draft.messages[at].parts
                    draft.messages[at] = Message(message.role, (*parts[:place], *screened.parts, *parts[place + 1 :]))
        # A model that looks at pictures reads for itself, so here a screen can only block.
        for text in await draft.printed() if self._conversation.host.screens else ():
            await self._screened(draft, Message("user", (Text(text, "picture"),)))

    async def _generate_and_deliver(self, engine: TextClient, draft: Draft, started: float) -> None:
        problem: MynaError | None = None
        try:
            output = self._conversation.host.open_output_filter(draft)
            await self._delivery.flush(self.epoch)
            if draft.answer:
                await self._give(draft.answer, output, started)
            else:
                await self._generate(engine, draft, output, started)
        except MynaError as error:
            self._outcome.reason = "blocked" if isinstance(error, Blocked) else "error"
            problem = error
        await self._delivery.until_delivered(self.epoch, None if problem is None else problem.info())
        await self._delivery.until_it_counts()
        if problem is not None:
            raise problem

    async def _generate(self, engine: TextClient, draft: Draft, output: OutputFilter | None, started: float) -> None:
        outcome = self._outcome
        ahead = {"ahead": self._delivery.ahead} if self._delivery.ahead else {}
        request = await draft.request()
        async with aclosing(engine.generate(request, **ahead)) as pieces:
            async for piece in pieces:
                if isinstance(piece, TextEnd):
                    if output is not None:
                        await self._deliver(output.finish(), (), started)
                    outcome.reason, outcome.usage, outcome.seed = piece.reason, piece.usage, piece.seed
                    self._timings |= {
                        stage: took for stage, took in piece.timings.items() if stage not in self._timings
                    }
                else:
                    await self._piece(piece, output, started)

    async def _give(self, answer: str, output: OutputFilter | None, started: float) -> None:
        """An answer that a plugin knew."""
        await self._deliver(answer if output is None else output.feed(answer) + output.finish(), (), started)
        self._outcome.reason = "stop"

    async def _piece(self, piece: TextPiece, output: OutputFilter | None, started: float) -> None:
        if output is None:
            await self._deliver(piece.text, piece.logprobs, started)
        else:
            # Log-probabilities would tell the tokens that a filter holds back.
            await self._deliver(output.feed(piece.text), (), started)
            await self._delivery.flush(self.epoch)

    async def _deliver(self, text: str, logprobs: Sequence[TokenLogprob], started: float) -> None:
        if not text and not logprobs:
            return
        if text and "first_token" not in self._timings:
            self._timings["first_token"] = _since(started)
        self._outcome.text += text
        await self._delivery.send(TextDelta(turn=self.id, epoch=self.epoch, text=text, logprobs=tuple(logprobs)))

    async def _keep(self, accepting: asyncio.Task[str | None]) -> None:
        """Wait for the question, then keep what was delivered, also of an answer that did not come to its end."""
        outcome = self._outcome
        if self._heard is not None:
            outcome.text = self._heard
        if not self._delivery.counts:
            accepting.cancel()
            return
        parent = await accepting
        began = time.perf_counter()
        if not outcome.text and outcome.reason != "stop":
            return
        meta = MessageMeta(
            model=self._model,
            finish=outcome.reason,
            usage=outcome.usage,
            timings=dict(self._timings),
            seed=outcome.seed,
        )
        stored = await self._conversation.append(assistant(outcome.text), parent=parent, turn=self.id, meta=meta)
        outcome.message = stored.id
        self._timings["record"] = _since(began)


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


def _system(text: str) -> list[Message]:
    return [system(text)] if text else []


def _since(moment: float) -> float:
    """Milliseconds."""
    return round((time.perf_counter() - moment) * 1e3, 3)
