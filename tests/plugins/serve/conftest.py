"""A server on a real socket, in the loop of the test, with engines that answer from a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from myna.assistant import Assistant
from myna.config import PluginSettings, ServeSettings, Settings
from myna.engine.speech import NoSpeech, Segment, SpokenWord, TranscribeFileRequest, Transcript
from myna.errors import BadInput
from myna.hookspecs import ResolvedModel
from myna.host import PluginHost
from myna.paths import Paths
from myna.testing import FakeEmbedder, FakeEngine
from myna_serve.access.key import make_key
from myna_serve.access.keys import Keys
from myna_serve.access.scopes import DEFAULT_SCOPES
from myna_serve.opening import opened
from myna_serve.server import Server, listen

ASK = {"messages": [{"role": "user", "content": "Hi"}]}


class Scripted(Assistant):
    """Its engines are those of the test; nothing is installed."""

    engine_: Any
    embedder_: Any = FakeEmbedder()
    heard: Mapping[bytes, str | Sequence[str]] = {}
    """What is said in sound files, by their content: a text, or segments of it."""

    async def resolve(self, name: str = "", task: str = "chat") -> ResolvedModel:
        return ResolvedModel(name or "fake", task, ".gguf", {"model": "m"}, sha256="0" * 64)  # type: ignore[arg-type]

    async def text_engine(self, name: str = "") -> Any:
        return self.engine_

    async def embedder(self, name: str = "") -> Any:
        return self.embedder_

    async def transcriber(self, name: str = "") -> Any:
        return self

    async def transcribe_file(self, request: TranscribeFileRequest) -> AsyncIterator[Segment | Transcript | NoSpeech]:
        said = self.heard.get(Path(request.path).read_bytes())  # noqa: ASYNC240
        if said is None:
            raise BadInput("this is no sound file")
        segments = [said] if isinstance(said, str) else said
        for at, text in enumerate(segments):
            if text:
                word = SpokenWord(text, at, at + 1, 1.0)
                yield Segment(text, at, at + 1, (word,) if request.words else ())
        text = " ".join(segments)
        yield Transcript(text, "en", duration=len(segments)) if text else NoSpeech("silence", 1.0)


class Served:
    """A running server, and a client of it."""

    def __init__(self, client: httpx.AsyncClient, engine: FakeEngine, keys: Keys, server: Server, port: int) -> None:
        self.client = client
        self.engine = engine
        self.keys = keys
        self.server = server
        self.port = port
        self.assistant: Any = None
        self.service: Any = None
        self.running: asyncio.Task[None] | None = None

    async def ask(self, **fields: Any) -> httpx.Response:
        return await self.client.post("/v1/chat/completions", json={**ASK, **fields})

    def key(self, name: str, **options: Any) -> dict[str, str]:
        """Headers with a new key."""
        scopes = options.pop("scopes", DEFAULT_SCOPES)
        secret, key = make_key(name, scopes, **options)
        self.keys.add(key)
        return {"authorization": f"Bearer {secret}"}


Serve = Callable[..., Any]


@pytest.fixture
async def serve(own_home: Path, tmp_path: Path) -> AsyncIterator[Serve]:
    """`await serve(engine, *plugins, queue=4, ...)` starts a server; it ends with the test."""
    async with AsyncExitStack() as stack:

        async def start(
            engine: FakeEngine | None = None,
            plugins: Sequence[object] = (),
            *,
            parallel: int = 2,
            closed: bool = False,
            settings: Settings | None = None,
            **options: Any,
        ) -> Served:
            settings = settings or Settings()
            settings = msgspec.structs.replace(
                settings,
                serve=ServeSettings(**{"drain_s": 5.0, **options}),
                engine=msgspec.structs.replace(settings.engine, parallel=parallel),
                chat=msgspec.structs.replace(settings.chat, summarise=False),
            )
            host = PluginHost.load(
                PluginSettings(), extra=[(f"plugin{at}", plugin) for at, plugin in enumerate(plugins)], entry_points=()
            )
            assistant = Scripted(Paths.find(), settings, host)
            assistant.engine_ = engine or FakeEngine()
            await stack.enter_async_context(assistant)
            keys = Keys(tmp_path / "keys.db")
            stack.callback(keys.close)
            service, app = opened(assistant, keys, uploads=tmp_path, names=(), closed=closed)
            sockets = listen("127.0.0.1", 0)
            port = sockets[0].getsockname()[1]
            server = Server(app, settings.serve)
            running = asyncio.create_task(server.run(sockets))
            client = await stack.enter_async_context(
                httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False)
            )
            served = Served(client, assistant.engine_, keys, server, port)
            served.assistant, served.service, served.running = assistant, service, running
            stack.push_async_callback(_end, served)
            return served

        yield start


async def _end(served: Served) -> None:
    served.engine.release()
    await served.client.aclose()
    served.server.stop()
    if served.running is not None:
        await served.running
