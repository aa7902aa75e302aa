"""`/v1/conversations`: what several responses belong to."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field

from myna_serve.api.responses import Limit, Order
from myna_serve.api.routes import new_routes
from myna_serve.chat.request import Strict
from myna_serve.linked.pictures import bring, links_in_items
from myna_serve.responses.items import items_of, page
from myna_serve.responses.keeping import Shelf
from myna_serve.responses.request import Item, Metadata
from myna_serve.service import Service

MOST_ITEMS = 20
"""To begin with, as OpenAI has it."""


class ConversationRequest(Strict):
    items: list[Item] | None = Field(default=None, max_length=MOST_ITEMS)
    metadata: Metadata | None = None


def conversation_routes(service: Service) -> APIRouter:
    routes = new_routes()

    @routes.post("/v1/conversations", summary="Begin a conversation that is kept")
    async def create(request: Request, asked: ConversationRequest) -> dict[str, Any]:
        who = await service.begin(request, "chat")
        await bring(request, service, who, links_in_items(asked.items))
        return await Shelf(service, who).begin(items_of(asked.items or ()), asked.metadata or {})

    @routes.get("/v1/conversations/{name}", summary="A conversation that is kept")
    async def retrieve(request: Request, name: str) -> dict[str, Any]:
        who = await service.begin(request, "chat")
        return (await Shelf(service, who).get(name, "conversation")).shown

    @routes.delete("/v1/conversations/{name}", summary="Forget a conversation, with its responses")
    async def delete(request: Request, name: str) -> dict[str, Any]:
        who = await service.begin(request, "chat")
        await Shelf(service, who).delete(name, "conversation")
        return {"id": name, "object": "conversation.deleted", "deleted": True}

    @routes.get("/v1/conversations/{name}/items", summary="What was said in a conversation")
    async def items(
        request: Request, name: str, *, limit: Limit = 20, order: Order = "desc", after: str = ""
    ) -> dict[str, Any]:
        who = await service.begin(request, "chat")
        return page(await Shelf(service, who).said_in(name), limit=limit, order=order, after=after)

    return routes
