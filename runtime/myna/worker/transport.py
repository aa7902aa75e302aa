"""The host's side of the socket pair to a worker, and how the other end gets into the new process.

On Unix the worker inherits its end and is told the descriptor's number. On Windows the end is shared
with the process by its id, and the description (an opaque structure) is written to its standard input.
Neither way opens a port or a name that somebody else could connect to. The worker's side is `wire.py`.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from typing import Any


class Channel:
    """Both ends, in the host, while a worker is being started."""

    def __init__(self) -> None:
        self.host, self._worker = socket.socketpair()

    @property
    def arguments(self) -> tuple[str, ...]:
        """For the worker's command line."""
        return ("--shared",) if sys.platform == "win32" else ("--fd", str(self._worker.fileno()))

    @property
    def popen(self) -> dict[str, Any]:
        """Options for `subprocess.Popen`."""
        if sys.platform == "win32":
            return {"stdin": subprocess.PIPE, "creationflags": subprocess.CREATE_NO_WINDOW}
        return {"stdin": subprocess.DEVNULL, "pass_fds": (self._worker.fileno(),)}

    def hand_over(self, process: subprocess.Popen[bytes]) -> None:
        """The process is there: let it have its end, and close it here, so that its death is an end of file."""
        if sys.platform == "win32" and process.stdin is not None:
            with process.stdin as pipe:
                pipe.write(self._worker.share(process.pid))
        self._worker.close()

    def close(self) -> None:
        """Close both ends. The host's end may have been closed, or handed to an event loop, before."""
        self._worker.close()
        self.host.close()
