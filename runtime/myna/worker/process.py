"""The host's side of one worker, from its start to its end: loading, heartbeats, dying, and why it died."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Literal, cast

import msgspec

from ..config import WorkerSettings
from ..engine.protocols import EngineSpec, ModelInfo
from ..errors import (
    EngineCrashed,
    EngineError,
    EngineHung,
    EngineUnloaded,
    ModelLoadFailed,
    MynaError,
    OutOfMemory,
    from_info,
)
from .connection import Connection
from .exchange import Exchange
from .logs import LogCapture, log_path
from .protocol import Load, Shutdown, encode
from .spawn import Child, Exit
from .transport import Channel
from .watchdog import Watchdog

GRACE_S = 2.0
"""What an engine gets to close (it may save states) before its process is ended."""

BUSY_S = 0.1
"""What it gets instead while requests are in flight: most engines come to the end of their step in that time. One that
does not (120 megapixels are decoded in a second) is not waited for, so that Ctrl-C is answered within 0.2 s. All that
is lost is what would save time at the next start."""

_SETTLE_S = 1.0
"""Between a worker's end of file and its exit status, either way round; both are there in a moment."""

_LAST_LINES = 5
"""Lines of the log that go into an error message."""

State = Literal["loading", "ready", "ended"]


class WorkerProcess:
    """One worker. Starts without an event loop, then belongs to the loop that calls `attach`.

    It ends once, with `error`: every request in flight, and everybody who waits for `ready`, gets it.
    """

    def __init__(
        self,
        spec: EngineSpec,
        settings: WorkerSettings,
        log_dir: Path,
        on_end: Callable[[WorkerProcess, MynaError], None],
    ) -> None:
        """Nothing is started yet.

        Raises:
            EngineError: too many files are open.
        """
        self.spec = spec
        self.info: ModelInfo | None = None
        self.error: MynaError | None = None
        self.crashed = False
        """Whether `error` came as a surprise: what a supervisor counts."""
        self.pid: int | None = None
        """None until the process is there."""
        self._settings = settings
        self._on_end = on_end
        self._grace_s = 0.0
        self._exit: Exit | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        """Set when something has changed that `_run` may be waiting for."""
        self._decided = asyncio.Event()
        """Set when the model is loaded, or never will be."""
        self._interval_s = min(2.0, settings.hang_timeout_s / 8 or 2.0)
        self._watchdog = Watchdog(settings.hang_timeout_s, self._interval_s)
        self.connection = Connection(spec.name, self, self._watchdog)
        self.log = LogCapture(log_path(log_dir, spec.name))
        try:
            self._channel = Channel()
        except OSError as error:
            raise EngineError(f"no worker can be started for {spec.name}: {error.strerror}") from None
        self._child = Child(self._channel, self.log, self._on_spawned, self._on_exit)

    # --- what others ask -----------------------------------------------------------------------------

    def start(self) -> None:
        """Start the process in the background; neither waits nor needs an event loop.

        Raises:
            EngineError: the machine has no thread left for it.
        """
        try:
            self._child.start(self.spec.name, encode(Load(self.spec)))
        except RuntimeError as error:
            self._channel.close()
            raise EngineError(f"no worker can be started for {self.spec.name}: {error}") from None

    def attach(self) -> None:
        """Belong to the running event loop. Any number of times."""
        if self._task is None:
            self._loop = asyncio.get_running_loop()
            self._task = self._loop.create_task(self._run(), name=f"worker {self.spec.name}")

    @property
    def state(self) -> State:
        if self.error is not None:
            return "ended"
        return "loading" if self.info is None else "ready"

    @property
    def usable(self) -> bool:
        """Whether a request may be given to it, as far as one can know."""
        return self.error is None and not self._over()

    async def ready(self) -> ModelInfo:
        """Wait until the model is loaded.

        Raises:
            MynaError: it could not be, or the worker has ended.
        """
        await self._decided.wait()
        self._check()
        return cast(ModelInfo, self.info)

    def request(self, operation: str, body: msgspec.Struct) -> Exchange:
        """Send a request to a worker that is ready.

        Raises:
            UsageError: the request is too large to send.
            MynaError: the worker has ended.
        """
        self._check()
        exchange = self.connection.request(operation, body)
        self._wake.set()
        return exchange

    def end(self, error: MynaError, *, crashed: bool = False, graceful: bool = False) -> None:
        """Finish with `error`: requests end now, the process soon after. Only the first call counts."""
        if self.error is not None:
            return
        self.error = error
        self.crashed = crashed
        if graceful and self.info is not None:
            self._grace_s = BUSY_S if self.connection.in_flight else GRACE_S
        self.connection.end(error)
        self._decided.set()
        self._wake.set()
        if not self._grace_s:
            self._child.kill()
        self._on_end(self, error)

    async def gone(self) -> None:
        """Wait until the process is no more, after `end`."""
        self.attach()
        if self._task is not None:
            await asyncio.wait([self._task])

    def _check(self) -> None:
        if self.error is not None:
            raise from_info(self.error.info())  # an error of one's own: an exception object holds one traceback

    # --- what the connection tells (see `Owner` there) -----------------------------------------------

    def on_ready(self, info: ModelInfo) -> None:
        self.info = info
        self._decided.set()
        self._wake.set()
        self.connection.ping()

    def on_failure(self, error: MynaError) -> None:
        if isinstance(error, EngineCrashed):
            error.hint = self._log_hint()
        self.end(error, crashed=self.info is not None)

    def on_nonsense(self, reason: str) -> None:
        self.end(self._crash(EngineCrashed, f"sent something that makes no sense ({reason})"), crashed=True)

    def on_hang_up(self) -> None:
        self._wake.set()

    # --- what the worker's thread tells --------------------------------------------------------------

    def _on_spawned(self, pid: int) -> None:
        self.pid = pid
        self._nudge()

    def _on_exit(self, ended: Exit) -> None:
        self._exit = ended
        self._nudge()

    def _nudge(self) -> None:
        loop = self._loop
        if loop is not None:
            try:
                loop.call_soon_threadsafe(self._wake.set)
            except RuntimeError:
                return  # the loop was closed: nobody waits any more

    # --- the life of the process ---------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            await self._until(lambda: self.pid is not None or self._exit is not None)
            if self.pid is not None and self.error is None:
                await self.connection.open(self._channel.host)
                await self._load()
                await self._work()
            if self.error is None:
                await self._post_mortem()
            elif self._grace_s:
                self.connection.send(Shutdown())
                await self._until(lambda: self._exit is not None, self._grace_s)
        finally:
            self.end(EngineUnloaded(f"{self.spec.name} was unloaded: its event loop is ending"))
            self._child.kill()
            self.connection.abort()
            try:
                await self._until(lambda: self._exit is not None and self.connection.hung_up)
            finally:
                self._channel.close()

    async def _load(self) -> None:
        limit = self._settings.load_timeout_s
        if not await self._until(lambda: self._decided.is_set() or self._over(), limit or None):
            late = self._crash(ModelLoadFailed, f"was not ready within {limit:g} s (workers.load_timeout_s)")
            self.end(late, crashed=True)

    async def _work(self) -> None:
        """Feel the worker's pulse while it has something to do, until its end."""
        loop = asyncio.get_running_loop()
        while self.usable:
            if not self.connection.in_flight:
                await self._until(lambda: self.connection.in_flight > 0 or not self.usable)
                continue
            before = loop.time()
            self.connection.ping()
            await self._until(lambda: not self.usable, self._interval_s)
            if self.connection.reading:
                self._watchdog.pass_time(loop.time() - before)
            else:
                self._watchdog.forgive()
            if complaint := self._watchdog.complaint():
                self.end(self._crash(EngineHung, complaint), crashed=True)

    async def _post_mortem(self) -> None:
        """The process is gone, unasked. Read what it still said, then say how it died."""
        self.connection.read_on()
        if not await self._until(lambda: self.error is not None or self._exit is not None, _SETTLE_S):
            self._child.kill()  # it hung up, but lives
            await self._until(lambda: self._exit is not None)
        if self.pid is not None:
            await self._until(lambda: self.error is not None or self.connection.hung_up, _SETTLE_S)
        ended = self._exit or Exit(None, "unknown")
        kind = OutOfMemory if any("bad_alloc" in line for line in self.log.tail(_LAST_LINES)) else EngineCrashed
        self.end(self._crash(kind, ended.words()), crashed=True)

    def _over(self) -> bool:
        return self.connection.hung_up or self._exit is not None

    async def _until(self, reached: Callable[[], bool], timeout_s: float | None = None) -> bool:
        """Wait until `reached` holds; False when `timeout_s` went by first."""
        try:
            async with asyncio.timeout(timeout_s):
                while not reached():
                    self._wake.clear()
                    await self._wake.wait()
        except TimeoutError:
            return reached()
        return True

    def _crash(self, kind: type[EngineError], what: str) -> MynaError:
        """An error about the worker with its last words, in one line."""
        said = "; ".join(line[:200] for line in self.log.tail(_LAST_LINES))
        last = f"; its last words: {said}" if said else ""
        return kind(f"the worker of {self.spec.name} {what}{last}", hint=self._log_hint())

    def _log_hint(self) -> str:
        return f"its log is {self.log.path}"
