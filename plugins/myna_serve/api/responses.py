"""`/v1/responses`, without conversations that are kept."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from myna_serve.api.routes import new_routes
from myna_serve.chat.asking import asked_of
from myna_serve.connection import while_connected
from myna_serve.responses.answering import respond, stream
from myna_serve.responses.request import ResponseRequest, as_chat
from myna_serve.service import Service
from myna_serve.streaming import EVENTS, named_events, streamed


def response_routes(service: Service) -> APIRouter:
    routes = new_routes()

    @routes.post("/v1/responses", summary="Answer a conversation, in the newer shape", response_model=None)
    async def responses(request: Request, asked: ResponseRequest) -> Response:
        who = await service.begin(request, "chat")
        model = await service.models.choose(asked.model, "chat")
        wanted = asked_of(as_chat(asked), model, service.assistant.default_options())
        if asked.stream:
            return await streamed(request, named_events(stream(service, who, asked, wanted)), EVENTS)
        return JSONResponse(await while_connected(request, respond(service, who, asked, wanted)))

    return routes
