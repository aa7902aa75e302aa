"""The application: all endpoints, behind the gate."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from myna import __version__

from .api.chat import chat_routes
from .api.completions import completion_routes
from .api.conversations import conversation_routes
from .api.embeddings import embedding_routes
from .api.health import health_routes
from .api.models import model_routes
from .api.moderations import moderation_routes
from .api.realtime import realtime_routes
from .api.responses import response_routes
from .api.speech import speech_routes
from .api.transcriptions import transcription_routes
from .docs_page import page
from .faults import Fault
from .service import Service

log = logging.getLogger(__name__)

_SHOWN = 200
"""Characters of what is wrong with a field that go into an error: the rest is the client's own text."""

_CODES = {
    400: "invalid_json",
    404: "unknown_url",
    405: "method_not_allowed",
    408: "request_timeout",
    413: "request_too_large",
}


def application(service: Service) -> FastAPI:
    """All endpoints of `service`."""
    app = FastAPI(
        title="Myna", version=__version__, docs_url=None, redoc_url=None, openapi_url="/openapi.json", debug=False
    )
    app.router.redirect_slashes = False
    for routes in (
        chat_routes,
        response_routes,
        conversation_routes,
        completion_routes,
        embedding_routes,
        transcription_routes,
        speech_routes,
        realtime_routes,
        moderation_routes,
        model_routes,
        health_routes,
    ):
        app.include_router(routes(service))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page(app.openapi()))

    app.add_exception_handler(Fault, _fault)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)
    return app


async def _fault(request: Request, error: Exception) -> Response:
    del request
    if not isinstance(error, Fault):
        raise error
    return JSONResponse(error.body(), error.status, error.headers())


async def _invalid(request: Request, error: Exception) -> Response:
    """A field is missing, of the wrong kind, or not known."""
    problems: Sequence[Any] = error.errors() if isinstance(error, RequestValidationError) else ()
    first = problems[0] if problems else {}
    param = ".".join(str(step) for step in first.get("loc", ()) if step != "body")[:_SHOWN]
    if first.get("type") == "extra_forbidden":
        fault = Fault(400, f"Unrecognized request argument supplied: {param}", param=param, code="unknown_parameter")
    elif first.get("type") in {"json_invalid", "model_attributes_type"}:
        fault = Fault(400, "the body is no JSON object", code="invalid_json")
    else:
        fault = Fault(400, f"{param}: {str(first.get('msg', 'wrong'))[:_SHOWN]}", param=param, code="invalid_value")
    return await _fault(request, fault)


async def _http(request: Request, error: Exception) -> Response:
    """There is no such endpoint, or it is not asked this way."""
    if not isinstance(error, HTTPException):
        raise error
    code = _CODES.get(error.status_code, "")
    message = "the body is no JSON object" if code == "invalid_json" else str(error.detail)[:_SHOWN]
    return await _fault(request, Fault(error.status_code, message, code=code))


async def _bug(request: Request, error: Exception) -> Response:
    log.error("a request to %s failed: %s", request.url.path, type(error).__name__, exc_info=error)
    return await _fault(request, Fault(500, "internal error; see the log of the server", code="internal"))
