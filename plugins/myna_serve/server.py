"""The server: an application on sockets, with uvicorn."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import os
import socket
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import InvalidState

from myna.errors import UsageError

from .certificates import certificates

if TYPE_CHECKING:
    from myna.config import ServeSettings

HEADERS_S = 20.0
"""Seconds for the head of a request, which is one packet as a rule; nginx allows 60."""

HEADERS_MAX = 64 * 1024
"""Bytes of it."""

FRAME_MAX = 1024 * 1024
"""Bytes of a message over a WebSocket: 16 s of sound."""

KEEP_ALIVE_S = 30.0
"""Seconds without a request after which a connection is closed."""

CONNECTIONS = 512
"""At the same time; more get 503. Half of the descriptors that a process has by default."""

BACKLOG = 256


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches `address`."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int) -> list[socket.socket]:
    """Sockets that listen on all addresses of `host`. Raises `UsageError` when that cannot be had."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise UsageError(f"there is no host called {host}") from None
    opened: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(found):
            one = socket.socket(family, kind, protocol)
            opened.append(one)
            if os.name == "posix":  # on Windows, it would let another program take the port over
                one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            # With any free port, all addresses get the same one.
            taken = opened[0].getsockname()[1] if port == 0 and len(opened) > 1 else port
            one.bind((address[0], taken, *address[2:]))
            one.listen(BACKLOG)
    except OSError as error:
        for one in opened:
            one.close()
        if error.errno == errno.EADDRINUSE:
            raise UsageError(f"port {port} of {host} is in use", hint="choose another --port") from None
        raise UsageError(f"cannot listen on {host}, port {port}: {error.strerror}") from None
    return opened


class _Protocol(H11Protocol):
    """uvicorn's, with a limit of time for the head of a request, which it has not."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._late = self.loop.call_later(HEADERS_S, transport.abort)

    def data_received(self, data: bytes) -> None:
        if self._late is None and (self.cycle is None or self.cycle.response_complete):
            # The next request on a connection that was kept.
            self._late = self.loop.call_later(HEADERS_S, self.transport.abort)
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._in_time()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        # From here on, another protocol has this connection.
        self._in_time()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        self._in_time()
        super().connection_lost(exc)

    def _in_time(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None


class _Socket(WebSocketsSansIOProtocol):
    """uvicorn's, which lets what no frame may hold reach the loop as an error of its own."""

    def handle_parser_exception(self) -> None:
        if self.conn.close_sent is None:
            # Nothing can be said to who sends frames before the connection is accepted.
            self.transport.abort()
        else:
            super().handle_parser_exception()

    def data_received(self, data: bytes) -> None:
        try:
            super().data_received(data)
        except (UnicodeDecodeError, InvalidState):
            self.transport.abort()


class _Server(uvicorn.Server):
    """uvicorn's, which leaves signals to whoever runs it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Server:
    """Serves `app` on `sockets` until `stop` is called."""

    def __init__(self, app: ASGIApp, settings: ServeSettings) -> None:
        """Raises `BadInput` for certificates that cannot be used."""
        self._server = _Server(
            uvicorn.Config(
                app,
                http=_Protocol,
                ws=_Socket,
                ws_max_size=FRAME_MAX,
                # What is small on the line and large in memory is nothing that sound needs.
                ws_per_message_deflate=False,
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_keep_alive=int(KEEP_ALIVE_S),
                timeout_graceful_shutdown=max(1, round(settings.drain_s)),
                limit_concurrency=CONNECTIONS,
                h11_max_incomplete_event_size=HEADERS_MAX,
                **certificates(settings),
            )
        )

    async def run(self, sockets: Sequence[socket.socket]) -> None:
        """Answers under way get their time when this ends, unless it is cancelled."""
        await self._server.serve(list(sockets))

    def stop(self) -> None:
        """Take no new connections, and end when all answers were given."""
        self._server.should_exit = True
