"""A client of OpenAI's way to chat, as light as can be: HTTP over plain asyncio streams.

A library's own work would be counted against the server that is measured.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable

import msgspec

from ..errors import EngineError
from .subject import Answer

HOST = "127.0.0.1"
_LAST_WORDS = 400


class Refused(EngineError):
    """The server has too much to do (429, 503)."""

    def __init__(self, status: int, retry_s: float, message: str, told: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.retry_s = retry_s
        """Seconds after which it may be asked again, as it says."""
        self.told = told
        """The code of its error, where it has one."""


class Broken(EngineError):
    """An answer broke off, and the server says why."""

    def __init__(self, message: str, told: str) -> None:
        super().__init__(message)
        self.told = told
        """The code of its error, where it has one."""


class _Error(msgspec.Struct, frozen=True):
    message: str = ""
    code: str | int | None = None


class _Failure(msgspec.Struct, frozen=True):
    error: _Error


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
    error: _Error | None = None

    @property
    def text(self) -> str:
        return "".join(choice.delta.content or "" for choice in self.choices)


class ChatClient:
    """A client of the server called `name` (in errors) at `port` of the loopback device."""

    def __init__(self, name: str, port: int, *, key: str = "") -> None:
        self._name = name
        self._port = port
        self._key = key

    async def healthy(self) -> bool:
        """Whether it listens and has its model loaded."""
        try:
            reader, writer = await asyncio.open_connection(HOST, self._port)
        except OSError:
            return False
        try:
            writer.write(f"GET /health HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
            status, _ = await _head(reader)
        except (OSError, EngineError):
            return False
        finally:
            writer.close()
        return status == 200

    async def ask(
        self, system: str, question: str, tokens: int, *, begun: Callable[[], object] = lambda: None
    ) -> Answer:
        """An answer of at most `tokens` tokens, greedily, streamed. Prompts are cached as the server does by default.
        `begun` is called when its first text is there.

        Raises:
            Refused: the server has too much to do.
            Broken: the answer broke off.
            EngineError: it refused for another reason, or hung up.
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
        authorization = f"Authorization: Bearer {self._key}\r\n" if self._key else ""
        head = (
            f"POST /v1/chat/completions HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: application/json\r\n"
            f"{authorization}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        start = time.perf_counter()
        first = last = 0.0
        usage: _Usage | None = None
        try:
            reader, writer = await asyncio.open_connection(HOST, self._port)
        except OSError as error:
            raise EngineError(f"{self._name} does not answer: {error}") from None
        try:
            writer.write(head.encode() + body)
            await self._accepted(reader)
            async for chunk in _events(reader):
                if chunk.error is not None:
                    said = f"{self._name} broke off: {chunk.error.message}"
                    raise Broken(said, str(chunk.error.code or ""))
                if chunk.text:
                    last = time.perf_counter() - start
                    if not first:
                        first = last
                        begun()
                usage = chunk.usage or usage
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            raise EngineError(f"{self._name} hung up: {error}") from None
        finally:
            writer.close()
        if usage is None:
            raise EngineError(f"{self._name} did not say how many tokens it made")
        cached = usage.prompt_tokens_details.cached_tokens
        return Answer(first, last, usage.completion_tokens, usage.prompt_tokens, cached)

    async def _accepted(self, reader: asyncio.StreamReader) -> None:
        """Raises `EngineError` for an answer that is none."""
        status, headers = await _head(reader)
        if status == 200:
            return
        said = (await reader.read(_LAST_WORDS)).decode("utf-8", "replace")
        message = f"{self._name} answered {status}: {said}"
        if status in {429, 503}:
            raise Refused(status, float(headers.get("retry-after", "1")), message, _told(said))
        raise EngineError(message)


def _told(said: str) -> str:
    """The code in the body of an error; empty for another."""
    try:
        return str(msgspec.json.decode(said, type=_Failure).error.code or "")
    except msgspec.DecodeError:
        return ""


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """The status of an HTTP answer, and its headers by their names in lower case."""
    line = await reader.readline()
    headers = {}
    while (header := await reader.readline()).strip():
        name, _, value = header.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    parts = line.split()
    if len(parts) < 2 or not parts[1].isdigit():
        raise EngineError(f"this is no HTTP answer: {line[:80]!r}")
    return int(parts[1]), headers


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
