"""Work that blocks for minutes, beside the asyncio loop, without holding up the end of the program."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


def in_thread(work: Callable[[], T], name: str) -> asyncio.Future[T]:
    """What `work` returns or raises.

    A thread of a pool is waited for when the program ends, also one that sits in a connection from which nothing
    comes; this one is not. What it has written of a download is continued by the next pull.
    """
    done: Future[T] = Future()

    def run() -> None:
        # From here on nobody can cancel it, so that its result has somewhere to go.
        done.set_running_or_notify_cancel()
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - handed to whoever awaits it
            done.set_exception(error)
        else:
            done.set_result(result)

    threading.Thread(target=run, name=name, daemon=True).start()
    return asyncio.wrap_future(done)
