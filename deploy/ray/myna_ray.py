"""The server of Myna as an application of Ray Serve: `serve run deploy/ray/config.yaml`; see docs/ray.md.

Each replica is what `myna serve` is, with the same application behind the same gate; Ray brings the requests. What
several replicas have in common (keys, limits, conversations) lies where the settings say by URL.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ConfigDict
from ray import serve
from starlette.datastructures import MutableHeaders

from myna.assistant import Assistant
from myna.engine.clients import TextClient
from myna.errors import BadConfig
from myna.host import PluginHost
from myna.paths import Paths
from myna.settings import load_settings
from myna_serve.access.keys import Keys
from myna_serve.command import for_clients
from myna_serve.opening import opened
from myna_serve.uploads import upload_folder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from myna.worker.pool import WorkerPool

MODELS = 3
"""Chat models that one replica holds at a time; the one that was asked least recently makes room."""

REPLICA = "x-myna-replica"
"""The header of an answer that says who gave it."""

POLL_S = 0.1
"""Between two looks whether a model that is to make room still answers somebody."""


class Arguments(BaseModel):
    """`args` of the application in the YAML file."""

    model_config = ConfigDict(extra="forbid")

    home: str = ""
    """`MYNA_HOME` of all replicas, on each machine; empty: as the environment says."""
    open: bool = False
    """Let everybody in who can connect, while there are no keys. For tests on one machine."""
    names: list[str] = []
    """By which clients call the cluster, besides `serve.hosts`."""


class Loaded:
    """A chat model in a replica, for Ray's bookkeeping."""

    def __init__(self, pool: WorkerPool, name: str) -> None:
        self._pool = pool
        self._name = name
        self._loop = asyncio.get_running_loop()
        self._left = False

    def __del__(self) -> None:
        """It makes room for another one. Ray calls this in a thread, and Python once more."""
        if not self._left and self._loop.is_running():
            self._left = True
            asyncio.run_coroutine_threadsafe(_unload(self._pool, self._name), self._loop)


async def _unload(pool: WorkerPool, name: str) -> None:
    """End the process of a model once the answers under way were given."""
    # The pool tells nobody when an answer is over.
    while any(one.name == name and one.in_flight for one in pool.status()):  # noqa: ASYNC110
        await asyncio.sleep(POLL_S)
    if any(one.name == name for one in pool.status()):
        await pool.unload(name)


class ReplicaAssistant(Assistant):
    """Tells Ray which chat models it holds, so that requests for a model go where it is loaded already."""

    hold: Callable[[str], Awaitable[Loaded]]

    async def text_engine(self, name: str = "") -> TextClient:
        await self.hold((await self.resolve(name)).name)
        return await super().text_engine(name)


class Door:
    """What Ray calls: the application, and the protocol of its beginning and end, which it leaves to others."""

    def __init__(self, app: ASGIApp, replica: str) -> None:
        """`replica`: what Ray calls this one; each answer has it, since Ray's proxies tell nobody whom they asked."""
        self._app = app
        self._replica = replica

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[REPLICA] = self._replica
            await send(message)

        if scope["type"] != "lifespan":
            await self._app(scope, receive, told)
            return
        while (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})


@serve.deployment(name="myna")
@serve.ingress()
class Replica:
    """One of several equal servers."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        """Raises `MynaError` where settings or a database cannot be used, or strangers could use Ray."""
        _closed()
        chosen = Arguments.model_validate(arguments)
        if chosen.home:
            os.environ["MYNA_HOME"] = str(Path(chosen.home).expanduser())
        paths = Paths.find()
        settings = for_clients(load_settings(paths, environ=os.environ))
        self._stack = ExitStack()
        keys = Keys.of(paths, settings)
        self._stack.callback(keys.close)
        uploads = self._stack.enter_context(upload_folder(paths.data))
        self._assistant = ReplicaAssistant(paths, settings, PluginHost.load(settings.plugins))
        self._assistant.hold = self.hold
        self._service, self._app = opened(
            self._assistant, keys, uploads=uploads, names=chosen.names, closed=not chosen.open
        )
        self._assistant.preload(settings.chat.model)

    @serve.multiplexed(max_num_models_per_replica=MODELS)
    async def hold(self, name: str) -> Loaded:
        """The chat model `name`; the one that was asked least recently may have to make room."""
        return Loaded(self._assistant.pool, name)

    def __serve_build_asgi_app__(self) -> ASGIApp:
        return Door(self._app, serve.get_replica_context().replica_id.unique_id)

    async def check_health(self) -> None:
        """Raises `RuntimeError` where this replica cannot answer any more, so that Ray puts another in its place."""
        states = {worker.name: worker.state for worker in self._assistant.pool.status()}
        default = (await self._assistant.resolve(self._assistant.settings.chat.model)).name
        if states.get(default) == "quarantined":
            raise RuntimeError(f"{default} has crashed too often")

    async def __del__(self) -> None:
        """Ray has let the answers under way come to their end, or their time is over."""
        self._service.drain()
        await self._assistant.close()
        self._stack.close()


def _closed() -> None:
    """Ray's ports, and one of each replica that no setting closes, take programs from whoever reaches them. Raises
    `BadConfig` where not even a token, or a certificate, is asked for."""
    if os.environ.get("RAY_AUTH_MODE", "").lower() != "token" and os.environ.get("RAY_USE_TLS", "") != "1":
        raise BadConfig(
            "Ray would run programs for everybody who reaches it: its authentication is off",
            hint="ray get-auth-token --generate, and RAY_AUTH_MODE=token on each machine before Ray is started there",
        )


def application(arguments: dict[str, Any]) -> Any:
    """What the YAML file names, with its `args`; how many replicas there are, and when, is said there.

    Raises:
        BadConfig: strangers could use Ray.
        ValidationError: there are no such arguments.
    """
    _closed()
    # Ray would check them itself, by an annotation that is no text, as all of them are here.
    return cast(Any, Replica).bind(Arguments.model_validate(arguments).model_dump())
