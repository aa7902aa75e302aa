"""Pulls that a person watches: several at once, each of which can be paused, resumed and cancelled.

To pause is to stop: what has arrived lies in the download folder, and the next pull of the model continues it. So a
pull that was under way when the window was closed is a paused one when it is opened again.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Literal

from myna.errors import Cancelled, ErrorInfo, Missing, MynaError
from myna.hookspecs import ModelSource
from myna.paths import Paths

from ..fetch import Progress
from ..installed import Installed, Store
from ..manifest import Manifest
from ..pull import Puller
from .meter import Meter
from .thread import in_thread

State = Literal["queued", "waiting", "download", "verify", "admit", "paused", "failed"]

AT_ONCE = 3
"""Pulls that run at the same time: more only share the same line."""
TELL_S = 0.25
"""How often progress is shown."""
CLOSE_S = 2.0
"""How long the end of the program waits for pulls to stop; one whose connection is silent is left behind."""


class Stopped(Cancelled):
    """A person paused or cancelled it."""


class Pull:
    """One model on its way."""

    def __init__(self, manifest: Manifest, clock: Callable[[], float], *, update: bool = False) -> None:
        self.manifest = manifest
        self.update = update
        self.meter = Meter(manifest, clock)
        self.state: State = "queued"
        self.error: ErrorInfo | None = None
        self.here = 0.0
        """Bytes that lay in the download folder before it began."""
        self.stop = False
        """Set from the loop, seen by the thread of the pull at its next report."""
        self.gone = False
        """It was cancelled: nothing of it shall stay."""
        self.task: asyncio.Task[None] | None = None

    def report(self, progress: Progress) -> None:
        """Called by the `Puller`, in its thread."""
        if self.stop:
            raise Stopped("stopped")
        self.meter.tell(progress)
        self.state = progress.stage

    def shown(self) -> dict[str, Any]:
        """What a page shows of it. Sizes are floats: a number of Qt may have 32 bits."""
        state = "paused" if self.stop else self.state
        running = state not in {"paused", "failed", "queued"}
        return {
            "state": state,
            "done": max(self.meter.done, self.here),
            "total": self.meter.total or float(self.manifest.size),
            "speed": self.meter.speed if running else 0.0,
            "left": self.meter.left if running else -1.0,
            "error": {} if self.error is None else _error(self.error),
        }


class Pulls:
    """All of them, by the id of the model. Used in the asyncio loop."""

    def __init__(
        self,
        paths: Paths,
        sources: Callable[[], Mapping[str, ModelSource]],
        *,
        changed: Callable[[], None],
        arrived: Callable[[Installed], None],
        recorded: Callable[[str], AbstractContextManager[None]],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`changed` is called when there is something to show, `arrived` with each model that is installed, and what
        `recorded` returns for an id is held, in the thread of the pull, around the pull of that model."""
        self._paths = paths
        self._sources = sources
        self._changed = changed
        self._arrived = arrived
        self._recorded = recorded
        self._clock = clock
        self._pulls: dict[str, Pull] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._teller: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        """Of all pulls that have not ended, also of those that were cancelled."""
        self._ends: set[asyncio.Future[Any]] = set()

    def find(self, manifests: Mapping[str, Manifest]) -> None:
        """Take up what an earlier run has left unfinished, as paused."""
        store, downloads = Store(self._paths.models), self._paths.cache / "downloads"
        for name, manifest in manifests.items():
            folder = downloads / name
            if name in self._pulls or not folder.is_dir() or store.get(name) is not None:
                continue
            here = sum(entry.stat().st_size for entry in folder.iterdir() if not entry.suffix and entry.is_file())
            if here:
                pull = self._pulls[name] = Pull(manifest, self._clock)
                pull.state, pull.here = "paused", float(here)

    def shown(self) -> dict[str, dict[str, Any]]:
        return {name: pull.shown() for name, pull in self._pulls.items()}

    def start(self, manifest: Manifest, *, update: bool = False) -> None:
        """Begin, or go on with, the pull of this model; nothing where it is under way. `update` as in `Puller.pull`."""
        known = self._pulls.get(manifest.id)
        if known is not None and known.task is not None and not known.stop:
            return
        pull = Pull(manifest, self._clock, update=update)
        if known is not None:
            pull.here = max(known.here, known.meter.done)
        self._pulls[manifest.id] = pull
        pull.task = asyncio.create_task(self._run(pull))
        self._tasks.add(pull.task)
        pull.task.add_done_callback(self._tasks.discard)
        if self._teller is None:
            self._teller = asyncio.create_task(self._tell())
        self._changed()

    def pause(self, name: str) -> None:
        pull = self._pulls.get(name)
        if pull is not None and pull.task is not None:
            pull.stop, pull.state = True, "paused"
            self._changed()

    def cancel(self, name: str) -> None:
        """Stop it, and delete what has arrived."""
        pull = self._pulls.pop(name, None)
        if pull is None:
            return
        pull.stop = pull.gone = True
        if pull.task is None:
            self._watch(in_thread(lambda: self._delete(name), f"delete {name}"))
        self._changed()

    async def close(self) -> None:
        """Stop all, as by a pause."""
        for pull in self._pulls.values():
            pull.stop = True
        if self._teller is not None:
            self._teller.cancel()
        tasks = list(self._tasks)
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_S)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, *self._ends, return_exceptions=True)

    # inside

    async def _run(self, pull: Pull) -> None:
        name = pull.manifest.id

        def work() -> Installed:
            pull.report(Progress(name, "waiting"))
            with self._recorded(name):
                return Puller(self._paths, self._sources(), pull.report).pull(pull.manifest, update=pull.update)

        try:
            async with self._turns:
                installed = await in_thread(work, f"pull {name}")
        except Stopped:
            self._stopped(pull)
        except asyncio.CancelledError:
            # The program ends, and its thread does not hear; what it still writes is lost with it.
            if pull.gone:
                self._delete(name)
            raise
        except MynaError as error:
            pull.error, pull.state = error.info(), "failed"
        except OSError as error:
            problem = Missing(f"{name} cannot be written: {error.filename}: {error.strerror}")
            pull.error, pull.state = problem.info(), "failed"
        else:
            if self._pulls.get(name) is pull:
                del self._pulls[name]
            self._arrived(installed)
        finally:
            pull.task = None
            self._changed()

    def _stopped(self, pull: Pull) -> None:
        pull.state = "paused"
        name = pull.manifest.id
        # One that was begun again meanwhile needs what is there.
        if pull.gone and name not in self._pulls:
            self._watch(in_thread(lambda: self._delete(name), f"delete {name}"))

    def _delete(self, name: str) -> None:
        if name not in self._pulls:
            shutil.rmtree(self._paths.cache / "downloads" / name, ignore_errors=True)

    def _watch(self, end: asyncio.Future[None]) -> None:
        self._ends.add(end)
        end.add_done_callback(self._ends.discard)

    async def _tell(self) -> None:
        while any(pull.task is not None for pull in self._pulls.values()):
            await asyncio.sleep(TELL_S)
            self._changed()
        self._teller = None


def _error(info: ErrorInfo) -> dict[str, str]:
    return {"code": info.code, "message": info.message, "hint": info.hint}
