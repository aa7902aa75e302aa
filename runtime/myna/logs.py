"""Where Myna's own log goes, and what may be in it.

The log is a rotating file in the logs folder; with `--verbose` it is also shown on standard error.
Texts of conversations stay out of it unless `log.content` is on:

- code that logs such text does it through `content_log` alone, which is silent otherwise;
- the message of an exception may quote such text, so a traceback keeps its frames and loses the
  message, unless Myna raised it itself;
- libraries may log their parameters, so of theirs only warnings and errors are kept.
"""

from __future__ import annotations

import contextlib
import logging
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from .errors import MynaError, PluginFailed

if TYPE_CHECKING:
    from .config import LogSettings
    from .paths import Paths

content_log = logging.getLogger("myna.content")
"""The only logger that may be given text of conversations."""

FILE = "myna.log"
FILE_BYTES = 2_000_000
OLD_FILES = 3
"""With the one being written, at most 8 MB on the disk."""

_FORMAT = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"


def configure(settings: LogSettings, paths: Paths, verbose: bool = False) -> None:
    """Send the log of this process where the settings say; what an earlier call set up is replaced.

    Nothing is created before there is something to write.
    """
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    shown = min(level, logging.INFO)
    release()
    handlers: list[tuple[logging.Handler, int]] = [(_LogFile(paths.logs / FILE), level)]
    if verbose:
        handlers.append((_Console(sys.stderr), shown))
    root = logging.getLogger()
    for handler, least in handlers:
        handler.setLevel(least)
        handler.setFormatter(_Formatter(_FORMAT, content=settings.content))
        if not settings.content:
            handler.addFilter(_without_content)
        root.addHandler(handler)
    root.setLevel(shown if verbose else level)


def release() -> None:
    """Undo `configure` and close the file."""
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if isinstance(handler, _LogFile | _Console):
            root.removeHandler(handler)
            handler.close()
    root.setLevel(logging.WARNING)


def _without_content(record: logging.LogRecord) -> bool:
    if record.name == content_log.name or record.name.startswith(f"{content_log.name}."):
        return False
    return record.name.startswith("myna") or record.levelno >= logging.WARNING


class _Console(logging.StreamHandler[TextIO]):
    """Standard error, told apart from handlers that others set up."""


class _LogFile(logging.Handler):
    """A rotating file that appears with the first record. A log that cannot be written is given up."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None
        self._given_up = False

    def emit(self, record: logging.LogRecord) -> None:
        if self._given_up:
            return
        if self._file is None:
            try:
                self._file = self._open()
            except OSError:
                self._given_up = True
                return
        self._file.emit(record)

    def _open(self) -> logging.Handler:
        from logging.handlers import RotatingFileHandler

        class Rotating(RotatingFileHandler):
            """On a full disk a record is lost, and nobody is told; the next one tries a file opened anew."""

            def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # its name in logging
                if not isinstance(sys.exc_info()[1], OSError):
                    super().handleError(record)
                    return
                # What is still in its buffer would fail again, with each record that comes.
                stream, self.stream = self.stream, None  # logging opens it again
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()

        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = Rotating(self._path, maxBytes=FILE_BYTES, backupCount=OLD_FILES, encoding="utf-8")
        file.setFormatter(self.formatter)
        return file

    def close(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None
        super().close()


class _Formatter(logging.Formatter):
    def __init__(self, layout: str, *, content: bool) -> None:
        super().__init__(layout)
        self._content = content

    def format(self, record: logging.LogRecord) -> str:
        # `exc_text` is where whoever formats a record first leaves the traceback for the others.
        before = record.exc_text
        error = record.exc_info[1] if record.exc_info else None
        record.exc_text = "".join(_frames(error)).rstrip("\n") if error is not None and not self._content else None
        text = super().format(record)
        record.exc_text = before
        return text


def _frames(error: BaseException, seen: tuple[BaseException, ...] = ()) -> list[str]:
    """A traceback without the messages of foreign exceptions, causes first."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = []
    if before is not None and before not in seen:
        lines = [*_frames(before, (*seen, error)), "\nwhich led to:\n"]
    lines += traceback.format_tb(error.__traceback__)
    own = isinstance(error, MynaError) and not isinstance(error, PluginFailed)
    lines.append(f"{type(error).__module__}.{type(error).__qualname__}{f': {error}' if own else ''}\n")
    return lines
