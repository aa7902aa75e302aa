"""A server on a real socket that speaks OpenAI's API, or whatever a test wants instead."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

Script = Callable[["Visit"], Awaitable[None]]
"""What is done with one request."""


class Visit:
    """One request, and the connection that it came over."""

    def __init__(self, target: str, headers: dict[str, str], body: bytes, writer: asyncio.StreamWriter) -> None:
        self.target = target
        self.headers = headers
        self.body = body
        self._writer = writer

    @property
    def asked(self) -> dict[str, Any]:
        return json.loads(self.body)

    async def send(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def head(self, status: str = "200 OK", kind: str = "text/event-stream", **more: str) -> None:
        fields = {"content-type": kind, "connection": "close", **{k.replace("_", "-"): v for k, v in more.items()}}
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        await self.send(f"HTTP/1.1 {status}\r\n{lines}\r\n".encode())

    async def event(self, **chunk: Any) -> None:
        await self.send(b"data: " + json.dumps(chunk).encode() + b"\n\n")

    async def say(self, text: str, **more: Any) -> None:
        await self.event(choices=[{"index": 0, "delta": {"content": text}, **more}])

    async def stop(self, reason: str = "stop", usage: dict[str, Any] | None = None) -> None:
        await self.event(choices=[{"index": 0, "delta": {}, "finish_reason": reason}])
        if usage is not None:
            await self.event(choices=[], usage=usage)
        await self.send(b"data: [DONE]\n\n")

    async def until_left(self) -> None:
        """Wait until the client has hung up. Raises `ConnectionError` then, as a write to it does."""
        while not self._writer.transport.is_closing():
            await self.send(b": still here\n\n")
            await asyncio.sleep(0.01)
        raise ConnectionResetError("the client is gone")


class Hostile:
    """Does with each request what `script` says; the list of models is answered well unless `sick`."""

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        self.script = script
        self._tls = tls
        self.sick = False
        self.visits: list[Visit] = []
        self.checks = 0
        self.checked = asyncio.Event()
        """Set with each health check."""
        self.left = asyncio.Event()
        """Set when the client of a request is gone."""
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/v1"

    @property
    def _tasks(self) -> list[asyncio.Task[Any]]:
        return [task for task in asyncio.all_tasks() if task.get_name() == f"hostile {id(self)}"]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.set_name(f"hostile {id(self)}")
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.left.set()
        except asyncio.CancelledError:
            pass  # the test is over
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:]) if name}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        visit = Visit(head[0].split()[1], headers, body, writer)
        if visit.target.endswith("/models"):
            self.checks += 1
            self.checked.set()
            if self.sick:
                await visit.head("500 Sick", "application/json")
            else:
                await visit.head(kind="application/json")
                await visit.send(b'{"data": [{"id": "big"}]}')
            return
        self.visits.append(visit)
        await self.script(visit)


async def well(visit: Visit) -> None:
    """Answer as a good server does."""
    await visit.head()
    for piece in ("The capital", " is ", "巴黎", "."):
        await visit.say(piece)
    await visit.stop(usage={"prompt_tokens": 20, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 7}})
