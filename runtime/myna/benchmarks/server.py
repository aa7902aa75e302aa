"""`llama-server` as a peer: one process on a free port of the loopback device, and a client as light as can be.

The client speaks HTTP over plain asyncio streams: a library's own work would be counted against the server.
"""

from __future__ import annotations

import asyncio
import socket
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, TYPE_CHECKING

import msgspec

from ..errors import EngineError
from .children import PATIENCE_S, running
from .subject import Answer

if TYPE_CHECKING:
    from .peers import LlamaPrograms
    from .subject import Subject

HOST = "127.0.0.1"
_POLL_S = 0.05
_LAST_WORDS = 400


class _Delta(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    delta: _Delta = _Delta()


class _Details(msgspec.Struct, frozen=True):
    cached_tokens: int = 0


class _Usage(msgspec.Struct, frozen=True):
    completion_tokens: int
    prompt_tokens: int
    prompt_tokens_details: _Details = _Details()


class Chunk(msgspec.Struct, frozen=True):
    """One server-sent event of a chat completion."""

    choices: tuple[_Choice, ...] = ()
    usage: _Usage | None = None

    @property
    def text(self) -> str:
        return "".join(choice.delta.content or "" for choice in self.choices)


class LlamaServer:
    """A client of the server at `port`."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def healthy(self) -> bool:
        """Whether it listens and has its model loaded."""
        try:
            reader, writer = await asyncio.open_connection(HOST, self._port)
        except OSError:
            return False
        try:
            writer.write(f"GET /health HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
            return await _status(reader) == 200
        except (OSError, EngineError):
            return False
        finally:
            writer.close()

    async def ask(self, system: str, question: str, tokens: int) -> Answer:
        """An answer of at most `tokens` tokens, greedily, streamed. Prompts are cached as the server does by default.

        Raises:
            EngineError: the server refused, or hung up.
        """
        body = msgspec.json.encode(
            {
                "messages": [{"role": "system", "content": system}, {"role": "user", "content": question}],
                "max_tokens": tokens,
                "temperature": 0,
                "stream": True,
                "stream_options": {"include_usage": True},
            }
        )
        start = time.perf_counter()
        first = last = 0.0
        usage: _Usage | None = None
        reader, writer = await asyncio.open_connection(HOST, self._port)
        try:
            writer.write(
                f"POST /v1/chat/completions HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
                + body
            )
            if (status := await _status(reader)) != 200:
                said = await reader.read(_LAST_WORDS)
                raise EngineError(f"llama-server answered {status}: {said.decode('utf-8', 'replace')}")
            async for chunk in _events(reader):
                if chunk.text:
                    last = time.perf_counter() - start
                    first = first or last
                usage = chunk.usage or usage
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            raise EngineError(f"llama-server hung up: {error}") from None
        finally:
            writer.close()
        if usage is None:
            raise EngineError("llama-server did not say how many tokens it made")
        cached = usage.prompt_tokens_details.cached_tokens
        return Answer(first, last, usage.completion_tokens, usage.prompt_tokens, cached)


@asynccontextmanager
async def serving(programs: LlamaPrograms, subject: Subject, *, slots: int, context: int) -> AsyncIterator[LlamaServer]:
    """`llama-server` with the model of `subject` and `slots` times `context` tokens; ended with the block.

    Raises:
        EngineError: it did not start.
    """
    port = free_port()
    command = (
        *(str(programs.program("llama-server")), "-m", str(subject.file), "-t", str(subject.threads)),
        *("-np", str(slots), "-c", str(slots * context), "--no-webui", "--host", HOST, "--port", str(port)),
    )
    # A file and not a pipe: nobody reads while the server is measured, and a full pipe would stop it.
    with tempfile.TemporaryFile() as log:
        async with running(command, programs.environment(), log=log.fileno()) as process:
            server = LlamaServer(port)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    while not await server.healthy():
                        if process.returncode is not None:
                            raise EngineError(f"llama-server ended: {_tail(log)}")
                        await asyncio.sleep(_POLL_S)
            except TimeoutError:
                raise EngineError(f"llama-server was not ready after {PATIENCE_S:g} s: {_tail(log)}") from None
            yield server


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def _status(reader: asyncio.StreamReader) -> int:
    """The status of an HTTP answer; its headers are read away."""
    line = await reader.readline()
    while (await reader.readline()).strip():
        pass
    parts = line.split()
    if len(parts) < 2 or not parts[1].isdigit():
        raise EngineError(f"this is no HTTP answer: {line[:80]!r}")
    return int(parts[1])


async def _events(reader: asyncio.StreamReader) -> AsyncIterator[Chunk]:
    """The events in a body of HTTP chunks, up to its end."""
    decoder = msgspec.json.Decoder(Chunk)
    waiting = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        waiting += await reader.readexactly(size)
        await reader.readexactly(2)
        *lines, waiting = waiting.split(b"\n")
        for line in lines:
            if line.startswith(b"data: {"):
                yield decoder.decode(line.removeprefix(b"data: "))


def _tail(log: IO[bytes]) -> str:
    log.seek(0)
    return " ".join(log.read().decode("utf-8", "replace").split())[-_LAST_WORDS:]
