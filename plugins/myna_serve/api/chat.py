"""`/v1/chat/completions`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from myna_serve.answer_cache import may_be_kept
from myna_serve.api.routes import new_routes
from myna_serve.chat.asking import asked_of
from myna_serve.chat.completion import complete, stream
from myna_serve.chat.request import ChatRequest
from myna_serve.chat.sounds import in_words
from myna_serve.connection import while_connected
from myna_serve.faults import bad
from myna_serve.linked.pictures import bring, links_in
from myna_serve.service import Service
from myna_serve.streaming import EVENTS, events, streamed


def chat_routes(service: Service) -> APIRouter:
    routes = new_routes()

    @routes.post("/v1/chat/completions", summary="Answer a conversation", response_model=None)
    async def chat_completions(request: Request, asked: ChatRequest) -> Response:
        who = await service.begin(request, "chat")
        if asked.stream_options is not None and not asked.stream:
            raise bad("stream_options needs stream", "stream_options")
        model = await service.models.choose(asked.model, "chat")
        await bring(request, service, who, links_in(asked.messages))
        wanted = asked_of(asked, model, service.assistant.default_options())
        if wanted.sounds:
            wanted = await while_connected(request, in_words(service, who, wanted))
        cached = may_be_kept(request)
        if asked.stream:
            with_usage = asked.stream_options is not None and asked.stream_options.include_usage
            parts = stream(service, who, wanted, cached=cached, with_usage=with_usage)
            return await streamed(request, events(parts), EVENTS)
        whole: dict[str, Any] = await while_connected(request, complete(service, who, wanted, cached=cached))
        return JSONResponse(whole)

    return routes
