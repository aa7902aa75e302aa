"""Running asynchronous work so that Ctrl-C is answered at once."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from ..errors import Cancelled
from .leaving import leave

T = TypeVar("T")

# After Ctrl-C the work has this long to put things in order; then the process ends all the same, so that it takes
# no more than 0.2 s. What was acknowledged is in the database by then, and workers end when this end of their socket
# closes. It is more than a busy worker gets (`BUSY_S` of `worker/process.py`), after which little is left to do; what
# is cut off are threads, above all those that import or open something.
PATIENCE_S = 0.17


def run(main: Coroutine[Any, Any, T]) -> T:
    """The result of `main`. The first Ctrl-C cancels it, a second one ends the process.

    Raises:
        Cancelled: after Ctrl-C.
    """
    interrupted = False
    deadline = threading.Timer(PATIENCE_S, leave, (Cancelled.exit_status,))
    deadline.daemon = True

    async def watched() -> T:
        task = asyncio.ensure_future(main)

        def stop() -> None:
            nonlocal interrupted
            if interrupted:
                leave(Cancelled.exit_status)
            interrupted = True
            deadline.start()
            task.cancel()

        with on_interrupt(stop):
            return await task

    try:
        with asyncio.Runner() as runner:
            return runner.run(watched())
    except asyncio.CancelledError:
        raise interruption() from None
    except Exception:
        if interrupted:
            raise interruption() from None
        raise
    finally:
        deadline.cancel()


def interruption() -> Cancelled:
    """What Ctrl-C is reported as: silently, since whoever pressed it knows."""
    return Cancelled("interrupted")


@contextmanager
def on_interrupt(action: Callable[[], None]) -> Iterator[None]:
    """Inside, Ctrl-C calls `action` in the running event loop instead of what it did before."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()

    def handler(number: int, frame: FrameType | None) -> None:
        del number, frame
        loop.call_soon_threadsafe(action)

    before = signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
