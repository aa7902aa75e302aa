"""`/v1/responses`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from myna_serve.answer_cache import may_be_kept
from myna_serve.api.routes import new_routes
from myna_serve.chat.asking import asked_of
from myna_serve.connection import while_connected
from myna_serve.linked.pictures import bring, links_in_items
from myna_serve.responses.answering import respond, stream
from myna_serve.responses.items import page
from myna_serve.responses.keeping import Shelf
from myna_serve.responses.request import ResponseRequest, as_chat
from myna_serve.service import Service
from myna_serve.streaming import EVENTS, named_events, streamed

Limit = Annotated[int, Query(ge=1, le=100)]
Order = Literal["asc", "desc"]


def response_routes(service: Service) -> APIRouter:
    routes = new_routes()

    @routes.post("/v1/responses", summary="Answer a conversation, in the newer shape", response_model=None)
    async def responses(request: Request, asked: ResponseRequest) -> Response:
        who = await service.begin(request, "chat")
        model = await service.models.choose(asked.model, "chat")
        await bring(request, service, who, links_in_items(asked.input))
        shelf = Shelf(service, who, asked)
        wanted = asked_of(as_chat(asked, await shelf.earlier()), model, service.assistant.default_options())
        cached = may_be_kept(request)
        if asked.stream:
            parts = stream(service, who, asked, wanted, shelf, cached=cached)
            return await streamed(request, named_events(parts), EVENTS)
        whole = await while_connected(request, respond(service, who, asked, wanted, shelf, cached=cached))
        return JSONResponse(whole)

    @routes.get("/v1/responses/{name}", summary="A response that was kept")
    async def get_response(request: Request, name: str) -> dict[str, Any]:
        who = await service.begin(request, "chat")
        return (await Shelf(service, who).get(name, "response")).shown

    @routes.delete("/v1/responses/{name}", summary="Forget a response")
    async def delete_response(request: Request, name: str) -> dict[str, Any]:
        who = await service.begin(request, "chat")
        await Shelf(service, who).delete(name, "response")
        return {"id": name, "object": "response", "deleted": True}

    @routes.get("/v1/responses/{name}/input_items", summary="What a response that was kept answers")
    async def input_items(
        request: Request, name: str, *, limit: Limit = 20, order: Order = "desc", after: str = ""
    ) -> dict[str, Any]:
        who = await service.begin(request, "chat")
        kept = await Shelf(service, who).get(name, "response")
        return page(kept.items, limit=limit, order=order, after=after)

    return routes
