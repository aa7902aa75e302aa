"""The worker's side: one engine, one thread that drives it, one thread that listens to the host.

The engine's thread takes what has arrived (requests, cancellations), does one step, sends what the step
produced, and starts again; with nothing to do it sleeps. The listening thread answers pings itself, so
that the host can tell a long step from a dead process, and ends the process when the host is gone.
"""

from __future__ import annotations

import importlib
import os
import queue
import threading
import time
from collections.abc import Callable

import msgspec

from ..engine.protocols import EngineSpec, HostedEngine, ModelInfo
from ..errors import EngineError, ModelLoadFailed, MynaError
from .faults import Isolated
from .lifeline import resident
from .outbox import Outbox
from .protocol import (
    WORKER,
    Cancel,
    Done,
    Failed,
    FrameBuffer,
    FrameError,
    Level,
    Load,
    Log,
    Pause,
    Ping,
    Pong,
    Ready,
    Request,
    Resume,
    Shutdown,
    ToHost,
    ToWorker,
    encode,
    encode_item,
    to_worker,
)
from .wire import Wire

FAILED = 70
"""Exit status after an error of the engine, which the host was told (EX_SOFTWARE of sysexits.h)."""

_RECEIVE = 64 * 1024


class ChildReply:
    """Where an engine sends the answer to one request. See `myna.engine.protocols.Reply`."""

    __slots__ = ("_child", "_request", "ended")

    def __init__(self, child: Child, request: int) -> None:
        self._child = child
        self._request = request
        self.ended = False

    def item(self, value: object) -> None:
        if self.ended:
            return
        try:
            frame = encode_item(self._request, value)
        except FrameError as error:
            self.fail(EngineError(f"the answer is too large: {error}"))
            return
        self._child.put(frame)

    def done(self) -> None:
        self._end(Done(self._request))

    def fail(self, error: MynaError) -> None:
        self._end(Failed(self._request, error.info()))

    def _end(self, last: ToHost) -> None:
        if not self.ended:
            self.ended = True
            self._child.finished(self._request, last)


class Child:
    """The worker behind `wire`; `run` once, in the thread that made it."""

    def __init__(self, wire: Wire, leave: Callable[[], None] | None = None) -> None:
        """`leave` is called, from any thread, when the host is gone; by default it ends the process at once."""
        self._wire = wire
        self._leave = leave or end_process
        self._outbox = Outbox(wire)
        self._inbox: queue.SimpleQueue[ToWorker] = queue.SimpleQueue()
        self._replies: dict[int, ChildReply] = {}
        self._driver = threading.get_ident()
        self._busy_since = 0.0
        """When the engine was called (monotonic seconds); 0 while it is not running."""

    def run(self) -> int:
        """Serve until the host says that it is enough; returns the exit status."""
        threading.Thread(target=self._listen, name="listen", daemon=True).start()
        first = self._inbox.get()
        if not isinstance(first, Load):
            return FAILED
        spec = first.spec
        started = time.monotonic()
        self._busy_since = started
        with Isolated(spec, "load") as loading:
            engine = load(spec)
            info = engine.info
        self._busy_since = 0.0
        if loading.error is not None:
            return self._failed(loading.error)
        if not info.load_ms:
            info = msgspec.structs.replace(info, load_ms=(time.monotonic() - started) * 1e3)
        return self._serve(spec, engine, info)

    # --- the engine's thread -----------------------------------------------------------------------

    def _serve(self, spec: EngineSpec, engine: HostedEngine, info: ModelInfo) -> int:
        self.put(encode(Ready(info)))
        self._flush()
        working = False
        with Isolated(spec, "work") as work:
            while True:
                if working and self._inbox.empty():
                    self._busy_since = time.monotonic()
                    working = engine.step()
                else:
                    frame = self._inbox.get()
                    if isinstance(frame, Shutdown):
                        engine.close()
                        break
                    self._busy_since = time.monotonic()
                    self._take(spec, engine, frame)
                    working = True
                self._busy_since = 0.0
                self._flush()
        return 0 if work.error is None else self._failed(work.error)

    def _take(self, spec: EngineSpec, engine: HostedEngine, frame: ToWorker) -> None:
        match frame:
            case Request(request, operation, body):
                reply = self._replies[request] = ChildReply(self, request)
                with Isolated(spec, "submit") as submit:
                    engine.submit(request, operation, body, reply)
                if submit.foreign:
                    self.log("warning", f"{operation}: {submit.foreign}")
                if submit.error is not None:
                    reply.fail(submit.error)
            case Cancel(request):
                cancelled = self._replies.get(request)
                if cancelled is not None:
                    cancelled.done()
                    engine.cancel(request)
            case Pause(request) if request in self._replies:
                if (pause := getattr(engine, "pause", None)) is not None:
                    pause(request)
            case Resume(request) if request in self._replies:
                if (resume := getattr(engine, "resume", None)) is not None:
                    resume(request)

    def _flush(self) -> None:
        """Send what is pending, not counting the wait for a slow host as work."""
        busy, self._busy_since = self._busy_since, 0.0
        try:
            self._outbox.flush()
        except OSError:
            self._leave()
        if busy:
            self._busy_since = time.monotonic()

    def _failed(self, error: MynaError) -> int:
        self.put(encode(Failed(WORKER, error.info())))
        self._flush()
        return FAILED

    # --- any thread --------------------------------------------------------------------------------

    def put(self, frame: bytearray) -> None:
        """Send a frame: with the others of this step, or at once from a thread of the engine's own."""
        full = self._outbox.put(frame)
        if threading.get_ident() != self._driver:
            try:
                self._outbox.flush()
            except OSError:
                self._leave()
        elif full:
            self._flush()

    def finished(self, request: int, last: ToHost) -> None:
        """The last frame of a request."""
        self._replies.pop(request, None)
        self.put(encode(last))

    def log(self, level: Level, text: str) -> None:
        self.put(encode(Log(level, text)))

    # --- the listening thread ----------------------------------------------------------------------

    def _listen(self) -> None:
        frames = FrameBuffer()
        try:
            while data := self._wire.receive(_RECEIVE):
                for payload in frames.feed(data):
                    frame = to_worker.decode(payload)
                    if isinstance(frame, Ping):
                        self._pong(frame.n)
                    else:
                        self._inbox.put(frame)
        except (OSError, FrameError, msgspec.MsgspecError):
            pass  # whatever is at the other end is no host any more
        self._leave()

    def _pong(self, n: int) -> None:
        since = self._busy_since
        busy_ms = (time.monotonic() - since) * 1e3 if since else 0.0
        self._outbox.put(encode(Pong(n, busy_ms, resident())))
        self._outbox.flush(wait=False)


def load(spec: EngineSpec) -> HostedEngine:
    """Import the engine that `spec` names and load the model; raises whatever the engine raises."""
    module, colon, attribute = spec.factory.partition(":")
    if not (module and colon and attribute):
        raise ModelLoadFailed(f"{spec.name}: {spec.factory!r} is not of the form 'package.module:Class'")
    factory = getattr(importlib.import_module(module), attribute, None)
    if factory is None:
        raise ModelLoadFailed(f"{spec.name}: there is no {attribute!r} in {module}", hint="myna plugins list")
    engine: HostedEngine = factory(spec)
    return engine


def end_process() -> None:
    """At once: nobody is left to answer to, and the memory is wanted elsewhere."""
    os._exit(0)
