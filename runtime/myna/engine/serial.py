"""A base for engines that serve one request at a time, each as a generator.

class Upper(SerialEngine):
    operations = {"upper": UpperRequest}

    def __init__(self, spec):
        super().__init__(ModelInfo("upper case"))

    def run(self, operation, body):
        for word in body.words:
            yield Word(word.upper())
"""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from typing import Any, ClassVar

import msgspec

from ..errors import BadInput, EngineError, MynaError, OutOfMemory, UsageError
from .protocols import ModelInfo, Reply


class _Job(msgspec.Struct):
    request: int
    operation: str
    body: Any
    reply: Reply
    paused: bool = False


class SerialEngine(ABC):
    """Runs requests in the order in which they came, one piece of work for each `step`."""

    operations: ClassVar[Mapping[str, type[msgspec.Struct]]]
    """The type of the body of each operation."""

    longest_queue: ClassVar[int] = 256
    """Requests that may wait; one more is refused."""

    def __init__(self, info: ModelInfo) -> None:
        self.info = info
        self._jobs: deque[_Job] = deque()
        self._running: Iterator[msgspec.Struct | None] | None = None

    @abstractmethod
    def run(self, operation: str, body: Any) -> Iterator[msgspec.Struct | None]:
        """Yield the items of the answer; None when there is none yet, so that a cancel is seen in time.

        A cancelled generator is closed where it stands. A `MynaError` fails the request with it, another
        exception with an `EngineError`; the next request is not affected.
        """

    def submit(self, request: int, operation: str, body: msgspec.Raw, reply: Reply) -> None:
        kind = self.operations.get(operation)
        if kind is None:
            raise UsageError(f"no operation {operation!r} here; there are {', '.join(sorted(self.operations))}")
        if len(self._jobs) >= self.longest_queue:
            raise EngineError(f"{len(self._jobs)} requests are waiting already", hint="ask again a little later")
        try:
            decoded = msgspec.msgpack.decode(body, type=kind)
        except msgspec.MsgspecError as error:
            raise BadInput(f"{operation}: {error}") from None
        self._jobs.append(_Job(request, operation, decoded, reply))

    def cancel(self, request: int) -> None:
        for job in self._jobs:
            if job.request == request:
                if job is self._jobs[0]:
                    self._stop()
                self._jobs.remove(job)
                return

    def pause(self, request: int) -> None:
        self._set_paused(request, paused=True)

    def resume(self, request: int) -> None:
        self._set_paused(request, paused=False)

    def step(self) -> bool:
        if not self._jobs or self._jobs[0].paused:
            return False
        with _Failing(job := self._jobs[0]) as failing:
            if self._running is None:
                self._running = iter(self.run(job.operation, job.body))
            for item in self._running:
                if item is not None:
                    job.reply.item(item)
                return True
            job.reply.done()
        if failing.failed:
            self._stop()
        self._running = None
        self._jobs.popleft()
        return bool(self._jobs)

    def close(self) -> None:
        self._stop()
        self._jobs.clear()

    def _stop(self) -> None:
        running, self._running = self._running, None
        if isinstance(running, Generator):
            running.close()

    def _set_paused(self, request: int, *, paused: bool) -> None:
        for job in self._jobs:
            if job.request == request:
                job.paused = paused


class _Failing:
    """Ends a request with what was raised while it was served, and leaves the rest running."""

    failed = False

    def __init__(self, job: _Job) -> None:
        self._job = job

    def __enter__(self) -> _Failing:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: Any) -> bool:
        if not isinstance(error, Exception):
            return False
        self.failed = True
        if isinstance(error, MynaError):
            self._job.reply.fail(error)
        elif isinstance(error, MemoryError):
            self._job.reply.fail(OutOfMemory(f"memory ran out during {self._job.operation!r}"))
        else:
            sys.excepthook(type(error), error, traceback)
            text = f"{type(error).__name__}: {error}"[:1000]
            self._job.reply.fail(EngineError(f"{self._job.operation!r} failed: {text}"))
        return True
