"""The host's side of one worker, from its start to its end: frames, requests in flight, heartbeats."""

from __future__ import annotations

import asyncio
import logging
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
    ErrorInfo,
    ModelLoadFailed,
    MynaError,
    OutOfMemory,
    UsageError,
    from_info,
)
from .exchange import Exchange
from .logs import LogCapture, log_path
from .protocol import (
    WORKER,
    Cancel,
    Done,
    Failed,
    FrameBuffer,
    FrameError,
    Item,
    Load,
    Log,
    Pause,
    Ping,
    Pong,
    Ready,
    Resume,
    Shutdown,
    ToHost,
    ToWorker,
    encode,
    encode_request,
    to_host,
)
from .spawn import Child, Exit
from .transport import Channel
from .watchdog import Watchdog

_log = logging.getLogger("myna.worker")

GRACE_S = 2.0
"""What an engine gets to close (it may save states) before its process is ended."""

_SETTLE_S = 1.0
"""Between a worker's end of file and its exit status, either way round; both are there in a moment."""

_UNREAD_HIGH = 16 * 1024 * 1024
"""Bytes waiting for slow readers, over all requests; beyond, the host stops reading and so holds the worker up."""

_LAST_LINES = 5
"""Lines of the log that go into an error message."""

State = Literal["loading", "ready", "ended"]


