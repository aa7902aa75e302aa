"""Telling a client that wanted a WebSocket why it gets none."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from .faults import Fault

POLICY = 1008
"""Violation of a policy (RFC 6455, section 7.4.1)."""


async def refuse(fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer an upgrade that was not accepted; its error has the same shape as others."""
    if "websocket.http.response" in scope.get("extensions", {}):
        await JSONResponse(fault.body(), fault.status, fault.headers())(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": POLICY, "reason": fault.message[:100]})
