"""`llama-server` as a peer: one process on a free port of the loopback device."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, TYPE_CHECKING

from ..errors import EngineError
from .chat_client import HOST, ChatClient, free_port
from .children import PATIENCE_S, running

if TYPE_CHECKING:
    from .peers import LlamaPrograms
    from .subject import Subject

_POLL_S = 0.05
_LAST_WORDS = 400


@asynccontextmanager
async def serving(programs: LlamaPrograms, subject: Subject, *, slots: int, context: int) -> AsyncIterator[ChatClient]:
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
            server = ChatClient("llama-server", port)
            try:
                async with asyncio.timeout(PATIENCE_S):
                    while not await server.healthy():
                        if process.returncode is not None:
                            raise EngineError(f"llama-server ended: {_tail(log)}")
                        await asyncio.sleep(_POLL_S)
            except TimeoutError:
                raise EngineError(f"llama-server was not ready after {PATIENCE_S:g} s: {_tail(log)}") from None
            yield server


def _tail(log: IO[bytes]) -> str:
    log.seek(0)
    return " ".join(log.read().decode("utf-8", "replace").split())[-_LAST_WORDS:]
