"""The frames between the host and one worker: requests and their answers, pings, and the brake for slow readers."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Protocol, cast

import msgspec

from ..engine.protocols import ModelInfo
from ..errors import ErrorInfo, MynaError, UsageError, from_info
from .exchange import Exchange
from .protocol import (
    WORKER,
    Cancel,
    Done,
    Failed,
    FrameBuffer,
    FrameError,
    Item,
    Log,
    Pause,
    Ping,
    Pong,
    Ready,
    Resume,
    ToHost,
    ToWorker,
    encode,
    encode_request,
    to_host,
)
from .watchdog import Watchdog

_log = logging.getLogger("myna.worker")

LESS = "ask about less at a time"

_UNREAD_HIGH = 16 * 1024 * 1024
"""Bytes waiting for slow readers, over all requests; beyond, the host stops reading and so holds the worker up."""


class Owner(Protocol):
    """Whom a connection tells what is not about a single request."""

    def on_ready(self, info: ModelInfo) -> None:
        """The model is loaded."""

    def on_failure(self, error: MynaError) -> None:
        """The worker says why it is about to end."""

    def on_nonsense(self, reason: str) -> None:
        """What came is not of this protocol."""

    def on_hang_up(self) -> None:
        """Nothing more will come."""


class Connection(asyncio.Protocol):
    """The host's end of the socket to one worker, in one event loop."""

    def __init__(self, name: str, owner: Owner, watchdog: Watchdog) -> None:
        self.rss = 0
        """Resident memory of the worker in bytes when last heard of."""
        self.reading = True
        """False while readers are so far behind that the worker is held up."""
        self.hung_up = False
        """Whether nothing more will come."""
        self._name = name
        self._owner = owner
        self._watchdog = watchdog
        self._frames = FrameBuffer()
        self._socket: socket.socket | None = None
        self._transport: asyncio.Transport | None = None
        self._exchanges: dict[int, Exchange] = {}
        self._next_id = 1
        self._unread = 0
        self._pings = 0
        self._pongs = 0
        self._ended = False

    async def open(self, end: socket.socket) -> None:
        """Take over `end` of a socket pair, in the running event loop."""
        self._socket = end
        await asyncio.get_running_loop().create_connection(lambda: self, sock=end)

    @property
    def in_flight(self) -> int:
        """Requests that the worker has not finished, cancelled ones included."""
        return len(self._exchanges)

    def request(self, operation: str, body: msgspec.Struct) -> Exchange:
        """Send a request.

        Raises:
            UsageError: it is too large to send.
        """
        request = self._next_id
        try:
            frame = encode_request(request, operation, body)
        except FrameError as error:
            raise UsageError(f"the request is too large: {error}", hint=LESS) from None
        self._next_id += 1
        if not self._exchanges:
            self._watchdog.forgive()
        exchange = self._exchanges[request] = Exchange(request, self)
        self._write(frame)
        return exchange

    def send(self, frame: ToWorker) -> None:
        self._write(encode(frame))

    def ping(self) -> None:
        """Ask for a sign of life, unless one is awaited already."""
        if self._pings == self._pongs:
            self._pings += 1
            self.send(Ping(self._pings))

    def end(self, error: MynaError) -> None:
        """End all requests with `error`, and take no more answers."""
        self._ended = True
        exchanges = list(self._exchanges.values())
        self._exchanges.clear()
        for exchange in exchanges:
            exchange.end(error)
        self.read_on()  # a worker that is held up could not hear that it is to end

    def read_on(self) -> None:
        """Read, however far behind the readers are: there is an end to it."""
        if not self.reading:
            self._set_reading(True)

    def abort(self) -> None:
        """Close the socket."""
        if self._transport is None:
            self.hung_up = True
        else:
            self._transport.abort()

    # --- an exchange's way to the worker -------------------------------------------------------------

    def cancel(self, request: int) -> None:
        self.send(Cancel(request))

    def pause(self, request: int) -> None:
        self.send(Pause(request))

    def resume(self, request: int) -> None:
        self.send(Resume(request))

    def unread(self, change: int) -> None:
        self._unread += change
        if self.reading and self._unread > _UNREAD_HIGH and not self._ended:
            self._set_reading(False)
        elif not self.reading and self._unread < _UNREAD_HIGH // 2:
            self._set_reading(True)

    def _set_reading(self, reading: bool) -> None:
        transport = self._transport
        if transport is not None and not transport.is_closing():
            self.reading = reading
            if reading:
                self._watchdog.forgive()
                transport.resume_reading()
            else:
                transport.pause_reading()

    def _write(self, frame: bytearray) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame)

    # --- what comes from the worker ------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if isinstance(exc, OSError):
            self._read_what_is_left()
        self.hung_up = True
        self._owner.on_hang_up()

    def data_received(self, data: bytes) -> None:
        if self._ended:
            return
        try:
            for payload in self._frames.feed(data):
                self._receive(to_host.decode(payload), len(payload))
        except (FrameError, msgspec.MsgspecError) as error:
            self._owner.on_nonsense(str(error))

    def _read_what_is_left(self) -> None:
        """A failed write (to a worker that has just died) makes asyncio stop reading: get the rest of its answer."""
        try:
            while self._socket is not None and (data := self._socket.recv(64 * 1024)):
                self.data_received(data)
        except OSError:
            return

    def _receive(self, frame: ToHost, size: int) -> None:
        match frame:
            case Item(request, body):
                exchange = self._exchange(request)
                if exchange is not None:
                    exchange.push(body, size)
            case Done(request):
                self._finish(request, None)
            case Failed(request, info) if request != WORKER:
                self._finish(request, info)
            case Failed(_, info):
                self._owner.on_failure(from_info(info))
            case Pong(n, busy_ms, rss):
                self._pongs = n
                self.rss = rss
                self._watchdog.pong(busy_ms / 1e3)
            case Ready(info):
                self._owner.on_ready(info)
            case Log(level, text):
                _log.log(getattr(logging, level.upper()), "%s: %s", self._name, text)

    def _exchange(self, request: int) -> Exchange | None:
        if not 0 < request < self._next_id:
            raise FrameError(f"an answer to request {request}, which was never made")
        return self._exchanges.get(request)

    def _finish(self, request: int, info: ErrorInfo | None) -> None:
        exchange = self._exchange(request)
        if exchange is not None:
            del self._exchanges[request]
            exchange.end(None if info is None else from_info(info))
            if not self._exchanges:
                self.ping()  # the last thing heard before it idles: how much memory it holds
