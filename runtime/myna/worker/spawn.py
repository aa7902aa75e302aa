"""One operating-system process for one worker: started, watched and reaped by a thread, so that no event loop waits.

Nothing here needs an event loop. A worker can be started before there is one, and ends up in whichever
loop asks for it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

import msgspec

from .logs import LogCapture
from .transport import Channel

_LAST_WORDS_S = 1.0
"""How long the output of an ended worker is waited for; it is there at once unless a grandchild holds the pipe."""

_ENVIRONMENT = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime reads it when it is imported
    "OPENBLAS_NUM_THREADS": "1",  # NumPy's threads spin for 50 ms after each product, on cores that a model needs
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "GGML_NO_BACKTRACE": "1",  # else a failed assertion starts a debugger, whose pages hide what was wrong
    "PYTHONUNBUFFERED": "1",  # the last words before a crash must not stay in a buffer
    "PYTHONIOENCODING": "utf-8:backslashreplace",
}


class Exit(msgspec.Struct, frozen=True):
    """How a process ended. `code` is negative for a signal; None when it could not be started at all."""

    code: int | None
    reason: str = ""
    """Why it could not be started."""

    def words(self) -> str:
        """For a sentence that begins with "the worker"."""
        if self.code is None:
            return f"could not be started: {self.reason}"
        if self.code >= 0:
            return f"ended with exit status {self.code}"
        try:
            name = signal.Signals(-self.code).name
        except ValueError:
            name = f"signal {-self.code}"
        if name == "SIGKILL":
            return f"was killed ({name}), by somebody or by the system because memory ran out"
        return f"was ended by {name} ({(signal.strsignal(-self.code) or 'unknown').lower()})"


class Child:
    """A worker process, from `start` to its `Exit`."""

    def __init__(
        self, channel: Channel, log: LogCapture, on_start: Callable[[int], None], on_exit: Callable[[Exit], None]
    ) -> None:
        """`on_start` gets the process id. Both callbacks come from the worker's thread, once, `on_exit` in any case."""
        self._channel = channel
        self._log = log
        self._on_start = on_start
        self._on_exit = on_exit
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._doomed = False
        self._thread: threading.Thread | None = None

    def start(self, name: str, first: bytes | bytearray) -> None:
        """Start the process in the background and send `first` to it; until `on_start` the channel is in use."""
        self._thread = threading.Thread(target=self._live, args=(first,), name=f"worker {name}", daemon=True)
        self._thread.start()

    def kill(self) -> None:
        """End it now, whatever it is doing, also when it is only about to start. Any number of times."""
        with self._lock:
            self._doomed = True
            if self._process is not None and self._process.returncode is None:
                self._process.kill()

    def _live(self, first: bytes | bytearray) -> None:
        # The thread lasts as long as the worker: on Linux the death of the thread that started a process
        # counts as the death of its parent (PR_SET_PDEATHSIG).
        try:
            process = self._spawn()
        except (OSError, ValueError) as error:  # ValueError: the channel was closed meanwhile
            self._on_exit(Exit(None, str(error)))
            return
        self._on_exit(self._wait(process, first))

    def _spawn(self) -> subprocess.Popen[bytes]:
        # -P: the current folder must not shadow a module. faulthandler: a crash in C leaves a stack in the log.
        command = [sys.executable, "-P", "-X", "faulthandler", "-m", "myna.worker", str(os.getpid())]
        process = subprocess.Popen(
            [*command, *self._channel.arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            env={**os.environ, **_ENVIRONMENT},
            **self._channel.popen,
        )
        with self._lock:
            self._process = process
            if self._doomed:
                process.kill()
        return process

    def _wait(self, process: subprocess.Popen[bytes], first: bytes | bytearray) -> Exit:
        if process.stdout is not None:
            self._log.follow(process.stdout)
        try:
            self._channel.hand_over(process)
            self._channel.host.sendall(first)
        except OSError:
            self.kill()  # it has ended already; the exit status says why
        self._on_start(process.pid)
        if hasattr(os, "waitid"):
            # Sleeps without reaping: until `_lock` is held, nobody else can be given this process id.
            with suppress(ChildProcessError):
                os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            with self._lock:
                code = process.wait()
        else:
            code = process.wait()
        self._log.join(_LAST_WORDS_S)
        return Exit(code)
