"""`/v1/realtime`: a conversation by voice, over a WebSocket."""

from __future__ import annotations

from fastapi import APIRouter, WebSocket

from myna_serve.access.identity import Identity
from myna_serve.faults import Fault
from myna_serve.realtime.talking import Talking
from myna_serve.refusing import refuse
from myna_serve.service import Service

SUBPROTOCOL = "realtime"
"""What browsers name, which cannot send headers; beside it, `openai-insecure-api-key.KEY`."""

FOREIGN_MODELS = ("gpt-realtime", "gpt-4o", "gpt-audio")
"""Beginnings of OpenAI's names, which clients have built in: the default model answers."""


def realtime_routes(service: Service) -> APIRouter:
    routes = APIRouter()

    @routes.websocket("/v1/realtime")
    async def realtime(socket: WebSocket, model: str = "") -> None:
        who: Identity = socket.state.who
        try:
            for scope in ("audio", "chat"):
                who.require(scope)
            await service.access.begin(who)
            name = await service.models.choose("" if model.startswith(FOREIGN_MODELS) else model, "chat")
            async with service.slot("talk", who):
                await socket.accept(SUBPROTOCOL if SUBPROTOCOL in socket.scope["subprotocols"] else None)
                await Talking(service, who, socket, name).run()
        except Fault as fault:
            await refuse(fault, socket.scope, socket.receive, socket.send)

    return routes