class WorkerProcess(asyncio.Protocol):
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
        self.spec = spec
        self.info: ModelInfo | None = None
        self.error: MynaError | None = None
        self.crashed = False
        """Whether `error` came as a surprise: what a supervisor counts."""
        self.pid: int | None = None
        """None until the process is there."""
        self.rss = 0
        """Resident memory in bytes when last heard of."""
        self.log = LogCapture(log_path(log_dir, spec.name))
        self._settings = settings
        self._on_end = on_end
        self._frames = FrameBuffer()
        self._exchanges: dict[int, Exchange] = {}
        self._next_id = 1
        self._unread = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None
        self._graceful = False
        self._reading = True
        self._pings = 0
        self._pongs = 0
        self._interval_s = min(2.0, settings.hang_timeout_s / 8 or 2.0)
        self._watchdog = Watchdog(settings.hang_timeout_s, self._interval_s)
        self._exit: Exit | None = None
        self._wake = asyncio.Event()  # what `_run` waits for: something below has changed
        self._eof = False
        self._decided = asyncio.Event()  # loaded, or ended
        try:
            self._channel = Channel()
        except OSError as error:
            raise EngineError(f"no worker can be started for {spec.name}: {error.strerror}") from None
        self._child = Child(self._channel, self.log, self._on_spawned, self._on_exit)

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

    # --- what others ask ---------------------------------------------------------------------------

    @property
    def state(self) -> State:
        if self.error is not None:
            return "ended"
        return "loading" if self.info is None else "ready"

    @property
    def usable(self) -> bool:
        """Whether a request may be given to it, as far as one can know."""
        return self.error is None and not self._over()

    @property
    def in_flight(self) -> int:
        """Requests that the worker has not finished, cancelled ones included."""
        return len(self._exchanges)

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
        request = self._next_id
        try:
            frame = encode_request(request, operation, body)
        except FrameError as error:
            raise UsageError(f"the request is too large: {error}") from None
        self._next_id += 1
        exchange = Exchange(request, self)
        if not self._exchanges:
            self._watchdog.forgive()
            self._wake.set()
        self._exchanges[request] = exchange
        self._write(frame)
        return exchange

    def _check(self) -> None:
        if self.error is not None:
            raise from_info(self.error.info())  # an error of one's own: an exception object holds one traceback

    def end(self, error: MynaError, *, crashed: bool = False, graceful: bool = False) -> None:
        """Finish with `error`: requests end now, the process soon after. Only the first call counts."""
        if self.error is not None:
            return
        self.error = error
        self.crashed = crashed
        self._graceful = graceful and self.info is not None
        exchanges = list(self._exchanges.values())
        self._exchanges.clear()
        for exchange in exchanges:
            exchange.end(error)
        self._decided.set()
        self._wake.set()
        if not self._reading:
            self._set_reading(True)  # a worker that is held up could not hear that it is to end
        if not self._graceful:
            self._child.kill()
        self._on_end(self, error)

    async def gone(self) -> None:
        """Wait until the process is no more, after `end`."""
        self.attach()
        if self._task is not None:
            await asyncio.wait([self._task])

    # --- an exchange's way to the worker -------------------------------------------------------------

    def cancel(self, request: int) -> None:
        self._send(Cancel(request))

    def pause(self, request: int) -> None:
        self._send(Pause(request))

    def resume(self, request: int) -> None:
        self._send(Resume(request))

    def unread(self, change: int) -> None:
        self._unread += change
        if self._reading and self._unread > _UNREAD_HIGH:
            self._set_reading(False)
        elif not self._reading and self._unread < _UNREAD_HIGH // 2:
            self._set_reading(True)

    def _set_reading(self, reading: bool) -> None:
        transport = self._transport
        if transport is not None and not transport.is_closing():
            self._reading = reading
            if reading:
                self._watchdog.forgive()
                transport.resume_reading()
            else:
                transport.pause_reading()

    def _send(self, frame: ToWorker) -> None:
        self._write(encode(frame))

    def _write(self, frame: bytearray) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame)

    # --- asyncio.Protocol ----------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if isinstance(exc, OSError):
            self._read_what_is_left()
        self._eof = True
        self._wake.set()

    def data_received(self, data: bytes) -> None:
        if self.error is not None:
            return
        try:
            for payload in self._frames.feed(data):
                self._receive(to_host.decode(payload), len(payload))
        except (FrameError, msgspec.MsgspecError) as error:
            self.end(self._crash(EngineCrashed, f"sent something that makes no sense ({error})"), crashed=True)

    def _read_what_is_left(self) -> None:
        """A failed write (to a worker that has just died) makes asyncio stop reading: get the rest of its answer."""
        try:
            while data := self._channel.host.recv(64 * 1024):
                self.data_received(data)
        except OSError:
            return

    def _receive(self, frame: ToHost, size: int) -> None:
        match frame:
            case Item(request, body):
                exchange = self._exchange(request)
                if exchange is not None:
                    exchange.push(body, size)
            case Done(request):
                self._finish(request, None)
            case Failed(request, info) if request != WORKER:
                self._finish(request, info)
            case Failed(_, info):
                self._failed(info)
            case Pong(n, busy_ms, rss):
                self._pongs = n
                self.rss = rss
                self._watchdog.pong(busy_ms / 1e3)
            case Ready(info):
                self.info = info
                self._decided.set()
                self._wake.set()
                self._ping()
            case Log(level, text):
                _log.log(getattr(logging, level.upper()), "%s: %s", self.spec.name, text)

    def _exchange(self, request: int) -> Exchange | None:
        if not 0 < request < self._next_id:
            raise FrameError(f"an answer to request {request}, which was never made")
        return self._exchanges.get(request)

    def _finish(self, request: int, info: ErrorInfo | None) -> None:
        exchange = self._exchange(request)
        if exchange is not None:
            del self._exchanges[request]
            exchange.end(None if info is None else from_info(info))
            if not self._exchanges:
                self._ping()  # the last thing heard before it idles: how much memory it holds

    def _failed(self, info: ErrorInfo) -> None:
        """The worker says why it ends."""
        error = from_info(info)
        if isinstance(error, EngineCrashed):
            error.hint = self._log_hint()
        self.end(error, crashed=self.info is not None)

    # --- the life of the process ---------------------------------------------------------------------

    def _on_spawned(self, pid: int) -> None:
        self.pid = pid
        self._nudge()

    def _on_exit(self, ended: Exit) -> None:
        self._exit = ended
        self._nudge()

    def _nudge(self) -> None:
        """Wake `_run` from the worker's thread."""
        loop = self._loop
        if loop is not None:
            try:
                loop.call_soon_threadsafe(self._wake.set)
            except RuntimeError:
                return  # the loop was closed: nobody waits any more

    async def _run(self) -> None:
        try:
            await self._until(lambda: self.pid is not None or self._exit is not None)
            if self.pid is not None and self.error is None:
                await asyncio.get_running_loop().create_connection(lambda: self, sock=self._channel.host)
                await self._load()
                await self._work()
            if self.error is None:
                await self._post_mortem()
            elif self._graceful:
                self._send(Shutdown())
                await self._until(lambda: self._exit is not None, GRACE_S)
        finally:
            self.end(EngineUnloaded(f"{self.spec.name} was unloaded: its event loop is ending"))
            self._child.kill()
            if self._transport is not None:
                self._transport.abort()
            self._channel.close()
            await self._until(lambda: self._exit is not None and (self._eof or self._transport is None))

    async def _load(self) -> None:
        limit = self._settings.load_timeout_s
        if not await self._until(lambda: self._decided.is_set() or self._over(), limit or None):
            self.end(
                self._crash(ModelLoadFailed, f"was not ready within {limit:g} s (workers.load_timeout_s)"), crashed=True
            )

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while self.usable:
            if not self._exchanges:
                self._wake.clear()
                await self._wake.wait()
                continue
            before = loop.time()
            if self._pings == self._pongs:
                self._ping()
            await self._until(lambda: not self.usable, self._interval_s)
            if self._reading:
                self._watchdog.pass_time(loop.time() - before)
            else:
                self._watchdog.forgive()
            if complaint := self._watchdog.complaint():
                self.end(self._crash(EngineHung, complaint), crashed=True)

    def _ping(self) -> None:
        self._pings += 1
        self._send(Ping(self._pings))

    def _over(self) -> bool:
        return self._eof or self._exit is not None

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

    async def _post_mortem(self) -> None:
        """The process is gone, unasked. Read what it still said, then say how it died."""
        if self._transport is not None and not self._reading:
            self._set_reading(True)
        if not await self._until(lambda: self.error is not None or self._exit is not None, _SETTLE_S):
            self._child.kill()  # it hung up, but lives
            await self._until(lambda: self._exit is not None)
        if self._transport is not None:
            await self._until(lambda: self.error is not None or self._eof, _SETTLE_S)
        ended = self._exit or Exit(None, "unknown")
        kind = OutOfMemory if any("bad_alloc" in line for line in self.log.tail(_LAST_LINES)) else EngineCrashed
        self.end(self._crash(kind, ended.words()), crashed=True)

    def _crash(self, kind: type[EngineError], what: str) -> MynaError:
        """An error about the worker with its last words, in one line."""
        said = "; ".join(line[:200] for line in self.log.tail(_LAST_LINES))
        last = f"; its last words: {said}" if said else ""
        return kind(f"the worker of {self.spec.name} {what}{last}", hint=self._log_hint())

    def _log_hint(self) -> str:
        return f"its log is {self.log.path}"
