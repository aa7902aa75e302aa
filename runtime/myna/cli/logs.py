"""Where log records of this process go: a file among the logs, and with `--verbose` standard error too."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FILE_BYTES = 1_000_000
_OLD_FILES = 3


class LogFile(logging.Handler):
    """Writes to `path`, which is made with the first record: a run without warnings leaves no file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None
        self._broken = False

    def emit(self, record: logging.LogRecord) -> None:
        if self._broken:
            return
        try:
            if self._file is None:
                self._file = _open(self._path)
            self._file.emit(record)
        except OSError:
            # A log that cannot be written must not end what the user asked for.
            self._broken = True

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()


def _open(path: Path) -> logging.Handler:
    from logging.handlers import RotatingFileHandler

    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=_FILE_BYTES, backupCount=_OLD_FILES, encoding="utf-8")
    handler.setFormatter(logging.Formatter(_FORMAT))
    return handler


class Log:
    """The log of one run: installed at the start, taken away at the end."""

    def __init__(self, path: Path) -> None:
        self._root = logging.getLogger()
        self._before = self._root.level
        self._handlers: list[logging.Handler] = [LogFile(path)]
        self._root.addHandler(self._handlers[0])
        self._root.setLevel(logging.WARNING)

    def set_level(self, name: str) -> None:
        """`debug`, `info`, `warning` or `error`."""
        self._root.setLevel(min(logging.getLevelName(name.upper()), self._root.level))

    def show(self) -> None:
        """Show records on standard error too, from `info` on."""
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        self._root.addHandler(handler)
        self._handlers.append(handler)
        self._root.setLevel(min(logging.INFO, self._root.level))

    def close(self) -> None:
        for handler in self._handlers:
            self._root.removeHandler(handler)
            handler.close()
        self._root.setLevel(self._before)
