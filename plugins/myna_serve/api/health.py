"""`/health` for who watches the machine, and `/metrics` for Prometheus."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from myna.errors import MynaError
from myna_serve.api.routes import new_routes
from myna_serve.metrics import TYPE
from myna_serve.service import Service


def health_routes(service: Service) -> APIRouter:
    routes = new_routes()

    @routes.get("/health/live", summary="Whether the server runs")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @routes.get("/health/ready", summary="Whether it can answer", response_model=None)
    @routes.get("/health", summary="Whether it can answer", response_model=None)
    async def ready() -> Response:
        if service.draining:
            return JSONResponse({"status": "ending"}, 503)
        try:
            model = (await service.assistant.resolve(await service.models.choose("", "chat"))).name
        except MynaError as error:
            return JSONResponse({"status": "unable", "code": error.code}, 503)
        failed = any(
            worker.state == "quarantined" for worker in service.assistant.pool.status() if worker.name == model
        )
        if failed:
            return JSONResponse({"status": "unable", "code": "model-quarantined"}, 503)
        return JSONResponse({"status": "ok"})

    @routes.get("/metrics", summary="Figures for Prometheus", response_model=None)
    async def metrics(request: Request) -> Response:
        await service.begin(request, "metrics")
        return Response(await asyncio.to_thread(service.metrics.text), media_type=TYPE)

    return routes
