"""Programs that are started to be measured. Whatever happens, they end with the measurement."""

from __future__ import annotations

import asyncio
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from ..errors import EngineError

DONE = b"\0"
"""What `bare.py` and `resident.py` print when they are done."""

PATIENCE_S = 600.0
"""A program that takes longer has failed: a large model on a slow machine is loaded and read by then."""

_LAST_WORDS = 400
"""Characters of its standard error that go into the message."""


@asynccontextmanager
async def running(command: Sequence[str], environment: Mapping[str, str], *, log: int = PIPE) -> AsyncIterator[Process]:
    """The program, with its standard input open; it is ended when the block is left.

    Raises:
        EngineError: it cannot be started.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=log, env=dict(environment)
        )
    except OSError as error:
        raise EngineError(f"{command[0]} cannot be started: {error.strerror or error}") from None
    try:
        yield process
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        # Closes standard input, and reads what is left, so that no pipe stays open.
        await process.communicate(b"")


async def finished(command: Sequence[str], environment: Mapping[str, str]) -> bytes:
    """Run the program to its end; what it printed on standard output.

    Raises:
        EngineError: it failed, or took too long.
    """
    async with running(command, environment) as process:
        try:
            async with asyncio.timeout(PATIENCE_S):
                output, said = await process.communicate(b"")
        except TimeoutError:
            raise EngineError(f"{command[0]} was not done after {PATIENCE_S:g} s") from None
    if process.returncode:
        raise _failed(command, process, said)
    return output


async def first_byte(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Seconds from the start of the program to the first byte on its standard output. It runs to its end.

    `communicate` with no bytes, unlike with None, ends its standard input.

    Raises:
        EngineError: there was none, or it failed.
    """
    start = time.perf_counter()
    async with running(command, environment) as process:
        first = await _read(process, 1)
        took = time.perf_counter() - start
        _, said = await process.communicate(b"")
    if not first or process.returncode:
        raise _failed(command, process, said)
    return took


async def wait_done(process: Process, command: Sequence[str]) -> None:
    """Wait until the program says that it is done.

    Raises:
        EngineError: it ended before.
    """
    byte = b""
    while byte != DONE:
        byte = await _read(process, 1)
        if not byte:
            _, said = await process.communicate(b"")
            raise _failed(command, process, said)


async def _read(process: Process, count: int) -> bytes:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await process.stdout.read(count) if process.stdout is not None else b""
    except TimeoutError:
        raise EngineError(f"nothing came from process {process.pid} for {PATIENCE_S:g} s") from None


def _failed(command: Sequence[str], process: Process, said: bytes | None) -> EngineError:
    words = " ".join((said or b"").decode("utf-8", "replace").split())[-_LAST_WORDS:]
    return EngineError(f"{command[0]} ended with exit status {process.returncode}: {words or 'it said nothing'}")
