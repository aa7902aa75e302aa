"""The turn of one choice of a chat completion."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING

import msgspec

from myna.draft import AskOptions
from myna.errors import MynaError
from myna.events import (
    Event,
    FinishReason,
    GuardFinding,
    HistoryDropped,
    Reduced,
    Routed,
    TextDelta,
    TokenLogprob,
    TurnFinished,
    Usage,
)
from myna.messages import Image, Part, Text, ToolCall
from myna_serve.answer_cache import Kept
from myna_serve.faults import Fault, fault_of

from .asking import Asked, Said, texts

if TYPE_CHECKING:
    from myna.conversation import Conversation
    from myna.hookspecs import ResolvedModel
    from myna_serve.access.identity import Identity
    from myna_serve.service import Service


class Piece(msgspec.Struct, frozen=True):
    text: str
    model: str
    """Who answers."""
    logprobs: tuple[TokenLogprob, ...] = ()


class End(msgspec.Struct, frozen=True):
    reason: FinishReason
    usage: Usage
    model: str


async def answer(
    service: Service, who: Identity, asked: Asked, choice: int, *, cached: bool
) -> AsyncGenerator[Piece | End, None]:
    """Pieces of the answer, then its end; closing it cancels. `cached`: one that was given before will do.

    Raises:
        Fault: there is none, or it broke off.
    """
    options = _of_choice(asked.options, choice)
    try:
        # Whatever becomes the default meanwhile, this answer is from the model of now.
        model = await service.assistant.resolve(asked.model)
        conversation = await _conversation(service, who, asked)
        parts = await _parts(conversation, asked.messages[-1])
    except MynaError as error:
        raise fault_of(error) from error
    # Who is chosen, and what a model elsewhere is, may have changed since an answer was kept.
    known = _Known(service, asked, model, choice, wanted=cached and bool(model.sha256) and not model.route)
    if known.kept is not None:
        # Past the same screens and filters, and on the same record, as when it was new.
        options = msgspec.structs.replace(options, answer=known.kept.text)
    turn = conversation.ask(parts, options=options)
    limit = asyncio.get_running_loop().call_later(service.assistant.settings.serve.answer_s, turn.cancel)
    told, counted, by = False, False, model.name
    try:
        async with aclosing(aiter(turn)) as events:
            async for event in events:
                _check(event)
                if isinstance(event, TextDelta):
                    told = True
                    yield Piece(event.text, by, event.logprobs)
                elif isinstance(event, Routed):
                    by = event.model
                    service.metrics.routed(event)
                elif isinstance(event, Reduced) and known.kept is None:
                    by = event.model
                elif isinstance(event, GuardFinding):
                    service.metrics.found(event)
                elif isinstance(event, TurnFinished):
                    end = _end(service, event, known.kept, by)
                    counted = True
                    await service.access.used(who, end.usage.prompt_tokens + end.usage.completion_tokens)
                    if end.reason == "blocked" and not told and event.text:
                        # What the policy has the person told.
                        yield Piece(event.text, by)
                    known.keep(event)
                    yield end
    finally:
        limit.cancel()
        if told and not counted:
            # Who goes before the end has had these; nobody has counted the others.
            with contextlib.suppress(Fault):
                await service.access.used(who, turn.tokens)


def _of_choice(options: AskOptions, choice: int) -> AskOptions:
    """With a seed of its own: else all choices were the same."""
    if not choice or options.sampling.seed is None:
        return options
    sampling = msgspec.structs.replace(options.sampling, seed=(options.sampling.seed + choice) % 2**32)
    return msgspec.structs.replace(options, sampling=sampling)


class _Known:
    """What the cache has for one choice, where it may be asked."""

    def __init__(self, service: Service, asked: Asked, model: ResolvedModel, choice: int, *, wanted: bool) -> None:
        self._cache = service.cache
        self._model = model.name
        # Log-probabilities are not kept.
        wanted = wanted and asked.deterministic() and asked.options.logprobs is None
        self._key = asked.key(f"{model.sha256} {choice}") if wanted else b""
        self.kept = service.cache.get(self._key) if self._key else None
        if self._key:
            service.metrics.cached(hit=self.kept is not None)

    def keep(self, event: TurnFinished) -> None:
        """An answer that came to its end, and that the model gave: not a plugin, nor what stood in for it."""
        given = event.model == self._model and not event.from_plugin
        if self._key and self.kept is None and event.reason in {"stop", "length"} and given:
            self._cache.put(self._key, Kept(event.text, event.reason, event.usage))


def _check(event: Event) -> None:
    """Raises `Fault` for what a client must not get in silence."""
    if isinstance(event, HistoryDropped):
        raise Fault(
            400,
            "the messages are longer than the context of the model",
            code="context_length_exceeded",
            param="messages",
        )


def _end(service: Service, event: TurnFinished, kept: Kept | None, model: str) -> End:
    """Raises `Fault` for an answer that broke off."""
    if event.reason == "error" and event.error is not None:
        raise fault_of(event.error)
    if event.reason == "cancelled":
        raise Fault(503, "the answer took too long", code="timeout", retry_s=1)
    if event.reason == "blocked":
        service.metrics.blocked()
        return End("blocked", event.usage, model)
    if kept is not None:
        # What the client pays for, and what its limits count, does not depend on the cache.
        return End(kept.reason, kept.usage, model)
    service.metrics.used(event.usage)
    service.metrics.timed(event.timings, event.usage)
    return End(event.reason, event.usage, model)


async def _conversation(service: Service, who: Identity, asked: Asked) -> Conversation:
    system = "" if asked.system else None
    conversation = await service.assistant.conversation(model=asked.model, system=system, record=False, client=who.name)
    earlier = []
    for said in asked.messages[:-1]:
        message = texts(said)
        if any(not isinstance(part, str) for part in said.parts):
            message = msgspec.structs.replace(message, parts=await _parts(conversation, said))
        earlier.append(message)
    if earlier:
        await conversation.recall(earlier)
    return conversation


async def _parts(conversation: Conversation, said: Said) -> tuple[Part, ...]:
    """Sounds have become words before."""
    parts: list[Part] = []
    for part in said.parts:
        if isinstance(part, str):
            parts.append(Text(part))
        elif isinstance(part, bytes):
            parts.append(Image(await conversation.add_picture(part)))
        elif isinstance(part, Text | ToolCall):
            parts.append(part)
    return tuple(parts)
