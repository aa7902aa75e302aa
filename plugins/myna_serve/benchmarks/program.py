"""`myna serve` as a program that is measured: in a home of its own, with the person's models."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from myna.benchmarks.chat_client import ChatClient
from myna.benchmarks.children import PATIENCE_S, running
from myna.errors import EngineError, from_info
from myna.paths import Paths
from myna_serve.access.key import make_key
from myna_serve.access.keys import Keys
from myna_serve.access.scopes import DEFAULT_SCOPES

if TYPE_CHECKING:
    from myna.benchmarks.subject import Subject
    from myna.errors import ErrorInfo


class Address(msgspec.Struct, frozen=True):
    """What `myna serve --json` prints for each socket."""

    host: str
    port: int


class _Failed(msgspec.Struct, frozen=True):
    error: ErrorInfo


class Program:
    """The running server."""

    def __init__(self, process: Process, port: int, secrets: Mapping[str, str]) -> None:
        self.pid = process.pid
        self.port = port
        self._secrets = secrets

    def client(self, key: str = "") -> ChatClient:
        """A client, with the key of this name."""
        return ChatClient("myna serve", self.port, key=self._secrets.get(key, ""))


@asynccontextmanager
async def serving(subject: Subject, *, keys: tuple[str, ...] = (), **settings: int) -> AsyncIterator[Program]:
    """The server with the model of `subject`, which is loaded; it ends with the block.

    `keys`: names of keys that it knows. `settings`: by their environment variables without `MYNA_`, in lower case.

    Raises:
        EngineError: it did not start.
    """
    with tempfile.TemporaryDirectory(prefix="myna-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        paths = Paths.find(home)
        paths.models.symlink_to(subject.assistant.paths.models, target_is_directory=True)
        secrets = await asyncio.to_thread(_make_keys, paths, keys)
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MYNA_")},
            "MYNA_HOME": folder,
            "MYNA_CHAT_MODEL": subject.asked or subject.model.name,
            "MYNA_ENGINE_THREADS": str(subject.threads),
            **{f"MYNA_{name.upper()}": str(value) for name, value in settings.items()},
        }
        command = (sys.executable, "-m", "myna.cli.main", "serve", "--port", "0", "--json")
        async with running(command, environment) as process:
            program = Program(process, await _port(process), secrets)
            await program.client(next(iter(keys), "")).ask("You are brief.", "Hello", 1)
            yield program


def _make_keys(paths: Paths, names: tuple[str, ...]) -> dict[str, str]:
    if not names:
        return {}
    # Never those of the person's settings: they may be a database that servers in use share.
    known = Keys(paths.data / "keys.db")
    secrets = {}
    try:
        for name in names:
            secrets[name], key = make_key(name, DEFAULT_SCOPES)
            known.add(key)
    finally:
        known.close()
    return secrets


async def _port(process: Process) -> int:
    printed = b""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while process.stdout is not None and not printed.rstrip().endswith(b"]"):
                line = await process.stdout.readline()
                if not line:
                    _, said = await process.communicate(b"")
                    raise _why(said)
                printed += line
    except TimeoutError:
        raise EngineError(f"myna serve was not ready after {PATIENCE_S:g} s") from None
    return msgspec.json.decode(printed, type=list[Address])[0].port


def _why(said: bytes) -> Exception:
    try:
        return from_info(msgspec.json.decode(said, type=_Failed).error)
    except msgspec.DecodeError:
        return EngineError(f"myna serve ended: {said.decode('utf-8', 'replace')[-400:]}")
