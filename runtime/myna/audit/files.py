"""Writing so that it is on the disk, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

PRIVATE = 0o600
"""For the owner alone: what people said may be in there."""


class Files:
    """The few calls that the audit log writes with. Tests put others in their place to have them fail."""

    def __init__(self, *, durable: bool = True) -> None:
        """Not `durable` is for measurements: nothing is flushed, and a power cut may lose or tear anything."""
        self._durable = durable

    def append(self, path: Path, data: bytes) -> int:
        """Add `data` to the end of a file, on the disk when this returns; the size of the file before.

        What a failed call has written is taken away again.

        Raises:
            OSError: it failed.
        """
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), PRIVATE)
        try:
            before = os.fstat(descriptor).st_size
            try:
                self.write(descriptor, data)
                self.sync(descriptor)
            except BaseException:
                os.ftruncate(descriptor, before)
                raise
            return before
        finally:
            os.close(descriptor)

    def replace(self, path: Path, data: bytes) -> None:
        """Make a file hold `data`, in one step; with `sync_folder` afterwards it survives a power cut.

        Raises:
            OSError: it failed; the file is as it was.
        """
        fresh = path.with_name(f".{path.name}.new")
        try:
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), PRIVATE)
            try:
                self.write(descriptor, data)
                self.sync(descriptor)
            finally:
                os.close(descriptor)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)

    def cut(self, path: Path, size: int) -> None:
        """Shorten a file to `size` bytes."""
        descriptor = os.open(path, os.O_WRONLY)
        try:
            os.ftruncate(descriptor, size)
            self.sync(descriptor)
        finally:
            os.close(descriptor)

    def write(self, descriptor: int, data: bytes) -> None:
        """All of `data`: one call of the system may write less, for example up to where the disk is full."""
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]

    def sync(self, descriptor: int) -> None:
        if self._durable:
            os.fsync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Make names in `folder` survive a power cut. Windows has no such call, and does not need it."""
        if os.name == "nt" or not self._durable:
            return
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
