"""A server that follows the settings of chats while it runs, above all the default model."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TYPE_CHECKING

import msgspec

from myna.errors import MynaError, OutOfMemory
from myna.settings import config_file, load_settings

if TYPE_CHECKING:
    from myna.assistant import Assistant
    from myna.config import ChatSettings
    from myna.hookspecs import ResolvedModel

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""Between two looks at the file of settings, each a call of `stat`."""


class Following:
    """Of one assistant. A change counts for the requests that come after it, once the new model is loaded; those under
    way end on the old one, which is then unloaded."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._file = config_file(assistant.paths)
        self._seen = self._state()
        self._now = asyncio.Event()
        self._retiring: set[asyncio.Task[None]] = set()

    def look_now(self) -> None:
        """Read the settings, whether the file has changed or not."""
        self._now.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._now.wait()
            seen = await asyncio.to_thread(self._state)
            if seen != self._seen or self._now.is_set():
                self._seen = seen
                self._now.clear()
                await self.follow()

    async def end(self, running: asyncio.Task[None]) -> None:
        """End `running`, and wait for no old model any more."""
        tasks = [running, *self._retiring]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def follow(self) -> None:
        """Take over what the settings say of chats. What cannot be used is logged, and nothing changes."""
        try:
            wanted = await asyncio.to_thread(self._wanted)
            if wanted != self._assistant.settings.chat:
                await self._change(wanted)
        except MynaError as error:
            log.warning("the settings were changed to something that cannot be used: %s", error.message)

    def _wanted(self) -> ChatSettings:
        read = load_settings(self._assistant.paths, environ=os.environ).chat
        return msgspec.structs.replace(read, summarise=self._assistant.settings.chat.summarise)

    def _state(self) -> tuple[int, int, int]:
        try:
            status = self._file.stat()
        except OSError:
            return (0, 0, 0)
        return (status.st_ino, status.st_size, status.st_mtime_ns)

    async def _change(self, wanted: ChatSettings) -> None:
        assistant = self._assistant
        settings = msgspec.structs.replace(assistant.settings, chat=wanted)
        if wanted.model == assistant.settings.chat.model:
            assistant.use_settings(settings)
            return
        old = await self._now_used()
        new = await asyncio.to_thread(assistant.host.resolve_model, wanted.model, "chat", settings)
        try:
            # Nobody waits for it to load but this.
            await assistant.pool.engine(assistant.engine_spec(new)).info()
        except OutOfMemory as error:
            # Beside the old one. It is loaded once that has nothing to do.
            log.warning("there is no memory for %s beside the old model yet: %s", new.name, error.message)
        assistant.use_settings(settings)
        if old is not None:
            self._retire(old, new)

    async def _now_used(self) -> ResolvedModel | None:
        try:
            return await self._assistant.resolve(self._assistant.settings.chat.model)
        except MynaError:
            # It is not there any more, or may not be asked: nothing of it can be loaded.
            return None

    def _retire(self, old: ResolvedModel, new: ResolvedModel) -> None:
        assistant = self._assistant
        before, after = assistant.engine_spec(old), assistant.engine_spec(new)
        if before.key() == after.key():
            return
        task = asyncio.create_task(assistant.pool.retire_in_time(assistant.pool.engine(before)))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)


@contextlib.asynccontextmanager
async def following(assistant: Assistant) -> AsyncIterator[Following]:
    """Follow the settings meanwhile; SIGHUP has them read at once, where there is such a signal."""
    made = Following(assistant)
    running = asyncio.create_task(made.run(), name="follow the settings")
    with _on_hang_up(made.look_now):
        try:
            yield made
        finally:
            await made.end(running)


@contextlib.contextmanager
def _on_hang_up(work: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    number = getattr(signal, "SIGHUP", None)
    if number is None:  # Windows
        yield
        return
    loop.add_signal_handler(number, work)
    try:
        yield
    finally:
        loop.remove_signal_handler(number)
