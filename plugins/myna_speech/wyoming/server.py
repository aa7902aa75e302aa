"""The Wyoming server: who may connect, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from typing import TYPE_CHECKING

from myna.errors import ExtraMissing, UsageError

from .wire import Limits, Sender

if TYPE_CHECKING:
    from myna.assistant import Assistant


class WyomingServer:
    """Use it in an `async with`: it listens inside."""

    def __init__(self, assistant: Assistant, host: str, port: int, limits: Limits | None = None) -> None:
        """`port` 0: any that is free."""
        self._assistant = assistant
        self._host = host
        self._port = port
        self._limits = limits or Limits()
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> WyomingServer:
        """
        Raises:
            ExtraMissing: the package wyoming is not installed.
            UsageError: the port cannot be listened on.
        """
        try:
            import wyoming  # noqa: F401
        except ImportError:
            raise ExtraMissing(
                "the Wyoming server needs the package wyoming", hint="pip install 'myna[speech]'"
            ) from None
        from .handling import Conversations

        self._conversations = Conversations(self._assistant)
        try:
            self._server = await asyncio.start_server(self._connected, self._host, self._port, limit=self._limits.line)
        except socket.gaierror:
            raise UsageError(f"there is no host called {self._host}") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise UsageError(f"port {self._port} of {self._host} is in use", hint="choose another --port") from None
            raise UsageError(f"cannot listen on {self._host}, port {self._port}: {error.strerror}") from None
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._server is not None:
            self._server.close()
        for client in self._clients:
            client.cancel()
        if self._clients:
            await asyncio.wait(self._clients)

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Host and port, for each interface."""
        return [] if self._server is None else [opened.getsockname()[:2] for opened in self._server.sockets]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from .connection import Connection

        task = asyncio.current_task()
        if task is not None:
            self._clients.add(task)
        try:
            if len(self._clients) > self._limits.connections:
                await self._refuse(writer)
                return
            await Connection(self._assistant, self._conversations, reader, writer, self._limits).serve()
        except ConnectionError:
            pass  # the client is gone
        except asyncio.CancelledError:
            pass  # the server ends; nobody waits for this task's result
        finally:
            if task is not None:
                self._clients.discard(task)
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _refuse(self, writer: asyncio.StreamWriter) -> None:
        from wyoming.error import Error

        text = f"{self._limits.connections} clients are connected already"
        await Sender(writer, self._limits)(Error(text, "busy").event())
