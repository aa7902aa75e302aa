"""Waiting for a device that was lost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

from myna.errors import DeviceMissing

from .listing import AudioDevice, Kind, choose
from .portaudio import PortAudio
from .probe import COMMAND, decode
from .stream import DeviceStream

RETRY_S = 1.0
"""Between two tries; each costs a process that lives for about 0.2 s."""


async def reopen(audio: PortAudio, kind: Kind, wanted: str, prepare: Callable[[DeviceStream], None]) -> DeviceStream:
    """Try until it can be opened again; see `PortAudio.open`.

    PortAudio lists devices once, and closes all streams to list them anew. So that the other device plays on, that is
    done only when another process sees the wanted one where this process does not.
    """
    while True:
        with contextlib.suppress(DeviceMissing):
            return await audio.open(kind, wanted, prepare)
        fresh = await _listed_afresh()
        if _has(fresh, wanted, kind) and fresh != await audio.devices():
            await audio.look_again()
        else:
            await asyncio.sleep(RETRY_S)


@contextlib.asynccontextmanager
async def searching(
    audio: PortAudio, kind: Kind, wanted: str, prepare: Callable[[DeviceStream], None]
) -> AsyncIterator[asyncio.Task[DeviceStream]]:
    """`reopen` in the background; what it has found is closed again when the block is left by an error or a cancel."""
    search = asyncio.create_task(reopen(audio, kind, wanted, prepare))
    try:
        yield search
    except BaseException:
        search.cancel()
        await asyncio.wait([search])
        if not search.cancelled() and search.exception() is None:
            await audio.close(search.result())
        raise


def _has(devices: list[AudioDevice], wanted: str, kind: Kind) -> bool:
    try:
        choose(devices, wanted, kind)
    except DeviceMissing:
        return False
    return True


async def _listed_afresh() -> list[AudioDevice]:
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        out, _ = await process.communicate()
    except asyncio.CancelledError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise
    return decode(out).devices
