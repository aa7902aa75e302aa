"""The worker's side of the socket pair. Blocking, and without the `socket` module where it can be: every start pays."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import socket


class Wire(Protocol):
    """Both methods block, and raise `OSError` when the host is gone."""

    def receive(self, limit: int) -> bytes:
        """At most `limit` bytes; empty when the host is gone."""
        ...

    def send(self, data: memoryview) -> int:
        """Send some of `data` and say how much."""
        ...


class _Descriptor:
    def __init__(self, number: int) -> None:
        os.set_inheritable(number, False)  # a grandchild that kept it open would hide the worker's death
        self._number = number

    def receive(self, limit: int) -> bytes:
        return os.read(self._number, limit)

    def send(self, data: memoryview) -> int:
        return os.write(self._number, data)


def _shared(description: bytes) -> Wire:
    import socket

    if sys.platform == "win32":
        return _Socket(socket.fromshare(description))
    raise ValueError("sockets are shared by description only on Windows")


class _Socket:
    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def receive(self, limit: int) -> bytes:
        return self._socket.recv(limit)

    def send(self, data: memoryview) -> int:
        return self._socket.send(data)


def inherited(arguments: list[str]) -> Wire:
    """The worker's end, from the command line that `Channel.arguments` made.

    Raises:
        ValueError: the process was not started by a host.
        OSError: the descriptor is not open.
    """
    if arguments == ["--shared"]:
        return _shared(sys.stdin.buffer.read())
    if len(arguments) == 2 and arguments[0] == "--fd":
        return _Descriptor(int(arguments[1]))
    raise ValueError("a worker is started by Myna, not by hand")
