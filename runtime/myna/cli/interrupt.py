"""Running asynchronous work so that Ctrl-C is answered at once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from ..errors import Cancelled

T = TypeVar("T")

# After Ctrl-C the work has this long to put things in order; then the process ends all the same. What
# was acknowledged is in the database by then, and workers end when this end of their socket closes.
PATIENCE_S = 1.0


def run(main: Coroutine[Any, Any, T]) -> T:
    """The result of `main`. The first Ctrl-C cancels it, a second one ends the process.

    Raises:
        Cancelled: after Ctrl-C.
    """
    interrupted = False
    deadline = threading.Timer(PATIENCE_S, leave)
    deadline.daemon = True

    async def watched() -> T:
        task = asyncio.ensure_future(main)

        def stop() -> None:
            nonlocal interrupted
            if interrupted:
                leave()
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


def leave(status: int = Cancelled.exit_status) -> None:
    """End the process now, without waiting for threads."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            continue
    os._exit(status)
