"""Pictures are encoded in a thread of their own, one after the other, and what comes of it is kept by content."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from ...errors import EngineError, MynaError, OutOfMemory
from ..text.sight import Look, Vectors

Encode = Callable[[str, bytes, Callable[[], bool]], tuple[Vectors, ...] | None]
"""Of the picture with this hash and content, the rows of each patch. Asks between two patches whether to go on, and
makes nothing of it when not."""


NICE = 5
"""Of the encoder's thread: beside a thread of the usual 0 it gets a quarter of a core (Linux's sched_prio_to_weight).
Measured with SmolLM2-135M answering while pictures go through a layer of SigLIP's width, on 2 cores that other programs
kept busy too, twice each: at 0 the answer kept 0.08 to 0.10 of its speed, at 5 0.14 to 0.19, at 10 0.18 to 0.26; a
picture took 0.9 to 1.7 s, 2.5 to 3.6 s and 8.1 to 8.4 s. From 0 to 5 the answer becomes 1.8 times as fast and the
picture takes 2.3 times as long; from 5 to 10 it is 1.3 and 2.7 times. Not measured on cores that are otherwise free."""


class PictureEncoder:
    """Runs `encode` and remembers the newest results. Its methods are called by one thread, and never wait for
    an encoder that is at work, but for `wait` and `close`."""

    def __init__(self, encode: Encode, *, cache_bytes: int) -> None:
        self._encode = encode
        self._changed = threading.Condition()
        self._queue: deque[Look] = deque()
        self._at_work: Look | None = None
        self._finished = 0
        self._seen = 0
        """How many had been finished when `wait` returned last."""
        self._cache: OrderedDict[str, tuple[Vectors, ...]] = OrderedDict()
        self._cache_limit = cache_bytes
        self._cached_bytes = 0
        self._thread: threading.Thread | None = None
        self._closed = False

    def look(self, sha256: str, data: bytes) -> Look:
        """The picture's rows, now or later."""
        with self._changed:
            known = self._cache.get(sha256)
            if known is not None:
                self._cache.move_to_end(sha256)
                look = Look(sha256, b"", self._drop)
                look.rows = known
                return look
            for pending in self._pending():
                if pending.sha256 == sha256 and not (pending.done or pending.abandoned):
                    pending.wanted += 1
                    return pending
            look = Look(sha256, data, self._drop)
            self._queue.append(look)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="see", daemon=True)
                self._thread.start()
            self._changed.notify_all()
            return look

    def _drop(self, look: Look) -> None:
        with self._changed:
            look.wanted -= 1
            if look.wanted <= 0 and look in self._queue:
                self._queue.remove(look)

    def wait(self, seconds: float) -> None:
        """Return when a picture was finished since the last call, or after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self._finished != self._seen, seconds)
            self._seen = self._finished

    def forget(self) -> None:
        """Forget all that is kept."""
        with self._changed:
            self._cache.clear()
            self._cached_bytes = 0

    def close(self, seconds: float) -> bool:
        """End the thread after its current patch; False when that takes longer than `seconds`."""
        with self._changed:
            self._closed = True
            self._queue.clear()
            if self._at_work is not None:
                self._at_work.wanted = 0
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(seconds)
            return not self._thread.is_alive()
        return True

    def _pending(self) -> list[Look]:
        return [*([self._at_work] if self._at_work else ()), *self._queue]

    # the thread

    def _run(self) -> None:
        _give_way()
        try:
            while (look := self._next()) is not None:
                self._finish(look, *self._work(look))
        finally:
            with self._changed:
                # After a defect in here: nobody must wait for what never comes.
                left = self._pending()
                self._queue.clear()
                self._at_work = None
                for look in left:
                    look.error = EngineError("the picture encoder ended; its log says why")
                self._finished += 1
                self._changed.notify_all()

    def _next(self) -> Look | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._queue)
            if self._closed:
                return None
            self._at_work = self._queue.popleft()
            return self._at_work

    def _work(self, look: Look) -> tuple[tuple[Vectors, ...] | None, MynaError | None, float]:
        started = time.perf_counter()
        rows: tuple[Vectors, ...] | None = None
        error: MynaError | None = None
        try:
            rows = self._encode(look.sha256, look.data, lambda: not self._abandons(look))
        except MynaError as failed:
            error = failed
        except MemoryError:
            error = OutOfMemory("there is not enough memory to look at the picture")
        return rows, error, (time.perf_counter() - started) * 1e3

    def _abandons(self, look: Look) -> bool:
        with self._changed:
            look.abandoned = look.wanted <= 0
            return look.abandoned

    def _finish(
        self, look: Look, rows: tuple[Vectors, ...] | None, error: MynaError | None, milliseconds: float
    ) -> None:
        with self._changed:
            look.rows, look.error, look.milliseconds = rows, error, milliseconds
            look.data = b""
            self._at_work = None
            if rows is not None:
                self._keep(look.sha256, rows)
            self._finished += 1
            self._changed.notify_all()

    def _keep(self, sha256: str, rows: tuple[Vectors, ...]) -> None:
        size = _size(rows)
        if size > self._cache_limit:
            return
        self._cached_bytes += size - _size(self._cache.pop(sha256, ()))
        self._cache[sha256] = rows
        while self._cached_bytes > self._cache_limit:
            _, forgotten = self._cache.popitem(last=False)
            self._cached_bytes -= _size(forgotten)


def _give_way() -> None:
    """Let answers that are under way have the cores first; threads that this one starts do so too.

    llama.cpp's threads wait for one another hundreds of times a token, and the encoder's would keep them waiting.
    """
    if sys.platform == "linux":  # elsewhere a priority is the whole process's
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def _size(rows: tuple[Vectors, ...]) -> int:
    return sum(part.nbytes for part in rows)
