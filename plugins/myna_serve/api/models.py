"""`/v1/models`."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from myna_serve.api.routes import new_routes
from myna_serve.faults import Fault
from myna_serve.models import Model
from myna_serve.service import Service


def model_routes(service: Service) -> APIRouter:
    routes = new_routes()

    @routes.get("/v1/models", summary="The models that are installed here")
    async def list_models(request: Request) -> dict[str, Any]:
        await service.begin(request, "models")
        return {"object": "list", "data": [_shown(model) for model in await service.models.all()]}

    @routes.get("/v1/models/{name}", summary="One of them")
    async def get_model(request: Request, name: str) -> dict[str, Any]:
        await service.begin(request, "models")
        for model in await service.models.all():
            if model.id == name:
                return _shown(model)
        raise Fault(404, "there is no model of this name here", code="model_not_found", param="model")

    return routes


def _shown(model: Model) -> dict[str, Any]:
    return {"id": model.id, "object": "model", "created": model.created, "owned_by": "myna", "task": model.task}
