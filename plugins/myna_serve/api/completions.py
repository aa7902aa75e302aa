"""`/v1/completions`, for old clients: the prompt is asked as a question, since these are models to talk to."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Literal

import msgspec
from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from myna.events import FinishReason, Usage
from myna_serve.access.identity import Identity
from myna_serve.answer_cache import may_be_kept
from myna_serve.api.routes import new_routes
from myna_serve.chat.answering import End, answer
from myna_serve.chat.asking import Asked, Said
from myna_serve.chat.request import MOST_CHOICES, Drawing
from myna_serve.chat.sampling import sampling_of, stops_of
from myna_serve.chat.shapes import reason_of, shown_usage
from myna_serve.connection import while_connected
from myna_serve.faults import bad
from myna_serve.service import Service
from myna_serve.streaming import EVENTS, events, streamed

SHORT = 16
"""Tokens of an answer when nothing is said, as OpenAI has it."""


class CompletionRequest(Drawing):
    model: str = ""
    prompt: str | list[str]
    max_tokens: int | None = Field(default=None, ge=1, le=2**31 - 1)
    # Accepted with the value that means nothing:
    suffix: Literal[""] | None = None
    echo: Literal[False] | None = None
    best_of: Literal[1] | None = None
    logprobs: None = None


class _Head(msgspec.Struct, frozen=True):
    id: str
    created: int
    model: str

    def shown(self, choices: list[dict[str, Any]], usage: Usage | None) -> dict[str, Any]:
        shown = {"id": self.id, "object": "text_completion", "created": self.created, "model": self.model}
        return {**shown, "choices": choices, **({} if usage is None else {"usage": shown_usage(usage)})}


def completion_routes(service: Service) -> APIRouter:
    routes = new_routes()

    @routes.post("/v1/completions", summary="Answer a prompt", response_model=None)
    async def completions(request: Request, asked: CompletionRequest) -> Response:
        who = await service.begin(request, "chat")
        model = await service.models.choose(asked.model, "chat")
        wanted = _asked(service, asked, model)
        cached = may_be_kept(request)
        if asked.stream:
            with_usage = asked.stream_options is not None and asked.stream_options.include_usage
            parts = _stream(service, who, wanted, cached=cached, with_usage=with_usage)
            return await streamed(request, events(parts), EVENTS)
        return JSONResponse(await while_connected(request, _whole(service, who, wanted, cached=cached)))

    return routes


def _asked(service: Service, asked: CompletionRequest, model: str) -> list[Asked]:
    """One for each choice."""
    prompts = [asked.prompt] if isinstance(asked.prompt, str) else asked.prompt
    if not 1 <= len(prompts) * (asked.n or 1) <= MOST_CHOICES:
        raise bad(f"prompt: 1 to {MOST_CHOICES} answers are possible", "prompt")
    if not all(prompt.strip() for prompt in prompts):
        raise bad("prompt: it is empty", "prompt")
    defaults = service.assistant.default_options()
    options = msgspec.structs.replace(
        defaults,
        sampling=sampling_of(asked, defaults.sampling),
        max_tokens=asked.max_tokens or SHORT,
        stop=stops_of(asked.stop),
    )
    return [Asked(model, (Said("user", (prompt,)),), options) for prompt in prompts for _ in range(asked.n or 1)]


async def _whole(service: Service, who: Identity, asked: list[Asked], *, cached: bool) -> dict[str, Any]:
    choices: list[dict[str, Any]] = []
    usage, model = Usage(), ""
    async with service.slot("chat", who):
        for index, one in enumerate(asked):
            text = ""
            async with aclosing(answer(service, who, one, index, cached=cached)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, End):
                        usage, model = _sum(usage, piece.usage), piece.model
                        choices.append(_choice(index, text, piece.reason))
                    else:
                        text += piece.text
    return _head(model).shown(choices, usage)


async def _stream(
    service: Service, who: Identity, asked: list[Asked], *, cached: bool, with_usage: bool
) -> AsyncGenerator[dict[str, Any], None]:
    usage = Usage()
    async with service.slot("chat", who):
        head = _head("")
        for index, one in enumerate(asked):
            async with aclosing(answer(service, who, one, index, cached=cached)) as pieces:
                async for piece in pieces:
                    if not head.model:
                        # Of all choices: it is known once somebody answers.
                        head = msgspec.structs.replace(head, model=piece.model)
                    if isinstance(piece, End):
                        usage = _sum(usage, piece.usage)
                        yield head.shown([_choice(index, "", piece.reason)], None)
                    else:
                        yield head.shown([_choice(index, piece.text, None)], None)
        if with_usage:
            yield head.shown([], usage)


def _head(model: str) -> _Head:
    return _Head(f"cmpl-{uuid.uuid4().hex}", int(time.time()), model)


def _choice(index: int, text: str, reason: FinishReason | None) -> dict[str, Any]:
    shown = None if reason is None else reason_of(reason)
    return {"index": index, "text": text, "logprobs": None, "finish_reason": shown}


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        one.prompt_tokens + other.prompt_tokens,
        one.cached_tokens + other.cached_tokens,
        one.completion_tokens + other.completion_tokens,
    )
