"""The HTTP side of one remote model: connections, the key, and limits for what comes back."""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import httpx
import msgspec

from myna import __version__
from myna.errors import ModelLoadFailed
from myna.remote_settings import RemoteModel

from .faults import broken, refusal, retry_s, server_errors
from .limits import WHOLE

_KEY_LONGEST = 4096
"""Bytes of a key file."""

CONNECTIONS = 64
"""At the same time: as many as `engine.parallel` may be."""


class Server:
    """Open it with `async with`, in one event loop."""

    def __init__(self, model: RemoteModel) -> None:
        """Raises `ModelLoadFailed` where the key or the certificate cannot be read."""
        self._name = model.name
        self._client = httpx.AsyncClient(
            base_url=model.base_url.rstrip("/") + "/",
            headers={
                "user-agent": f"myna/{__version__}",
                # Nothing is ever decompressed: a few kB could become gigabytes.
                "accept-encoding": "identity",
                **_authorization(model),
            },
            verify=_trust(model),
            # The time for tokens is watched by whoever reads them.
            timeout=httpx.Timeout(None, connect=model.connect_s, pool=model.first_token_s),
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=8),
            follow_redirects=False,
            # No proxy, and no password out of a file, because a variable says so: what is asked goes where the
            # settings say.
            trust_env=False,
        )
        self.busy_s = 0.0
        """Seconds for which the server has last asked to be left alone."""

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.__aexit__(kind, error, traceback)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()

    async def models(self) -> tuple[str, ...]:
        """Names of the models that the server says it has; none where it does not say.

        Raises:
            MynaError: it cannot be asked.
        """
        with server_errors(self._name):
            async with self._client.stream("GET", "models") as response:
                body = await self._whole(response)
        if response.status_code == 404:
            return ()  # it answers, and has no such list
        if response.status_code != 200:
            raise refusal(self._name, response.status_code, body)
        try:
            return tuple(model.id for model in msgspec.json.decode(body, type=_Models).data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise broken(self._name, "a list of models that is none") from None

    @asynccontextmanager
    async def ask(self, path: str, body: dict[str, Any]) -> AsyncGenerator[AsyncGenerator[bytes, None], None]:
        """POST `body`; the chunks of the event stream that comes back, as they come. Leaving the block hangs up.

        Raises:
            MynaError: the server cannot be reached, or sends no such stream.
        """
        self.busy_s = 0.0
        with server_errors(self._name):
            async with self._client.stream("POST", path, content=msgspec.json.encode(body), headers=_JSON) as response:
                if response.status_code != 200:
                    retry = response.headers.get("retry-after", "")
                    self.busy_s = retry_s(retry)
                    raise refusal(self._name, response.status_code, await self._whole(response), retry)
                kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                if kind != "text/event-stream" or _encoded(response):
                    raise broken(self._name, "something else than a stream of events")
                async with aclosing(_raw(response)) as chunks:
                    yield chunks

    async def _whole(self, response: httpx.Response) -> bytes:
        """The body, where it is short; else its beginning."""
        if _encoded(response):
            return b""
        body = b""
        async with aclosing(_raw(response)) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) > WHOLE:
                    break
        return body[:WHOLE]


_JSON = {"content-type": "application/json"}


class _Model(msgspec.Struct):
    id: str


class _Models(msgspec.Struct):
    data: list[_Model]


async def _raw(response: httpx.Response) -> AsyncGenerator[bytes, None]:
    async with aclosing(cast("AsyncGenerator[bytes, None]", response.aiter_raw())) as chunks:
        async for chunk in chunks:
            yield chunk


def _encoded(response: httpx.Response) -> bool:
    return response.headers.get("content-encoding", "identity").lower() not in {"", "identity"}


def _authorization(model: RemoteModel) -> dict[str, str]:
    key = ""
    if model.key_file:
        try:
            with Path(model.key_file).expanduser().open("rb") as file:
                key = file.read(_KEY_LONGEST).decode("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "not ASCII"
            raise ModelLoadFailed(
                f"{model.name}: the key file {model.key_file} cannot be read: {why}", hint="see key_file"
            ) from None
    elif model.key_env:
        key = os.environ.get(model.key_env, "").strip()
    else:
        return {}
    if not key or not key.isprintable():
        where = model.key_file or f"the environment variable {model.key_env}"
        raise ModelLoadFailed(f"{model.name}: there is no key in {where}", hint="see key_file and key_env")
    return {"authorization": f"Bearer {key}"}


def _trust(model: RemoteModel) -> ssl.SSLContext | bool:
    """Whose certificates count. A context is made for https alone: it takes 20 ms."""
    if not model.base_url.startswith("https:"):
        return False
    try:
        return ssl.create_default_context(cafile=str(Path(model.ca).expanduser()) if model.ca else None)
    except (OSError, ValueError) as error:
        raise ModelLoadFailed(f"{model.name}: {model.ca} holds no certificates: {error}", hint="see ca") from error
