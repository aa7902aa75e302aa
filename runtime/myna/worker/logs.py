"""What a worker prints (llama.cpp does, from C): into a file for later, its last lines into error messages."""

from __future__ import annotations

import os
import re
import threading
from collections import deque
from pathlib import Path
from typing import IO

LARGEST = 1024 * 1024
"""Bytes of a log file; then it becomes `NAME.log.1`, in place of the one before."""

_LINES = 60
"""Lines kept in memory for each worker."""

_WIDEST = 2000
"""Bytes of a line that are kept in memory."""

_UNPRINTABLE = re.compile(r"[^\t\x20-\x7e\xa0-\U0010ffff]+")
_BREAK = re.compile(rb"[\r\n]+")
_DUMP = "Fatal Python error:"
"""Where faulthandler's stacks begin: useful in the file, but they bury what the engine said before."""


def log_path(folder: Path, name: str) -> Path:
    """The log file of the model called `name`."""
    return folder / f"worker-{re.sub(r'[^A-Za-z0-9._-]+', '_', name)[:100] or '_'}.log"


class LogCapture:
    """Copies a worker's output to its file, and remembers the last lines, in a thread of its own.

    A full disk or a read-only folder costs the file, never the worker.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._tail: deque[bytes] = deque(maxlen=_LINES)
        self._partial = b""
        self._thread: threading.Thread | None = None

    def follow(self, pipe: IO[bytes]) -> None:
        """Read `pipe` until its end, and close it."""
        self._thread = threading.Thread(target=self._copy, args=(pipe,), name=f"log {self.path.stem}", daemon=True)
        self._thread.start()

    def join(self, timeout_s: float) -> None:
        """Wait for the end of the output, but not for longer: a grandchild may keep the pipe open."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def tail(self, lines: int = _LINES) -> list[str]:
        """The last lines, printable and without the stacks of a crash."""
        texts: list[str] = []
        for raw in [*self._tail, self._partial]:
            text = _UNPRINTABLE.sub(" ", raw.decode("utf-8", "replace")).strip()
            if text.startswith(_DUMP):
                break
            if text:
                texts.append(text)
        return texts[-lines:]

    def _copy(self, pipe: IO[bytes]) -> None:
        with pipe:
            file = _RotatingFile(self.path)
            try:
                while data := os.read(pipe.fileno(), 64 * 1024):
                    self._remember(data)
                    file.write(data)
            finally:
                file.close()

    def _remember(self, data: bytes) -> None:
        *whole, rest = _BREAK.split(self._partial + data)
        self._tail.extend(line[:_WIDEST] for line in whole if line)
        self._partial = rest[:_WIDEST]


class _RotatingFile:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1
        self._size = 0

    def write(self, data: bytes) -> None:
        try:
            if self._descriptor < 0:
                self._open()
            elif self._size > LARGEST:
                self._rotate()
            self._size += os.write(self._descriptor, data)
        except OSError:
            self.close()

    def close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._descriptor = os.open(self._path, flags, 0o600)
        self._size = os.fstat(self._descriptor).st_size
        if self._size > LARGEST:
            self._rotate()

    def _rotate(self) -> None:
        self.close()
        self._path.replace(self._path.with_name(self._path.name + ".1"))
        self._open()
