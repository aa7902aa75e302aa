"""The one way between Qt's thread and the thread of the asyncio loop.

    bridge.run(assistant.store()).on_result(self._opened).on_error(self._failed)
    bridge.stream(turn).on_event(self._tell).on_error(self._failed)

Callbacks are called in Qt's thread, in the order in which things happened. What is started returns a `Job`, which can
be cancelled; after that none of its callbacks is called.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from myna.errors import MynaError

T = TypeVar("T")

log = logging.getLogger("myna_ui.bridge")

CLOSE_TIMEOUT_S = 10.0
"""How long the loop may take to end what it is doing; a worker that is busy is ended after two seconds."""


class Job(Generic[T]):
    """Work in the asyncio loop, seen from Qt's thread."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self._result: Callable[[T], object] | None = None
        self._error: Callable[[MynaError], object] | None = None
        self._event: Callable[[Any], object] | None = None
        self._ended: Callable[[], object] | None = None
        self.task: asyncio.Task[None] | None = None
        """Set by the bridge, in the loop."""
        self.over = False
        """It was cancelled, or all its callbacks were called."""

    def on_result(self, callback: Callable[[T], object]) -> Job[T]:
        self._result = callback
        return self

    def on_error(self, callback: Callable[[MynaError], object]) -> Job[T]:
        """Any other exception is a bug, and goes where uncaught exceptions of Qt's thread go."""
        self._error = callback
        return self

    def on_event(self, callback: Callable[[Any], object]) -> Job[T]:
        self._event = callback
        return self

    def on_end(self, callback: Callable[[], object]) -> Job[T]:
        """Called last, whatever happened, unless it was cancelled."""
        self._ended = callback
        return self

    def cancel(self) -> None:
        """End the work; no callback is called any more."""
        self.over = True
        self._bridge.in_loop(self._cancel)

    def _cancel(self) -> None:
        if self.task is not None:
            self.task.cancel()

    # in the loop

    async def result_of(self, work: Awaitable[T]) -> None:
        try:
            result = await work
        except MynaError as error:
            self._bridge.post(partial(self._fail, error))
        except asyncio.CancelledError:
            self.over = True
            raise
        except Exception as bug:  # noqa: BLE001 - handed to the thread that reports it
            # Raised where Qt's thread reports what nobody caught: this thread has no one to report to.
            self._bridge.post(partial(self._break, bug))
        else:
            self._bridge.post(partial(self._succeed, result))

    async def events_of(self, events: AsyncIterator[Any]) -> None:
        async for event in events:
            self._bridge.post(partial(self._tell, event))

    # in Qt's thread

    def _tell(self, event: object) -> None:
        if not self.over and self._event is not None:
            self._event(event)

    def _succeed(self, result: T) -> None:
        if self.over:
            return
        try:
            if self._result is not None:
                self._result(result)
        finally:
            self._end()

    def _fail(self, error: MynaError) -> None:
        if self.over:
            return
        try:
            if self._error is not None:
                self._error(error)
        finally:
            self._end()

    def _break(self, bug: BaseException) -> None:
        if not self.over:
            self._end()
            raise bug

    def _end(self) -> None:
        self.over = True
        if self._ended is not None:
            self._ended()


class Bridge(QObject):
    """Owns the thread of the loop. Made, used and closed in Qt's thread."""

    _posted = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: deque[Callable[[], object]] = deque()
        self._waking = False
        self._lock = threading.Lock()
        self._posted.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="myna-loop", daemon=True)
        self._closed = False
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> Job[T]:
        """Start `work` in the loop."""
        job: Job[T] = Job(self)
        self._start(job, job.result_of(work), work.close)
        return job

    def stream(self, events: AsyncIterator[Any]) -> Job[None]:
        """Hand on what `events` yields; the job's result comes when it has ended."""
        job: Job[None] = Job(self)
        self._start(job, job.result_of(job.events_of(events)), None)
        return job

    def in_loop(self, call: Callable[[], object]) -> None:
        """Call something quick in the loop; nothing happens once the bridge is closed."""
        if not self._closed:
            self._loop.call_soon_threadsafe(call)

    def post(self, call: Callable[[], object]) -> None:
        """Call something in Qt's thread; from any thread. What is posted at once is delivered at once."""
        with self._lock:
            self._calls.append(call)
            wake, self._waking = not self._waking, True
        if wake:
            self._posted.emit()

    def close(self, last: Coroutine[Any, Any, object] | None = None) -> None:
        """Cancel what runs, then do `last`, and end the thread. Nothing is delivered any more."""
        if self._closed:
            if last is not None:
                last.close()
            return
        self._closed = True
        asyncio.run_coroutine_threadsafe(self._finish(last), self._loop)
        self._thread.join(CLOSE_TIMEOUT_S)
        if self._thread.is_alive():
            log.error("what runs in the background has not ended within %g s", CLOSE_TIMEOUT_S)
        with self._lock:
            lost = [call for call in self._calls if isinstance(call, partial)]
            self._calls.clear()
        for call in lost:
            for told in call.args:
                _log_lost(told)

    # inside

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.close()

    async def _finish(self, last: Coroutine[Any, Any, object] | None) -> None:
        try:
            running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in running:
                task.cancel()
            for ended in await asyncio.gather(*running, return_exceptions=True):
                _log_lost(ended)
            if last is not None:
                for ended in await asyncio.gather(last, return_exceptions=True):
                    _log_lost(ended)
            await self._loop.shutdown_asyncgens()
            await self._loop.shutdown_default_executor()
        finally:
            self._loop.stop()

    def _start(self, job: Job[Any], work: Coroutine[Any, Any, None], unused: Callable[[], None] | None) -> None:
        def start() -> None:
            if job.over:
                work.close()
                if unused is not None:
                    unused()
                return
            job.task = self._loop.create_task(work)

        if self._closed:
            work.close()
            if unused is not None:
                unused()
            return
        self._loop.call_soon_threadsafe(start)

    def _deliver(self) -> None:
        with self._lock:
            calls, self._calls = self._calls, deque()
            self._waking = False
        try:
            while calls:
                calls.popleft()()
        finally:
            if calls:
                # One of them failed, which must not lose those behind it.
                with self._lock:
                    self._calls.extendleft(reversed(calls))
                    self._waking = True
                self._posted.emit()


def _log_lost(told: object) -> None:
    """The window is gone: an error that nobody can be shown any more goes to the log."""
    if isinstance(told, MynaError):
        log.error("while the window closed: %s (%s)", told.message, told.code)
    elif isinstance(told, Exception):
        log.error("while the window closed", exc_info=told)
