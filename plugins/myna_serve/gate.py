"""What every request passes before anything of it is read: where it comes from, whose it is, how large it may be."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .access.identity import Access
from .faults import Fault
from .metrics import Metrics
from .refusing import refuse

log = logging.getLogger(__name__)

LINGER = 16 * 1024 * 1024
"""Bytes of a request that is too large, which are read and thrown away before it is refused ..."""

LINGER_S = 2.0
"""... in so many seconds at most; nginx's lingering close waits 5 for more."""

BODY_S = 60.0
"""Seconds without a byte after which a request that is still being sent is given up."""

OPEN = frozenset({"/health", "/health/live", "/health/ready", "/docs", "/openapi.json"})
"""What needs no key: it says nothing about anybody."""

UPLOADS = frozenset({"/v1/audio/transcriptions"})

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

KEY_PROTOCOL = "openai-insecure-api-key."
"""Before a key among the subprotocols of a WebSocket, as OpenAI's clients in browsers have it."""

_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; style-src 'unsafe-inline'",
}
"""OWASP's advice for an API; the page of documentation brings its style and nothing else."""


_UNREAD = frozenset({408, 413})
"""Answers to requests that are not read to their end: the connection would wait for the rest of them."""

_SECURE_S = 31_536_000
"""Seconds for which browsers ask by TLS alone: a year, as OWASP has it."""


class Gate:
    """An ASGI application around `app`."""

    def __init__(
        self,
        app: ASGIApp,
        access: Access,
        metrics: Metrics,
        *,
        hosts: Iterable[str],
        origins: Iterable[str],
        body: int,
        upload: int,
    ) -> None:
        """`hosts`: names that clients may call this machine; `origins`: pages whose scripts may ask. Sizes in bytes."""
        self._app = app
        self._access = access
        self._metrics = metrics
        self._hosts = frozenset(host.lower() for host in hosts)
        self._origins = frozenset(origin.lower().rstrip("/") for origin in origins)
        self._body = body
        self._upload = upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._talk(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        sent = _Sent(send, origin if origin.lower() in self._origins else "", secure=scope["scheme"] == "https")
        try:
            _check_framing(headers)
            self._check_host(headers)
            self._check_origin(origin, headers)
            if scope["method"] == "OPTIONS" and origin:
                await _preflight(sent)(scope, receive, sent)
                return
            most = self._upload if scope["path"] in UPLOADS else self._body
            _check_length(headers, most)
            if scope["path"] not in OPEN:
                scope.setdefault("state", {})["who"] = await self._access.identify(headers.get("authorization", ""))
            await self._app(scope, _Limited(receive, most), sent)
        except Fault as fault:
            if sent.begun:
                raise
            if fault.status == 413:
                await _discard(receive)
            # The rest of the request is not read; nothing else may be found in it.
            answer = {**fault.headers(), "connection": "close"}
            await JSONResponse(fault.body(), fault.status, answer)(scope, receive, sent)
        finally:
            self._metrics.answered(_endpoint(scope), sent.status)

    async def _talk(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The same for a WebSocket, whose page is not asked for by the browser's own rules."""
        headers = Headers(scope=scope)
        status = 101
        try:
            self._check_host(headers)
            self._check_origin(headers.get("origin", ""), headers)
            authorization = headers.get("authorization", "") or _key_of(scope["subprotocols"])
            scope.setdefault("state", {})["who"] = await self._access.identify(authorization)
            await self._app(scope, receive, send)
        except Fault as fault:
            status = fault.status
            await refuse(fault, scope, receive, send)
        finally:
            self._metrics.answered(_endpoint(scope), status)

    def _check_host(self, headers: Headers) -> None:
        """A page on the internet can give its name the address of this machine; it cannot change what it is called."""
        named = headers.getlist("host")
        host = _host(named[0]) if len(named) == 1 else ""
        if host not in self._hosts and not _is_address(host):
            raise Fault(421, "the server is not known by this name (serve.hosts)", code="unknown_host")

    def _check_origin(self, origin: str, headers: Headers) -> None:
        if not origin or origin.lower().rstrip("/") in self._origins:
            return
        if origin != "null" and _netloc(origin) == headers.get("host", "").lower():
            return
        raise Fault(403, "pages from this address may not ask (serve.origins)", code="unknown_origin")


def _key_of(subprotocols: Sequence[str]) -> str:
    """As browsers can send one, which have no other header; empty for none."""
    for name in subprotocols:
        if name.startswith(KEY_PROTOCOL):
            return f"Bearer {name.removeprefix(KEY_PROTOCOL)}"
    return ""


def _host(header: str) -> str:
    """The name in a `Host` header, without the port; empty where it is none."""
    try:
        parts = urlsplit(f"//{header}")
        port = parts.port
    except ValueError:
        return ""
    plain = parts.path == parts.query == parts.fragment == "" and "@" not in header
    return (parts.hostname or "").lower() if plain and (port is None or port >= 0) else ""


def _is_address(host: str) -> bool:
    """Only names can be given another address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _check_framing(headers: Headers) -> None:
    """Two lengths: a proxy in front may believe the other one, and take the rest for a request of somebody else's
    (RFC 9112, section 6.3)."""
    if "transfer-encoding" in headers and "content-length" in headers:
        raise Fault(400, "the request has two lengths", code="two_lengths")


def _check_length(headers: Headers, most: int) -> None:
    length = headers.get("content-length")
    if length is not None and (not length.isdecimal() or len(length) > 15 or int(length) > most):
        raise Fault(413, f"the request has more than {most} bytes", code="request_too_large")


def _preflight(sent: _Sent) -> JSONResponse:
    allowed = {
        "access-control-allow-methods": "GET, POST, DELETE",
        "access-control-allow-headers": "authorization, content-type, x-myna-cache",
        "access-control-max-age": "600",
    }
    return JSONResponse({}, 200, allowed if sent.origin else {})


def _endpoint(scope: Scope) -> str:
    """For the metrics: only paths that there are, for others come from strangers."""
    route = scope.get("route")
    return str(getattr(route, "path", "")) or "other"


class _Limited:
    """`receive` that gives up on a body that is too large, or stops coming, in the way that FastAPI lets through."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._size = 0
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout(BODY_S):
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408, "the rest of the request did not come") from None
        if message["type"] == "http.request":
            self._size += len(message.get("body", b""))
            self._whole = not message.get("more_body", False)
            if self._size > self._most:
                if not self._whole:
                    await _discard(self._receive)
                raise HTTPException(413, f"the request has more than {self._most} bytes")
        return message


async def _discard(receive: Receive) -> None:
    """Read on for a moment and keep nothing: who still sends when the connection is closed never sees the answer."""
    left = LINGER
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            while left > 0:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))


class _Sent:
    """`send` that adds what every answer carries, and remembers the status."""

    def __init__(self, send: Send, origin: str, *, secure: bool) -> None:
        self._send = send
        self._secure = secure
        self.origin = origin
        self.status = 499
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun, self.status = True, message["status"]
            headers = MutableHeaders(scope=message)
            if self.status in _UNREAD:
                headers["connection"] = "close"
            for name, value in self._headers():
                headers.setdefault(name, value)
        await self._send(message)

    def _headers(self) -> Sequence[tuple[str, str]]:
        own = [("access-control-allow-origin", self.origin), ("vary", "Origin")] if self.origin else []
        secure = [("strict-transport-security", f"max-age={_SECURE_S}")] if self._secure else []
        return [*_HEADERS.items(), *secure, *own]
