"""WAV files, written while the sound is made; the sizes in the header are right when they are closed."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import struct
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO, cast

from myna.audio import SAMPLE_BYTES
from myna.errors import BadInput, DiskFull, MynaError

from ..devices.files import ANOTHER

HEADER = 44
"""Bytes before the samples."""

LARGEST = 0xFFFF_FFFF - HEADER
"""Bytes of samples that the header can tell: 27 hours at 22,050 Hz."""

_IN_MEMORY = 8_000_000
"""Bytes that are kept in memory for a pipe; more goes to a temporary file."""


def header(rate: int, size: int) -> bytes:
    """Of a file with `size` bytes of 16-bit mono samples, `rate` a second (RIFF WAVE, PCM)."""
    riff = struct.pack("<4sI4s", b"RIFF", HEADER - 8 + size, b"WAVE")
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * SAMPLE_BYTES, SAMPLE_BYTES, 8 * SAMPLE_BYTES)
    return riff + form + struct.pack("<4sI", b"data", size)


class WavWriter:
    """Samples into a file, or to standard output with the path `-`.

    The file is made with the first sample, and removed when the sound could not be written whole. What goes into a
    pipe is kept until the end, since a pipe cannot go back to its header.
    """

    def __init__(self, path: str, temporary: Path) -> None:
        """`temporary`: the folder for what is on its way into a pipe."""
        self._path = path if path == "-" else str(Path(path).expanduser())
        self._temporary = temporary
        self._file: BinaryIO | None = None
        self._pipe: BinaryIO | None = None
        """Where all goes in the end, if that cannot go back to its header."""
        self._own = False
        """Whether the file is an ordinary one, that may be removed."""
        self._rate = 0
        self._size = 0

    def write(self, data: bytes, rate: int) -> None:
        """Append samples; `rate` (Hz) is that of the file from the first call on.

        Raises:
            BadInput: the file cannot be written, or would be too long.
            DiskFull: there is no room.
        """
        try:
            if self._file is None:
                self._file, self._rate = self._open(), rate
                self._file.write(header(rate, 0))
            if self._size + len(data) > LARGEST:
                raise BadInput("a WAV file cannot be longer than 4 GB", hint="give the text in parts")
            self._file.write(data)
        except OSError as error:
            raise self._problem(error) from None
        except ValueError:
            raise BadInput(f"{self._path!r} cannot be written: that is no file name", hint=ANOTHER) from None
        self._size += len(data)

    def close(self) -> None:
        """Complete the file. Raises as `write` does, and `BrokenPipeError` when nobody reads standard output."""
        file = self._file
        if file is None:
            return
        try:
            file.seek(0)
            file.write(header(self._rate, self._size))
            if self._pipe is not None:
                file.seek(0)
                shutil.copyfileobj(file, self._pipe)
                self._pipe.flush()
            file.close()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise self._problem(error) from None
        self._file = None

    def discard(self) -> None:
        """Leave nothing behind that is not whole. After `close` this does nothing."""
        file, self._file = self._file, None
        if file is None:
            return
        try:
            file.close()
        except OSError:
            pass  # what was still in its buffer finds no room either
        finally:
            if self._own:
                Path(self._path).unlink(missing_ok=True)

    def _open(self) -> BinaryIO:
        file = sys.stdout.buffer if self._path == "-" else Path(self._path).open("wb")  # noqa: SIM115 - until `close`
        self._own = self._path != "-" and stat.S_ISREG(os.fstat(file.fileno()).st_mode)
        if self._own or (self._path != "-" and file.seekable()):
            return cast(BinaryIO, file)
        self._pipe = file
        self._temporary.mkdir(parents=True, exist_ok=True)
        return cast(BinaryIO, tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=str(self._temporary)))

    def _problem(self, error: OSError) -> MynaError:
        where = "standard output" if self._path == "-" else self._path
        if error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}:
            return DiskFull(f"there is no room left to write {where}")
        return BadInput(f"{where} cannot be written: {error.strerror or error}", hint=ANOTHER)
